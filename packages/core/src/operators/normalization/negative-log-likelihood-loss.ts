import { rowsOf } from "../../kernels/rows.ts";
import { labelLossPoints } from "../../lowering/loss-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { checkWeights, labelLoss, lossShape } from "./losses.ts";

/** -weight[c] * input[n, c, ...] for each label c = target[n, ...], or their sum or weighted mean. ONNX NegativeLogLikelihoodLoss. */
export const negativeLogLikelihoodLoss = defineOperator({
  name: "NegativeLogLikelihoodLoss",
  versions: [{ since: 22 }, { since: 13, types: { T: types("f16 f32 f64"), Tind: types("i32 i64") } }, { since: 12 }],
  inputs: [required("input", "T"), required("target", "Tind"), optional("weight", "T")],
  outputs: [required("loss", "T")],
  types: { T: types("f16 bf16 f32 f64"), Tind: types("i32 i64") },
  attributes: { ignore_index: int(), reduction: string({ default: "mean" }) },
  infer(context) {
    const shape = lossShape(context.shape(0), context.shape(1), context.attributes, context);
    checkWeights(context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype, shape)];
  },
  *reference(inputs, attributes, context) {
    const x = inputs[0] as Tensor;
    lossShape(x.shape, (inputs[1] as Tensor).shape, attributes, context);
    const { data, length } = yield* rowsOf(x, [1], context);
    return [yield* labelLoss(inputs, (place, label) => data[place * length + label], attributes, context)];
  },
  lower: labelLossPoints,
  accuracy: "reduction",
  samples() {
    const x = tensorFrom("f32", [2, 3, 2], [1, 2, 2, 2, 3, 2, 0, 1, 2, 2, 1, 2]);
    const [target, weight] = [tensorFrom("i64", [2, 2], [2, 1, 0, 2]), tensorFrom("f32", [3], [0.2, 0.3, 0.1])];
    return [
      { inputs: [x, target], attributes: { reduction: "none" }, outputs: [tensorFrom("f32", [2, 2], [-3, -2, 0, -2])] },
      { inputs: [x, target, weight], attributes: { reduction: "sum" }, outputs: [tensorFrom("f32", [], [-1.1])] },
      { inputs: [x, target, weight], outputs: [tensorFrom("f32", [], [-1.1 / 0.7])] },
      {
        inputs: [tensorFrom("f16", [2, 2], [1, 2, 3, 4]), tensorFrom("i32", [2], [-1, 0])],
        attributes: { ignore_index: -1 },
        outputs: [tensorFrom("f16", [], [-3])],
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [1], [2])],
      message: /label 2 must be in 0\.\.1/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [2], [0, 0])],
      message: /input 1 has shape \[2\], expected \[1\]/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [1], [0])],
      attributes: { reduction: "max" },
      message: /reduction is "max"/,
    },
  ],
});
