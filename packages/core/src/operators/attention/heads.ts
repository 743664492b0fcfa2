import { type Dim, divDimsExact, formatShape } from "../../snapshot/dims.ts";
import { reshaped, type Tensor, transposed } from "../../tensors/tensor.ts";

interface Rules {
  fail(rule: string): never;
  fresh(): Dim;
}

/** [batch, heads, sequence, size]. */
export type HeadsShape = readonly [batch: Dim, heads: Dim, sequence: Dim, size: Dim];

/** The shape by heads of a value of rank 4 (itself) or 3 ([batch, sequence, heads * size]); `attribute` names where `heads` is given. */
export function headsShape(
  shape: readonly Dim[],
  heads: number | undefined,
  what: string,
  attribute: string,
  context: Rules,
): HeadsShape {
  if (shape.length === 4) return shape as unknown as HeadsShape;
  if (shape.length !== 3) context.fail(`${what} has rank ${shape.length}, expected 3 or 4`);
  if (heads === undefined) context.fail(`${what} has rank 3, which needs ${attribute}`);
  if (!(heads >= 1)) context.fail(`${attribute} is ${heads}, expected at least 1`);
  const [batch, sequence, hidden] = shape;
  if (typeof hidden === "number" && hidden % heads !== 0) {
    context.fail(`${what} ${formatShape(shape)} must split into ${heads} heads`);
  }
  return [batch, heads, sequence, divDimsExact(hidden, heads) ?? context.fresh()];
}

/** A value of rank 3 or 4 as [batch, heads, sequence, size], a view where it is dense. */
export function byHeads(x: Tensor, [batch, heads, sequence, size]: readonly number[]): Tensor {
  if (x.shape.length === 4) return x;
  return transposed(reshaped(x, [batch, sequence, heads, size]), [0, 2, 1, 3]);
}

/** Fails unless all dims listed are the same, as far as they are known. */
export function sameDims(what: string, dims: readonly (Dim | undefined)[], context: Pick<Rules, "fail">): void {
  const known = dims.filter((dim) => typeof dim === "number");
  if (known.some((dim) => dim !== known[0])) context.fail(`${what} differ: ${known.join(", ")}`);
}

/** The dim that is a number, where one is; else the first. */
export function betterDim(...dims: readonly Dim[]): Dim {
  return dims.find((dim) => typeof dim === "number") ?? dims[0];
}

/** Fails unless each key head serves the same number of query heads. */
export function checkHeadGroups(queryHeads: Dim, keyHeads: Dim, context: Pick<Rules, "fail">): void {
  if (typeof queryHeads !== "number" || typeof keyHeads !== "number") return;
  if (keyHeads >= 1 && queryHeads % keyHeads === 0) return;
  context.fail(`${queryHeads} query heads must be a multiple of ${keyHeads} key heads`);
}
