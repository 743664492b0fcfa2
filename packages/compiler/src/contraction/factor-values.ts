import type { Factor } from "@hodu/core";
import { type Memory, OPERATIONS, type Scalar } from "@hodu/core/kernel-ir";
import { packedDims } from "../program/pack-elements.ts";
import type { ValueTable } from "../schedule/value-table.ts";
import { indexOfForm } from "./linear-form.ts";
import type { ContractionPlan, FactorSource, PlannedFactor } from "./plan.ts";

/** The values that hold the factors of a contraction: those that are there, or new ones, packed or to be made by a kernel before. */
export function factorValues(plan: ContractionPlan, table: ValueTable): FactorValues {
  const sums = plan.dots?.sums && factorValue(plan, plan.dots.sums, table);
  return { wide: factorValue(plan, plan.wide, table), narrow: factorValue(plan, plan.narrow, table), sums };
}

/** The numbers of these values; `sums`: of the wide factor over all places, where they are wanted. */
export interface FactorValues {
  readonly wide: number;
  readonly narrow: number;
  readonly sums: number | undefined;
}

function factorValue(plan: ContractionPlan, { side, source }: PlannedFactor, table: ValueTable): number {
  if (source.kind === "kept") return source.id;
  if (source.kind === "packed") {
    const { origin } = table.values[plan.id];
    const { name } = table.values[source.id];
    const { of, memory, packing } = source;
    return table.add(`${name}#packed${table.values.length}`, memory, packedDims(packing), {
      source: { kind: "packed", of, packing },
      origin,
    });
  }
  const { contraction, reading, id, column } = plan;
  const { dims } = table.values[id];
  const element: Factor = (index, place, k) => {
    const read = reading.map((form) => indexOfForm(form, (name) => index[Number(name.slice(1))]));
    return contraction[side](read, place, k);
  };
  const extents = contraction.extents.map((extent) => (extent.kind === "constant" ? Number(extent.value) : 0));
  return copyOfFactor({ scalar: contraction.scalar, extents, id, dims, column, name: side, element }, source, table);
}

/** A factor by index over axes of these dims and by places of the sum. */
export interface CopiedFactor {
  /** The value that it is for. */
  readonly id: number;
  readonly name: string;
  readonly scalar: Scalar;
  readonly dims: readonly number[];
  /** The axis of columns. */
  readonly column: number;
  /** Of the sum. */
  readonly extents: readonly number[];
  readonly element: Factor;
}

/** Enters the value of a factor whose elements a kernel moves before. */
export function copyOfFactor(
  { id, name, scalar, dims, column, extents, element }: CopiedFactor,
  { axes, sums, isWide }: Extract<FactorSource, { kind: "copy" }>,
  table: ValueTable,
): number {
  const value = table.values[id];
  const sizes = [...axes.map((axis) => dims[axis]), ...sums.map((n) => extents[n]), ...(isWide ? [dims[column]] : [])];
  const zero = OPERATIONS.constant("index", 0);
  return table.add(`${value.name}#${name}${table.values.length}`, scalar as Memory, sizes, {
    source: { kind: "step" },
    origin: value.origin,
    op: "Copy",
    point: {
      at(index, k) {
        const own = dims.map(() => zero);
        axes.forEach((axis, i) => {
          own[axis] = index[i];
        });
        if (isWide) own[column] = index.at(-1)!;
        const place = extents.map((_, n) => (sums.includes(n) ? index[axes.length + sums.indexOf(n)] : zero));
        return element(own, place, k);
      },
    },
  });
}
