import { DTYPES, elementCount, formatType, type Tensor, tensorFromBytes, type Weight } from "@hodu/core";
import { openStores } from "@hodu/engine";
import type { ByteSource, Model } from "hodu-plugin-sdk";
import { addDifferent, tensorChange } from "./compare-tensors.ts";
import { type Comparison, nextTurn } from "./comparison.ts";
import type { ValueChange } from "./differences.ts";
import { newTally } from "./element-tally.ts";

/** Two weights that stand for each other. */
export interface WeightPair {
  readonly a: Weight;
  readonly b: Weight;
}

/** Bytes of a weight that are compared at once: whole elements of any size, those of 6 bits too. */
const BLOCK_BYTES = 3 << 20;

/**
 * What became of the weights of two models. Their bytes are read piece by piece, and not at all where both files say
 * the same digest of them. Throws ABORTED, and what the files throw.
 */
export async function compareWeights(
  a: Model,
  b: Model,
  pairs: readonly WeightPair[],
  comparison: Comparison,
): Promise<ValueChange[]> {
  const [storesA, storesB] = await Promise.all([openStores(a, "compare weights"), openStores(b, "compare weights")]);
  const changes: ValueChange[] = [];
  for (const { a: before, b: after } of pairs) {
    const [typeA, typeB] = [typeOf(before), typeOf(after)];
    if (typeA !== typeB) {
      changes.push({ name: before.name, change: "changed", details: [`${typeA} -> ${typeB}`] });
      continue;
    }
    const change = await compareWeight(
      { weight: before, store: storesA[before.store] },
      { weight: after, store: storesB[after.store] },
      comparison,
    );
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

export const typeOf = ({ dtype, shape }: Weight): string => formatType({ kind: "tensor", dtype, shape });

interface StoredWeight {
  readonly weight: Weight;
  readonly store: ByteSource;
}

async function compareWeight(
  a: StoredWeight,
  b: StoredWeight,
  comparison: Comparison,
): Promise<ValueChange | undefined> {
  const { dtype, shape, length, digest, name } = a.weight;
  const isKnown = digest !== undefined && digest === b.weight.digest;
  if (isKnown) {
    comparison.progress(length);
    return undefined;
  }
  const tally = newTally();
  // texts have no fixed size: they are read as a whole, as they are for a run
  const step = dtype === "string" ? Math.max(length, b.weight.length) : BLOCK_BYTES;
  const count = elementCount(shape);
  for (let start = 0; start < length; start += step) {
    const blocks = await Promise.all([blockOf(a, start, step, count), blockOf(b, start, step, count)]);
    addDifferent(tally, blocks, comparison.tolerance);
    comparison.progress(Math.min(step, length - start));
    await nextTurn(comparison);
  }
  return tensorChange(name, { dtype, shape }, tally, comparison);
}

/** The elements of `length` bytes of a weight from `start` on. */
async function blockOf({ weight, store }: StoredWeight, start: number, step: number, count: number): Promise<Tensor> {
  const { dtype, offset, length } = weight;
  const size = Math.min(step, length - start);
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const piece of store.chunks(offset + start, size)) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  if (dtype === "string") return tensorFromBytes(dtype, [count], bytes);
  const perBlock = (BLOCK_BYTES * 8) / DTYPES[dtype].bits;
  return tensorFromBytes(dtype, [Math.min(perBlock, count - (start / BLOCK_BYTES) * perBlock)], bytes);
}
