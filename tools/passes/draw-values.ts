import { type Tensor, tensorOf } from "@hodu/core";
import type { Random } from "./random.ts";

/** Values at which rewrites go wrong. */
const SPECIAL = [0, -0, -0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, 3.4e38];

/** A tensor of f32 around 0, one element in six a special one. */
export function drawTensor(shape: readonly number[], random: Random): Tensor {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: count }, () =>
    random.oneIn(6) ? random.pick(SPECIAL) : random.uniform() * 4 - 2,
  );
  return tensorOf("f32", shape, data);
}
