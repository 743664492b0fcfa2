import { numbersOf } from "../../kernels/read-numbers.ts";
import { localResponsePoints } from "../../lowering/normalization-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { channelsOf } from "./channels.ts";

/** Products between two yields. */
const YIELD_AFTER = 1 << 20;

/** x / (bias + alpha / size * (sum of squares over `size` neighbouring channels)) ^ beta for [N, C, ...]. ONNX LRN. */
export const lrn = defineOperator({
  name: "LRN",
  versions: [{ since: 13 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    alpha: float({ default: 0.0001 }),
    beta: float({ default: 0.75 }),
    bias: float({ default: 1 }),
    size: int({ required: true }),
  },
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined) channelsOf(shape, 2, context);
    checkSize(context.attributes.size, context);
    return [context.type(0)];
  },
  *reference(inputs, { alpha, beta, bias, size }, context) {
    const x = inputs[0] as Tensor;
    const channels = channelsOf(x.shape, 2, context);
    checkSize(size, context);
    const out = context.output(x.dtype, x.shape);
    const data = yield* numbersOf(x, context);
    const spatial = elementCount(x.shape.slice(2));
    let work = 0;
    for (let i = 0; i < data.length; i++) {
      const channel = Math.floor(i / spatial) % channels;
      const first = Math.max(0, channel - Math.floor((size - 1) / 2));
      const last = Math.min(channels - 1, channel + Math.ceil((size - 1) / 2));
      let sum = 0;
      for (let c = first, at = i + (first - channel) * spatial; c <= last; c++, at += spatial)
        sum += data[at] * data[at];
      out.data[i] = data[i] / (bias + (alpha / size) * sum) ** beta;
      work += last - first + 8;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    return [yield* out.rounded()];
  },
  lower: localResponsePoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f64", [1, 4, 1, 1], [1, 2, 3, 4])],
      attributes: { size: 2, alpha: 2, beta: 1, bias: 1 },
      outputs: [tensorFrom("f64", [1, 4, 1, 1], [1 / 6, 2 / 14, 3 / 26, 4 / 17])],
    },
    { inputs: [tensorFrom("f16", [1, 3, 2], [1, 2, 3, 4, 5, 6])], attributes: { size: 3 } },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [1, 1, 1], [1])], attributes: { size: 0 }, message: /size is 0, expected at least 1/ },
    { inputs: [tensorFrom("f32", [1], [1])], attributes: { size: 1 }, message: /rank 1, expected at least 2/ },
  ],
});

function checkSize(size: number, context: { fail(rule: string): never }): void {
  if (!(size >= 1)) context.fail(`size is ${size}, expected at least 1`);
}
