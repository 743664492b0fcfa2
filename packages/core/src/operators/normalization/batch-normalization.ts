import type { KernelContext, Steps } from "../../kernels/context.ts";
import { rowsOf, writeRows } from "../../kernels/rows.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { batchNormalizationPoints } from "../../lowering/normalization-points.ts";
import { float, int, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import {
  outputsByTest,
  spatialByShape,
  testByOutputs,
  trainingByAttribute,
  withoutTraining,
} from "./batch-versions.ts";
import { channelsView, checkPerChannel, perChannel } from "./channels.ts";
import { type Moments, moments } from "./moments.ts";

/**
 * scale * (x - mean) / sqrt(variance + epsilon) + B for each channel of [N, C, ...] ([N] is one channel). The moments are inputs;
 * in training they are those of x, and mixed with the inputs they are outputs 1 and 2. ONNX BatchNormalization.
 */
export const batchNormalization = defineOperator({
  name: "BatchNormalization",
  versions: [
    { since: 15 },
    {
      since: 14,
      inputs: [
        required("X", "T"),
        required("scale", "T"),
        required("B", "T"),
        required("input_mean", "U"),
        required("input_var", "U"),
      ],
      outputs: [required("Y", "T"), optional("running_mean", "U"), optional("running_var", "U")],
      types: { T: types("f16 bf16 f32 f64"), U: types("f16 bf16 f32 f64") },
    },
    {
      since: 9,
      inputs: [
        required("X", "T"),
        required("scale", "T"),
        required("B", "T"),
        required("mean", "T"),
        required("var", "T"),
      ],
      outputs: [
        required("Y", "T"),
        optional("mean", "T"),
        optional("var", "T"),
        optional("saved_mean", "T"),
        optional("saved_var", "T"),
      ],
      types: { T: types("f16 f32 f64") },
      attributes: { epsilon: float({ default: 1e-5 }), momentum: float({ default: 0.9 }) },
      changed: "training_mode instead of the number of outputs; no saved_mean, saved_var",
      upgrade: trainingByAttribute,
      downgrade: withoutTraining,
    },
    {
      since: 7,
      attributes: {
        epsilon: float({ default: 1e-5 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
      changed: "always for each channel (spatial 1)",
      upgrade: spatialByShape,
    },
    {
      since: 6,
      attributes: {
        epsilon: float({ default: 1e-5 }),
        is_test: int({ default: 0 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
      changed: "the number of outputs instead of is_test",
      upgrade: testByOutputs,
      downgrade: outputsByTest,
    },
    {
      since: 1,
      attributes: {
        consumed_inputs: ints({ required: true }),
        epsilon: float({ default: 1e-5 }),
        is_test: int({ default: 0 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
      upgrade: dropConsumedInputs,
      downgrade: () => undefined,
    },
  ],
  inputs: [
    required("X", "T"),
    required("scale", "T1"),
    required("B", "T1"),
    required("input_mean", "T2"),
    required("input_var", "T2"),
  ],
  outputs: [required("Y", "T"), optional("running_mean", "T2"), optional("running_var", "T2")],
  types: { T: types("f16 bf16 f32 f64"), T1: types("f16 bf16 f32 f64"), T2: types("f16 bf16 f32 f64") },
  attributes: {
    epsilon: float({ default: 1e-5 }),
    momentum: float({ default: 0.9 }),
    training_mode: int({ default: 0 }),
  },
  infer(context) {
    const shape = context.shape(0);
    const channels = shape && channelsOrOne(shape, context);
    checkPerChannel([1, 2, 3, 4], channels, context);
    const [first, dtype] = [context.type(0), context.dtype(3)];
    const running = dtype && tensorType(dtype, channels === undefined ? undefined : [channels]);
    return [first, running, running];
  },
  *reference(inputs, { epsilon, momentum, training_mode }, context) {
    const x = inputs[0] as Tensor;
    const channels = channelsOrOne(x.shape, context);
    const values = [1, 2, 3, 4].map((i) => perChannel(inputs, i, channels, context));
    const [scale, bias, mean, variance] = values;
    if (training_mode === 0 && (context.wants(1) || context.wants(2))) {
      context.fail("running_mean and running_var need training_mode 1");
    }
    if (training_mode === 0) return [yield* normalize(x, scale, bias, mean, variance, epsilon, context)];
    const { means, variances } = yield* channelMoments(x, context);
    const y = yield* normalize(x, scale, bias, means, variances, epsilon, context);
    const dtype = (inputs[3] as Tensor).dtype;
    const mix = (before: NumberData, now: NumberData): Tensor => {
      const out = context.output(dtype, [channels]);
      for (let i = 0; i < channels; i++) out.data[i] = before[i] * momentum + now[i] * (1 - momentum);
      return out.tensor();
    };
    return [y, mix(mean, means), mix(variance, variances)];
  },
  lower: batchNormalizationPoints,
  accuracy: "reduction",
  samples() {
    const x = tensorFrom("f64", [2, 2, 1, 2], [-1, 0, 2, 3, 1, 2, 0, 1]);
    const rest = [
      tensorFrom("f64", [2], [1, 1.5]),
      tensorFrom("f64", [2], [0, 1]),
      tensorFrom("f64", [2], [0, 3]),
      tensorFrom("f64", [2], [1, 4]),
    ];
    return [
      {
        inputs: [x, ...rest],
        attributes: { epsilon: 0 },
        outputs: [tensorFrom("f64", [2, 2, 1, 2], [-1, 0, 0.25, 1, 1, 2, -1.25, -0.5])],
      },
      { inputs: [x, ...rest], attributes: { training_mode: 1, momentum: 0.5 }, outputCount: 3 },
      {
        inputs: [
          tensorFrom("f16", [2], [1, 3]),
          tensorFrom("f32", [1], [2]),
          tensorFrom("f32", [1], [0.5]),
          tensorFrom("f64", [1], [1]),
          tensorFrom("f64", [1], [0.25]),
        ],
        attributes: { epsilon: 0 },
        outputs: [tensorFrom("f16", [2], [0.5, 8.5])],
      },
    ];
  },
  errors() {
    const one = tensorFrom("f32", [1], [1]);
    return [
      {
        inputs: [tensorFrom("f32", [1, 2], [1, 2]), one, one, one, one],
        message: /input 1 has shape \[1\], expected \[2\]/,
      },
      {
        inputs: [tensorFrom("f32", [1, 1], [1]), one, one, one, one],
        outputCount: 3,
        message: /need training_mode 1/,
      },
    ];
  },
});

/** Axis 1; a vector is one channel. */
function channelsOrOne<D extends Dim>(shape: readonly D[], context: { fail(rule: string): never }): D | 1 {
  if (shape.length === 0) context.fail("input 0 has rank 0, expected at least 1");
  return shape.length === 1 ? 1 : shape[1];
}

/** x as [N, C, rest]. */
function* channelsOfBatch(x: Tensor, context: KernelContext): Steps<Tensor> {
  return yield* channelsView(
    x.shape.length === 1 ? { ...x, shape: [...x.shape, 1], strides: [...x.strides, 1] } : x,
    context,
  );
}

function* channelMoments(x: Tensor, context: KernelContext): Steps<Moments> {
  const rows = yield* rowsOf(yield* channelsOfBatch(x, context), [0, 2], context);
  return yield* moments(rows, context);
}

function* normalize(
  x: Tensor,
  scale: NumberData,
  bias: NumberData,
  means: NumberData,
  variances: NumberData,
  epsilon: number,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.output(x.dtype, x.shape);
  const channels = scale.length;
  const factors = Float64Array.from(variances, (variance, i) => scale[i] / Math.sqrt(variance + epsilon));
  const rows = yield* rowsOf(yield* channelsOfBatch(x, context), [2], context);
  yield* writeRows(rows, out.data, (value, row) => {
    const channel = row % channels;
    return (value - means[channel]) * factors[channel] + bias[channel];
  });
  return yield* out.rounded();
}
