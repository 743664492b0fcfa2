import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { isFloatScalar } from "../../kernel-ir/scalars.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** 1 where X is above the threshold, else 0, elementwise in the dtype of X. ONNX Binarizer. */
export const binarizer = defineOperator({
  name: "Binarizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: { threshold: float({ default: 0 }) },
  infer: sameAsFirst,
  reference: unary<{ readonly threshold: number }>({
    float: (x, { threshold }) => (x > threshold ? 1 : 0),
    big: (x, { threshold }) => (x > threshold ? 1n : 0n),
  }),
  lower: unaryPoints((x, k, { attributes: { threshold }, scalar }) => {
    const one = k.constant(scalar, 1);
    const isAbove = isFloatScalar(scalar) ? k.gt(x, threshold) : k.gt(k.cast("f64", x), threshold);
    return k.select(isAbove, one, 0);
  }),
  accuracy: "exact",
  samples: () => [
    {
      attributes: { threshold: 1 },
      inputs: [tensorFrom("f32", [4], [0.5, 1, 1.5, -2])],
      outputs: [tensorFrom("f32", [4], [0, 0, 1, 0])],
    },
    { inputs: [tensorFrom("i64", [1, 2], [3, -3])], outputs: [tensorFrom("i64", [1, 2], [1, 0])] },
  ],
});
