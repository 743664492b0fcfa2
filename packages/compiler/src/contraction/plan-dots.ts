import type { Contraction, ZeroPoint } from "@hodu/core";
import type { RowGroups } from "../program/types.ts";
import type { ContractionPlan, FactorSource, PlannedFactor } from "./plan.ts";
import type { FusedValues } from "./fused-values.ts";

/** The products of a contraction's bytes as they are, in i32; undefined for one that is not of bytes. */
export function contractionOfBytes(contraction: Contraction): Contraction | undefined {
  const { extents, bytes } = contraction;
  if (bytes === undefined) return undefined;
  const { left, right } = bytes;
  return {
    scalar: "i32",
    extents,
    left: (index, place, k) => k.cast("i32", left.at(index, place, k)),
    right: (index, place, k) => k.cast("i32", right.at(index, place, k)),
    bytes,
  };
}

type Packed = Extract<FactorSource, { kind: "packed" }>;

/**
 * A plan for bytes as they are, with their products summed `most` at a time, or two where the wide factor is not of i8 without a zero point;
 * undefined unless places of the sum follow each other in the narrow factor and the wide one is laid out before the run. With zero points a
 * and b: sum((x - a) * (w - b)) = sum(x * (w - b)) - a * sum(w - b).
 */
export function planDots(plan: ContractionPlan, values: FusedValues, most: 2 | 4): ContractionPlan | undefined {
  const { wide, narrow, sums, contraction } = plan;
  const places = sums.at(-1) ?? 0;
  if (wide.source.kind !== "packed" || narrow.source.kind !== "kept" || narrow.panel !== 0) return undefined;
  const wideZero = contraction.bytes![wide.side].zero;
  if (typeof wideZero !== "number" || narrow.sums.at(-1) !== 1) return undefined;
  const count = most === 4 && wide.source.memory === "i8" && wideZero === 0 ? 4 : 2;
  if (places < 2) return undefined;
  const { memory } = values.value(narrow.source.id);
  const zero = shifted(contraction.bytes![narrow.side].zero, count === 4 && memory === "i8" ? SIGN : 0);
  const allPlaces = sums.reduce((product, extent) => product * extent, 1);
  const ofSums = zero === 0 ? undefined : sumsOf(wide, wide.source, plan.width, allPlaces);
  const dots = { count, places, zero, wideZero, sums: ofSums, allPlaces } as const;
  return { ...plan, wide: grouped(wide, wide.source, { places, as: count, fill: wideZero }), dots };
}

/** What makes an i8 a u8 when it is added: the same as turning the highest bit. */
const SIGN = 128;

const shifted = (zero: ZeroPoint, by: number): ZeroPoint =>
  typeof zero === "number" ? zero + by : by === 0 ? zero : (k) => k.add(zero(k), by);

/** The wide factor with places of the last loop side by side for each column. */
function grouped(wide: PlannedFactor, source: Packed, rows: RowGroups & { readonly as: 2 | 4 }): PlannedFactor {
  const { places, as: count } = rows;
  const whole = Math.ceil(places / count) * count;
  const scaled = (stride: number): number => (stride / places) * whole;
  return {
    ...wide,
    source: { ...source, packing: { ...source.packing, rows } },
    axes: new Map([...wide.axes].map(([axis, stride]) => [axis, scaled(stride)])),
    sums: [...wide.sums.slice(0, -1).map(scaled), ...wide.sums.slice(-1)],
    panel: scaled(wide.panel),
  };
}

/** The sums over all places, for each column of each panel. */
function sumsOf(wide: PlannedFactor, source: Packed, width: number, places: number): PlannedFactor {
  return {
    ...wide,
    source: { ...source, memory: "i32", packing: { ...source.packing, rows: { places, as: "sum" } } },
    axes: new Map([...wide.axes].map(([axis, stride]) => [axis, stride / places])),
    sums: [],
    panel: width,
  };
}
