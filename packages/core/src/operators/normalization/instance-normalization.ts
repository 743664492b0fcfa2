import { rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { instanceNormalizationPoints } from "../../lowering/normalization-points.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { channelsOf, channelsView, checkPerChannel, perChannel } from "./channels.ts";
import { moments } from "./moments.ts";

/** scale * (x - mean) / sqrt(variance + epsilon) + B for each instance and channel of [N, C, ...]. ONNX InstanceNormalization. */
export const instanceNormalization = defineOperator({
  name: "InstanceNormalization",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { consumed_inputs: ints(), epsilon: float({ default: 1e-5 }) },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("input", "T"), required("scale", "T"), required("B", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { epsilon: float({ default: 1e-5 }) },
  infer(context) {
    const shape = context.shape(0);
    checkPerChannel([1, 2], shape && channelsOf(shape, 3, context), context);
    return [context.type(0)];
  },
  *reference(inputs, { epsilon }, context) {
    const x = inputs[0] as Tensor;
    const channels = channelsOf(x.shape, 3, context);
    const [scale, bias] = [perChannel(inputs, 1, channels, context), perChannel(inputs, 2, channels, context)];
    const out = context.output(x.dtype, x.shape);
    const rows = yield* rowsOf(yield* channelsView(x, context), [2], context);
    const { means, variances } = yield* moments(rows, context);
    for (let row = 0; row < rows.count; row++)
      variances[row] = scale[row % channels] / Math.sqrt(variances[row] + epsilon);
    yield* writeRows(rows, out.data, (value, row) => (value - means[row]) * variances[row] + bias[row % channels]);
    return [yield* out.rounded()];
  },
  lower: instanceNormalizationPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [
        tensorFrom("f64", [1, 2, 1, 3], [-1, 0, 1, 2, 3, 4]),
        tensorFrom("f64", [2], [1, 1.5]),
        tensorFrom("f64", [2], [0, 1]),
      ],
      outputs: [
        tensorFrom(
          "f64",
          [1, 2, 1, 3],
          [-1.2247356859086223, 0, 1.2247356859086223, -0.8371035288629334, 1, 2.8371035288629334],
        ),
      ],
    },
    {
      inputs: [tensorFrom("f16", [2, 1, 2], [1, 2, 3, 5]), tensorFrom("f16", [1], [2]), tensorFrom("f16", [1], [1])],
      attributes: { epsilon: 0.5 },
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 1], [1, 2]), tensorFrom("f32", [1], [1]), tensorFrom("f32", [2], [0, 0])],
      message: /input 1 has shape \[1\], expected \[2\]/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1], [1]), tensorFrom("f32", [1], [1]), tensorFrom("f32", [1], [0])],
      message: /input 0 has rank 2, expected at least 3/,
    },
  ],
});
