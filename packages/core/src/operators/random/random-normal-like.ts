import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";
import { attributeDtype, drawTensor, inferLike } from "./draw.ts";

const DTYPES = types("f16 bf16 f32 f64");

/**
 * Draws from the normal distribution with mean and standard deviation `scale`, of the shape (and, without `dtype`, the
 * dtype) of the input. ONNX RandomNormalLike.
 */
export const randomNormalLike = defineOperator({
  name: "RandomNormalLike",
  versions: [{ since: 22 }, { since: 1, types: { T1: ANY_1, T2: types("f16 f32 f64") } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: ANY_13, T2: DTYPES },
  attributes: { dtype: int(), mean: float({ default: 0 }), scale: float({ default: 1 }), seed: float() },
  infer: inferLike(DTYPES),
  reference([x], attributes, context) {
    const { dtype: own, shape } = x as Tensor;
    const dtype = attributeDtype(attributes.dtype, own, DTYPES, context)!;
    return drawTensor(
      dtype,
      shape,
      attributes.seed,
      (source) => attributes.mean + source.normal() * attributes.scale,
      context,
    );
  },
  accuracy: "random",
  samples: () => [
    { attributes: { seed: 1 }, inputs: [tensorFrom("f32", [2, 3], [0, 0, 0, 0, 0, 0])] },
    { attributes: { dtype: 1 }, inputs: [tensorFrom("i64", [2], [5, 7])] },
  ],
  errors: () => [{ inputs: [tensorFrom("i64", [2], [5, 7])], message: /dtype i64 must be one of f16, bf16, f32, f64/ }],
});
