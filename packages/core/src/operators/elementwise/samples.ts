import type { DType } from "../../dtypes/dtypes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Sample } from "../operator.ts";

type Elements = Parameters<typeof tensorFrom>[2];

/** A vector. */
export const vector = (dtype: DType, ...values: Elements): Tensor => tensorFrom(dtype, [values.length], values);

/** Samples of a float function of one input: arguments (exact in f16) and results. */
export function unarySamples(
  xs: readonly number[],
  ys: readonly number[],
  attributes: Sample["attributes"] = {},
): readonly Sample[] {
  return [
    { attributes, inputs: [vector("f32", ...xs)], outputs: [vector("f32", ...ys)] },
    { attributes, inputs: [vector("f16", ...xs)], outputs: [vector("f16", ...ys)] },
    { attributes, inputs: [tensorFrom("f64", [], xs.slice(0, 1))], outputs: [tensorFrom("f64", [], ys.slice(0, 1))] },
    { attributes, inputs: [tensorFrom("f32", [2, 0], [])], outputs: [tensorFrom("f32", [2, 0], [])] },
  ];
}

/** Samples of a function of two inputs: vectors of each dtype, and a column with a row. `fn` is its scalar form. */
export function binarySamples(
  dtypes: readonly DType[],
  xs: readonly number[],
  ys: readonly number[],
  fn: (x: number, y: number) => number | boolean,
  result?: DType,
): readonly Sample[] {
  const vectors = dtypes.map((dtype) => ({
    inputs: [vector(dtype, ...xs), vector(dtype, ...ys)],
    outputs: [vector(result ?? dtype, ...xs.map((x, i) => fn(x, ys[i])))],
  }));
  const [dtype] = dtypes;
  const table = xs.flatMap((x) => ys.map((y) => fn(x, y)));
  const outer = {
    inputs: [tensorFrom(dtype, [xs.length, 1], xs), vector(dtype, ...ys)],
    outputs: [tensorFrom(result ?? dtype, [xs.length, ys.length], table)],
  };
  return [...vectors, outer];
}
