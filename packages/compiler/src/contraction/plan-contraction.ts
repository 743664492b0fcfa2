import type { Contraction } from "@hodu/core";
import { type Expression, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import { isSized } from "../schedule/program-size.ts";
import { isOrdered, type ScheduledValue } from "../schedule/values.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import { chooseTile, chooseTileOfAny, columnBlocks } from "./choose-tile.ts";
import type { FusedValues } from "./fused-values.ts";
import { indexOfForm } from "./linear-form.ts";
import type { ContractionPlan } from "./plan.ts";
import { contractionOfBytes, planDots } from "./plan-dots.ts";
import { type FactorAccess, placeFactors, placeNarrow } from "./place-factors.ts";
import { probeFactor } from "./probe-factor.ts";
import { probeEpilogue } from "./probe-epilogue.ts";

/**
 * How the sums of products in a value are made in blocks; undefined where that cannot be: the sum is read at more than one index, what is
 * fused after it is not elements side by side or written over, or the elements of a factor would have to be moved for too little.
 */
export function planContraction(
  id: number,
  sum: number,
  values: FusedValues,
  target: ScheduleTarget,
): ContractionPlan | undefined {
  if (isOrdered(values.value(id).point)) return undefined;
  const contraction = values.value(sum).point!.contraction!;
  const ofBytes = target.dots === undefined ? undefined : contractionOfBytes(contraction);
  const plan = ofBytes && planFactors(id, sum, ofBytes, values, target, 1);
  const dots = plan && planDots(plan, values, target.dots!);
  return dots ?? planFactors(id, sum, contraction, values, target, bytesOf(contraction));
}

/** A plan for the factors of a contraction as they are; `narrowBytes`: of an element of the narrow one. */
function planFactors(
  id: number,
  sum: number,
  contraction: Contraction,
  values: FusedValues,
  target: ScheduleTarget,
  narrowBytes: number,
): ContractionPlan | undefined {
  const { dims, order, extents: sizes } = values.value(id);
  const axes = order.filter((axis) => dims[axis] > 1);
  const column = axes.at(-1);
  if (column === undefined || isSized(sizes[column])) return undefined;
  const lanes = lanesOf(contraction, target);
  const reading = probeEpilogue(id, sum, values, column, Math.max(2, lanes));
  if (reading === undefined) return undefined;
  const index = reading.map((form) => indexOfForm(form, axisSymbol));
  const extents = contraction.extents.map((extent) => (extent.kind === "constant" ? Number(extent.value) : 0));
  const place = extents.map((extent, n) => (extent === 1 ? OPERATIONS.constant("index", 0) : symbolOf(`p${n}`)));
  const access = (side: "left" | "right"): FactorAccess => ({
    side,
    ...probeFactor(values, (k) => contraction[side](index, place, k)),
  });
  const placing = { axes, column, dims, extents, values };
  const sides = [access("left"), access("right")] as const;
  const row = (wide: FactorAccess, narrow: FactorAccess): number | undefined =>
    rowAxis(axes, values.value(id), column, wide, narrow);
  for (const [wide, narrow] of wideFirst(sides, `i${column}`, values)) {
    const narrowPlace = placeNarrow(narrow, placing);
    if (narrowPlace === undefined) continue;
    const rowsOn = row(wide, narrow);
    const rows = rowsOn === undefined ? 1 : dims[rowsOn];
    const rowBytes = (narrowPlace.strides.get(`i${rowsOn}`) ?? 0) * narrowBytes;
    const isAny = rowsOn !== undefined && isSized(sizes[rowsOn]);
    const tile = isAny
      ? chooseTileOfAny(dims[column], lanes, target)
      : chooseTile(rows, dims[column], lanes, rowBytes, target);
    const width = tile.vectors * lanes;
    const placed = placeFactors(wide, { ...narrow, place: narrowPlace }, width, placing);
    if (placed === undefined) continue;
    const columns = columnBlocks(dims[column], lanes, tile.vectors);
    return { id, sum, contraction, reading, column, row: rowsOn, tile, width, columns, ...placed };
  }
  return undefined;
}

const symbolOf = (name: string): Expression => ({ kind: "size", name });

const axisSymbol = (name: string): Expression => symbolOf(name);

const bytesOf = ({ scalar }: Contraction): number => Math.max(8, SCALARS[scalar].bits) / 8;

const lanesOf = (contraction: Contraction, { vectorBytes }: ScheduleTarget): number =>
  Math.max(1, Math.floor(vectorBytes / bytesOf(contraction)));

/** The orders of the factors to try: the one that is read in vectors first; of two that could be, the constant one. */
function wideFirst(
  [left, right]: readonly [FactorAccess, FactorAccess],
  column: string,
  values: FusedValues,
): readonly (readonly [FactorAccess, FactorAccess])[] {
  const isConstant = ({ load }: FactorAccess): boolean =>
    load !== undefined && values.value(load.id).point === undefined;
  const orders = [
    [right, left],
    [left, right],
  ] as const;
  return orders
    .filter(([wide]) => wide.symbols.has(column))
    .toSorted(([a], [b]) => Number(isConstant(b)) - Number(isConstant(a)));
}

/** The axis that blocks have rows of: the one of the narrow factor alone with the most places, up to where more do not matter. */
function rowAxis(
  axes: readonly number[],
  { dims, extents }: Pick<ScheduledValue, "dims" | "extents">,
  column: number,
  wide: FactorAccess,
  narrow: FactorAccess,
): number | undefined {
  const size = (axis: number): number => Math.min(dims[axis], isSized(extents[axis]) ? FEW_ROWS : ENOUGH_ROWS);
  return axes
    .filter((axis) => axis !== column && narrow.symbols.has(`i${axis}`) && !wide.symbols.has(`i${axis}`))
    .reduce<number | undefined>(
      (best, axis) => (best === undefined || size(axis) >= size(best) ? axis : best),
      undefined,
    );
}

/** Rows from which on it does not matter how many more there are. */
const ENOUGH_ROWS = 7;

/** Rows that there may be where their number is known when the kernel is called. */
const FEW_ROWS = 2;
