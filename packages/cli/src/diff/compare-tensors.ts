import {
  bytesOfTensor,
  bytesPerElement,
  compareValues,
  elementCount,
  formatType,
  type NamedValue,
  type Tensor,
  tensorBlocks,
  type Tolerance,
  typeOfValue,
  type Value,
} from "@hodu/core";
import type { TensorFile } from "hodu-plugin-sdk";
import { compareNamed, compareTexts } from "./compare-named.ts";
import { type Comparison, nextTurn } from "./comparison.ts";
import type { TensorsDiff, ValueChange } from "./differences.ts";
import { addElements, elementChange, type ElementTally, newTally } from "./element-tally.ts";

/** Bytes of a tensor that are compared at once. */
const BLOCK_BYTES = 4 << 20;

/**
 * How two tensor files differ. Values are paired by name; those of two files of one value each, whatever their names.
 * Throws ABORTED.
 */
export async function compareTensorFiles(a: TensorFile, b: TensorFile, comparison: Comparison): Promise<TensorsDiff> {
  const [valuesA, valuesB] = [byName(a.values), byName(b.values)];
  if (a.values.length === 1 && b.values.length === 1) {
    valuesB.clear();
    valuesB.set(a.values[0].name, b.values[0].value);
  }
  const typeOf = (value: Value): string => formatType(typeOfValue(value));
  const changes = new Map<string, ValueChange>(
    compareNamed(valuesA, valuesB, typeOf, (before, after) => differentTypes(before, after)).map((change) => [
      change.name,
      change,
    ]),
  );
  for (const [name, value] of valuesA) {
    const other = valuesB.get(name);
    if (other === undefined || changes.has(name)) continue;
    const change = await compareSame(name, value, other, comparison);
    if (change !== undefined) changes.set(name, change);
  }
  return {
    kind: "tensors",
    metadata: compareTexts(new Map(a.metadata), new Map(b.metadata)),
    values: [...changes.values()],
    within_tolerance: comparison.tolerated(),
  };
}

const byName = (values: readonly NamedValue[]): Map<string, Value> =>
  new Map(values.map(({ name, value }) => [name, value]));

function differentTypes(a: Value, b: Value): readonly string[] {
  const [before, after] = [formatType(typeOfValue(a)), formatType(typeOfValue(b))];
  return before === after ? [] : [`${before} -> ${after}`];
}

/** Two values of one type. */
async function compareSame(name: string, a: Value, b: Value, comparison: Comparison): Promise<ValueChange | undefined> {
  if (a.kind === "tensor" && b.kind === "tensor") {
    const tally = newTally();
    for await (const pair of blockPairs(a, b, comparison)) addDifferent(tally, pair, comparison.tolerance);
    return tensorChange(name, a, tally, comparison);
  }
  const difference = compareValues(b, a, comparison.tolerance);
  if (difference === undefined) return undefined;
  return { name, change: "changed", details: [`${difference.path}${difference.path && ": "}${difference.message}`] };
}

async function* blockPairs(
  a: Tensor,
  b: Tensor,
  comparison: Comparison,
): AsyncGenerator<readonly [a: Tensor, b: Tensor]> {
  const most = BLOCK_BYTES / bytesPerElement(a.dtype);
  const others = tensorBlocks(b, most);
  for (const block of tensorBlocks(a, most)) {
    yield [block, others.next().value as Tensor];
    comparison.progress(elementCount(block.shape) * bytesPerElement(a.dtype));
    await nextTurn(comparison);
  }
}

/** Adds two blocks to a tally, their elements one by one only where some bit differs. */
export function addDifferent(tally: ElementTally, [a, b]: readonly [Tensor, Tensor], tolerance: Tolerance): void {
  const isSame = a.dtype !== "string" && Buffer.compare(bytesOfTensor(a), bytesOfTensor(b)) === 0;
  if (isSame) tally.elements += elementCount(a.shape);
  else addElements(tally, a, b, tolerance);
}

/** What became of a tensor, by its tally; undefined when nothing did beyond the tolerance. */
export function tensorChange(
  name: string,
  { dtype, shape }: Pick<Tensor, "dtype" | "shape">,
  tally: ElementTally,
  comparison: Comparison,
): ValueChange | undefined {
  if (tally.unequal > 0 && tally.differing === 0) comparison.tolerate(tally);
  if (tally.differing === 0) return undefined;
  const details = [formatType({ kind: "tensor", dtype, shape })];
  return { name, change: "changed", details, elements: elementChange(tally, shape) };
}
