import { type DType, encodeNumbers, numbers, type Tensor, tensorOf } from "@hodu/core";

/** y = scale * x + shift, each with one element for every channel. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** x as it is. */
export function identityAffine(channels: number): Affine {
  return { scale: new Float64Array(channels).fill(1), shift: new Float64Array(channels) };
}

/** `second` of what `first` gives. */
export function composeAffine(first: Affine, second: Affine): Affine {
  return {
    scale: first.scale.map((factor, i) => factor * second.scale[i]),
    shift: first.shift.map((offset, i) => offset * second.scale[i] + second.shift[i]),
  };
}

/** Whether it only shifts. */
export function isShift({ scale }: Affine): boolean {
  return scale.every((factor) => factor === 1);
}

/** Numbers as a constant of a dtype; undefined where one is none or overflows. */
export function constantFrom(dtype: DType, shape: readonly number[], values: Float64Array): Tensor | undefined {
  const constant = tensorOf(dtype, shape, encodeNumbers(dtype, values));
  return numbers(constant).every(Number.isFinite) ? constant : undefined;
}
