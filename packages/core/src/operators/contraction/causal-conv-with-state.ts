import type { Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { causalConvolutionPoints } from "../../lowering/linear-attention-points.ts";
import { addDims, type Dim, formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * y[b, c, t] = activation(bias[c] + sum over i of weight[c, 0, i] * s[b, c, t + i]), where s is past_state [B, C, k - 1] (zeros when
 * absent) followed by input [B, C, L]; present_state is the last k - 1 of s. ONNX CausalConvWithState.
 */
export const causalConvWithState = defineOperator({
  name: "CausalConvWithState",
  versions: [{ since: 27 }],
  inputs: [required("input", "T"), required("weight", "T"), optional("bias", "T"), optional("past_state", "T")],
  outputs: [required("output", "T"), required("present_state", "T")],
  types: { T: types("f16 bf16 f32") },
  attributes: { activation: string({ default: "none" }) },
  infer(context) {
    const [dtype, x, w] = [context.dtype(0), context.shape(0), context.shape(1)];
    checkActivation(context.attributes.activation, context);
    if (x !== undefined && w !== undefined) checkShapes(x, w, context.shape(2), context.shape(3), context);
    if (dtype === undefined) return [undefined, undefined];
    const state = x && w ? [x[0], x[1], addDims(w[2], -1)] : undefined;
    return [tensorType(dtype, x), tensorType(dtype, state)];
  },
  *reference(inputs, { activation }, context) {
    const [x, w, bias, past] = inputs as [Tensor, Tensor, Tensor | undefined, Tensor | undefined];
    checkActivation(activation, context);
    checkShapes(x.shape, w.shape, bias?.shape, past?.shape, context);
    const [batch, channels, length] = x.shape;
    const taps = w.shape[2];
    const out = context.output(x.dtype, x.shape);
    const state = context.output(x.dtype, [batch, channels, taps - 1]);
    context.reserve(8 * (length + taps));
    const run = { length, taps, weights: yield* numbersOf(w, context), sequence: new Float64Array(length + taps - 1) };
    const source = yield* numbersOf(x, context);
    const biases = bias && (yield* numbersOf(bias, context));
    const before = past && (yield* numbersOf(past, context));
    for (let row = 0; row < batch * channels; row++) {
      const channel = row % channels;
      run.sequence.fill(0);
      if (before !== undefined) run.sequence.set(before.subarray(row * (taps - 1), (row + 1) * (taps - 1)));
      run.sequence.set(source.subarray(row * length, (row + 1) * length), taps - 1);
      yield* convolveSequence(run, channel, biases?.[channel] ?? 0, activation !== "none", out.data, row * length);
      state.data.set(run.sequence.subarray(length), row * (taps - 1));
    }
    return [out.tensor(), state.tensor()];
  },
  lower: causalConvolutionPoints,
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 2, 3], [1, 2, 3, 4, 5, 6]),
        tensorFrom("f32", [2, 1, 2], [1, 10, 0.5, 2]),
        tensorFrom("f32", [2], [0, 1]),
        tensorFrom("f32", [1, 2, 1], [7, 8]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 3], [17, 21, 32, 13, 13, 15.5]), tensorFrom("f32", [1, 2, 1], [3, 6])],
    },
    {
      attributes: { activation: "silu" },
      inputs: [tensorFrom("f32", [1, 1, 1], [2]), tensorFrom("f32", [1, 1, 3], [1, 2, 0.5])],
      outputs: [tensorFrom("f32", [1, 1, 1], [0.7310586]), tensorFrom("f32", [1, 1, 2], [0, 2])],
    },
  ],
  errors: () => [
    {
      attributes: { activation: "relu" },
      inputs: [tensorFrom("f32", [1, 1, 1], [2]), tensorFrom("f32", [1, 1, 1], [1])],
      outputCount: 2,
      message: /activation "relu" must be none, silu or swish/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1, 1], [2]), tensorFrom("f32", [2, 1, 1], [1, 1])],
      outputCount: 2,
      message: /weight has shape \[2, 1, 1\], expected \[1, 1, k\]/,
    },
  ],
});

interface Rules {
  fail(rule: string): never;
}

function checkActivation(activation: string, context: Rules): void {
  if (!["none", "silu", "swish"].includes(activation)) {
    context.fail(`activation "${activation}" must be none, silu or swish`);
  }
}

function checkShapes(
  x: readonly Dim[],
  w: readonly Dim[],
  bias: readonly Dim[] | undefined,
  past: readonly Dim[] | undefined,
  context: Rules,
): void {
  if (x.length !== 3) context.fail(`input has rank ${x.length}, expected 3`);
  const [batch, channels] = x;
  const taps = w[2];
  if (!fits(w, [channels, 1, taps]) || taps === 0) {
    context.fail(`weight has shape ${formatShape(w)}, expected ${formatShape([channels]).slice(0, -1)}, 1, k]`);
  }
  if (bias !== undefined && !fits(bias, [channels])) {
    context.fail(`bias has shape ${formatShape(bias)}, expected ${formatShape([channels])}`);
  }
  if (past !== undefined && !fits(past, [batch, channels, addDims(taps, -1)])) {
    context.fail(
      `past_state has shape ${formatShape(past)}, expected ${formatShape([batch, channels, addDims(taps, -1)])}`,
    );
  }
}

/** True unless known dims differ. */
function fits(shape: readonly Dim[], expected: readonly Dim[]): boolean {
  return (
    shape.length === expected.length &&
    shape.every((dim, i) => typeof dim !== "number" || typeof expected[i] !== "number" || dim === expected[i])
  );
}

interface Sequence {
  readonly length: number;
  readonly taps: number;
  readonly weights: NumberData;
  readonly sequence: Float64Array;
}

/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 21;

function* convolveSequence(
  { length, taps, weights, sequence }: Sequence,
  channel: number,
  bias: number,
  silu: boolean,
  out: NumberData,
  at: number,
): Steps<void> {
  let work = 0;
  for (let t = 0; t < length; t++) {
    let sum = bias;
    for (let i = 0; i < taps; i++) sum += weights[channel * taps + i] * sequence[t + i];
    out[at + t] = silu ? sum / (1 + Math.exp(-sum)) : sum;
    work += taps;
    if (work < YIELD_AFTER) continue;
    work = 0;
    yield undefined;
  }
  yield undefined;
}
