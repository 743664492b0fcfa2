import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import type { RandomSource } from "../../random/random-source.ts";
import { tensorType } from "../../tensors/values.ts";

/** Draws between two yields. */
export const DRAWS = 1 << 15;

interface Failing {
  fail(rule: string): never;
}

/**
 * The dtype of a `dtype` attribute (a TensorProto.DataType number), or `fallback` when it is absent; fails outside of
 * `allowed`.
 */
export function attributeDtype(
  code: number | undefined,
  fallback: DType | undefined,
  allowed: readonly string[],
  context: Failing,
): DType | undefined {
  const dtype = code === undefined ? fallback : dtypeOfOnnxCode(code);
  if (dtype === undefined && code === undefined) return undefined;
  if (dtype === undefined || !allowed.includes(dtype)) {
    const found = dtype === undefined ? `dtype ${code}` : `dtype ${dtype}`;
    context.fail(`${found} must be one of ${allowed.join(", ")}`);
  }
  return dtype;
}

/** The dims of a `shape` attribute; fails for negative ones. */
export function attributeShape(shape: readonly number[], context: Failing): readonly number[] {
  if (shape.some((dim) => dim < 0)) context.fail(`shape [${shape.join(", ")}] must have no negative dim`);
  return shape;
}

/** A `seed` attribute as context.random wants it; NaN means none, as in numpy's wrapper of the standard. */
export function seedOf(seed: number | undefined): number | undefined {
  return seed === undefined || Number.isNaN(seed) ? undefined : Math.trunc(seed);
}

/** A tensor of independent draws, in row-major order. */
export function* drawTensor(
  dtype: DType,
  shape: readonly number[],
  seed: number | undefined,
  draw: (source: RandomSource) => number,
  context: KernelContext,
): Steps<Outputs> {
  const out = context.output(dtype, shape);
  const { data } = out;
  const source = context.random(seedOf(seed));
  for (let start = 0; start < data.length; start += DRAWS) {
    const end = Math.min(data.length, start + DRAWS);
    for (let i = start; i < end; i++) data[i] = draw(source);
    yield undefined;
  }
  return [yield* out.rounded()];
}

/** Inference of the operators that take the shape of input 0 and the dtype of an attribute or of that input. */
export function inferLike(allowed: readonly string[]) {
  return (context: InferContext<{ readonly dtype: number | undefined }>): readonly Inferred[] => {
    const input = context.type(0);
    const own = input?.kind === "tensor" ? input.dtype : undefined;
    const dtype = attributeDtype(context.attributes.dtype, own, allowed, context);
    return [dtype === undefined ? undefined : tensorType(dtype, context.shape(0))];
  };
}
