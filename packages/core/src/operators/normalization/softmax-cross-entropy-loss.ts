import { inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { crossEntropyPoints } from "../../lowering/loss-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { exponentialSums } from "./exponential-sums.ts";
import { checkWeights, labelLoss, lossShape } from "./losses.ts";

/**
 * -weights[c] * log(softmax(scores)[n, c, ...]) for each label c = labels[n, ...], or their sum or weighted mean;
 * output 1 is the logarithm of softmax over axis 1. ONNX SoftmaxCrossEntropyLoss.
 */
export const softmaxCrossEntropyLoss = defineOperator({
  name: "SoftmaxCrossEntropyLoss",
  versions: [{ since: 13 }, { since: 12, types: { T: types("f16 f32 f64"), Tind: types("i32 i64") } }],
  inputs: [required("scores", "T"), required("labels", "Tind"), optional("weights", "T")],
  outputs: [required("output", "T"), optional("log_prob", "T")],
  types: { T: types("f16 bf16 f32 f64"), Tind: types("i32 i64") },
  attributes: { ignore_index: int(), reduction: string({ default: "mean" }) },
  infer(context) {
    const shape = lossShape(context.shape(0), context.shape(1), context.attributes, context);
    checkWeights(context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype, shape), context.type(0)];
  },
  *reference(inputs, attributes, context) {
    const x = inputs[0] as Tensor;
    lossShape(x.shape, (inputs[1] as Tensor).shape, attributes, context);
    const rows = yield* rowsOf(x, [1], context);
    const { data, length, count } = rows;
    const { maxima, sums } = yield* exponentialSums(rows, context);
    for (let row = 0; row < count; row++) sums[row] = maxima[row] + Math.log(sums[row]);
    const loss = yield* labelLoss(inputs, (row, label) => data[row * length + label] - sums[row], attributes, context);
    if (!context.wants(1)) return [loss];
    const out = context.output(x.dtype, rows.shape);
    yield* writeRows(rows, out.data, (value, row) => value - sums[row]);
    return [loss, inOriginalOrder(yield* out.rounded(), rows)];
  },
  lower: crossEntropyPoints,
  accuracy: "reduction",
  samples() {
    const x = tensorFrom("f64", [2, 2], [0, 0, 1000, 0]);
    return [
      {
        inputs: [x, tensorFrom("i64", [2], [1, 0])],
        outputs: [tensorFrom("f64", [], [Math.LN2 / 2]), tensorFrom("f64", [2, 2], [-Math.LN2, -Math.LN2, 0, -1000])],
      },
      {
        inputs: [x, tensorFrom("i32", [2], [1, 1]), tensorFrom("f64", [2], [0, 0.5])],
        attributes: { reduction: "none" },
        outputs: [tensorFrom("f64", [2], [Math.LN2 / 2, 500])],
      },
      {
        inputs: [tensorFrom("f16", [1, 3, 2], [1, 2, 3, 4, 0, -1]), tensorFrom("i64", [1, 2], [2, 5])],
        attributes: { reduction: "sum", ignore_index: 5 },
        outputCount: 2,
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [1], [-1])],
      message: /label -1 must be in 0\.\.1/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("i64", [1], [0]), tensorFrom("f32", [1], [1])],
      message: /input 2 has shape \[1\], expected \[2\]/,
    },
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("i64", [1], [0])], message: /rank 1, expected at least 2/ },
  ],
});
