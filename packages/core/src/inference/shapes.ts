import type { DType } from "../dtypes/dtypes.ts";
import { broadcastDims, type Dim } from "../snapshot/dims.ts";
import { tensorType } from "../tensors/values.ts";
import type { InferContext, Inferred } from "./context.ts";

/** Output 0 has the type of input 0. */
export function sameAsFirst(context: InferContext): readonly Inferred[] {
  return [context.type(0)];
}

/** Output 0 has the shape of input 0 and the given dtype. */
export function sameShapeAs(dtype: DType) {
  return (context: InferContext): readonly Inferred[] => [tensorType(dtype, context.shape(0))];
}

/** Output 0 has the broadcast shape of all inputs and the dtype given, or that of input 0. */
export function broadcast(dtype?: DType) {
  return (context: InferContext): readonly Inferred[] => {
    const out = dtype ?? context.dtype(0);
    return [out === undefined ? undefined : tensorType(out, broadcastInputs(context))];
  };
}

/** The broadcast shape of all inputs (or of those listed); undefined when one is not known. */
export function broadcastInputs(context: InferContext, which?: readonly number[]): readonly Dim[] | undefined {
  let shape: readonly Dim[] = [];
  for (const i of which ?? Array.from({ length: context.inputCount }, (_, k) => k)) {
    if (!context.has(i)) continue;
    const next = context.shape(i);
    if (next === undefined) return undefined;
    try {
      shape = broadcastDims(shape, next, () => context.fresh());
    } catch (error) {
      context.fail((error as Error).message);
    }
  }
  return shape;
}

/** Output 0 has the dtype of input 0 and this shape. */
export function sameDtypeAsFirst(context: InferContext, shape?: readonly Dim[]): readonly Inferred[] {
  const dtype = context.dtype(0);
  return [dtype === undefined ? undefined : tensorType(dtype, shape)];
}

/** Most dims of a value whose rank is the length of another value, which may be any number. NumPy has 64. */
const MAX_RANK = 64;

/** The shape with dims of no known length, of this rank; fails past MAX_RANK. */
export function freshShape(rank: number, context: InferContext): readonly Dim[] {
  if (rank > MAX_RANK) context.fail(`its result has ${rank} dims, expected at most ${MAX_RANK}`);
  return Array.from({ length: rank }, () => context.fresh());
}
