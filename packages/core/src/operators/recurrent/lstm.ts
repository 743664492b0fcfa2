import type { KernelContext, Steps } from "../../kernels/context.ts";
import { lstmStates } from "../../lowering/recurrent-cells.ts";
import { recurrentPoints } from "../../lowering/recurrent-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float, floats, int, string, strings } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferLayer } from "./layer.ts";
import { type Cell, type Direction, runLayer } from "./run-layer.ts";
import { withoutLayout } from "./versions.ts";

const FORM = { gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"], hasCell: true };

/**
 * Long short-term memory over sequences [steps, batch, input]: i, f, o = f(x W' + h R' + P c + b), C = f c + i g(...),
 * H = o h(C). Gates lie in the order i, o, f, c; layout 1 puts batch first. ONNX LSTM.
 */
export const lstm = defineOperator({
  name: "LSTM",
  versions: [
    { since: 22 },
    { since: 14, types: { T: types("f16 f32 f64"), T1: types("i32") } },
    {
      since: 7,
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings(),
        clip: float(),
        direction: string({ default: "forward" }),
        hidden_size: int(),
        input_forget: int({ default: 0 }),
      },
      changed: "attribute layout",
      downgrade: withoutLayout,
    },
    {
      since: 1,
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings(),
        clip: float(),
        direction: string({ default: "forward" }),
        hidden_size: int(),
        input_forget: int({ default: 0 }),
        output_sequence: int({ default: 0 }),
      },
      changed: "attribute output_sequence is gone",
      upgrade: (node) => withoutAttributes(node, "output_sequence"),
    },
  ],
  inputs: [
    required("X", "T"),
    required("W", "T"),
    required("R", "T"),
    optional("B", "T"),
    optional("sequence_lens", "T1"),
    optional("initial_h", "T"),
    optional("initial_c", "T"),
    optional("P", "T"),
  ],
  outputs: [optional("Y", "T"), optional("Y_h", "T"), optional("Y_c", "T")],
  types: { T: types("f16 bf16 f32 f64"), T1: types("i32") },
  attributes: {
    activation_alpha: floats(),
    activation_beta: floats(),
    activations: strings(),
    clip: float(),
    direction: string({ default: "forward" }),
    hidden_size: int(),
    input_forget: int({ default: 0 }),
    layout: int({ default: 0 }),
  },
  infer: inferLayer(FORM),
  reference: (inputs, attributes, context) =>
    runLayer(inputs, attributes, FORM, context, (direction) =>
      cellOf(direction, attributes.input_forget !== 0, context),
    ),
  lower: recurrentPoints(FORM, lstmStates),
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [X, tensorFrom("f32", [1, 8, 2], fill(16, 0.1)), tensorFrom("f32", [1, 8, 2], fill(16, 0.2))],
      outputs: [LSTM_Y, LSTM_H, LSTM_C],
    },
    {
      attributes: { direction: "bidirectional", clip: 0.5, input_forget: 1, layout: 1 },
      inputs: [
        tensorFrom("f32", [1, 2, 1], [1, -1]),
        tensorFrom("f32", [2, 4, 1], fill(8, 0.5)),
        tensorFrom("f32", [2, 4, 1], fill(8, -0.5)),
        tensorFrom("f32", [2, 8], fill(16, 0.1)),
        tensorFrom("i32", [1], [1]),
        tensorFrom("f32", [1, 2, 1], [0.5, 0.25]),
        tensorFrom("f32", [1, 2, 1], [1, -1]),
        tensorFrom("f32", [2, 3], fill(6, 0.3)),
      ],
      outputCount: 3,
    },
  ],
  errors: () => [
    {
      attributes: { direction: "backward" },
      inputs: [X, tensorFrom("f32", [1, 8, 2], fill(16, 0.1)), tensorFrom("f32", [1, 8, 2], fill(16, 0.2))],
      message: /direction "backward" must be "forward", "reverse" or "bidirectional"/,
    },
    {
      inputs: [X, tensorFrom("f32", [1, 8, 3], fill(24, 0.1)), tensorFrom("f32", [1, 8, 2], fill(16, 0.2))],
      message: /W of shape \[1, 8, 3\] must have shape \[1, 8, 2\]/,
    },
    {
      attributes: { activations: ["Sigmoid", "Tanh", "Cos"] },
      inputs: [X, tensorFrom("f32", [1, 8, 2], fill(16, 0.1)), tensorFrom("f32", [1, 8, 2], fill(16, 0.2))],
      message: /activation "Cos" must be one of/,
    },
  ],
});

const fill = (count: number, value: number): number[] => new Array<number>(count).fill(value);

const X = tensorFrom("f32", [1, 3, 2], [1, 2, 3, 4, 5, 6]);
const LSTM_H = tensorFrom(
  "f32",
  [1, 3, 2],
  [
    0.09524118900299072, 0.09524118900299072, 0.25606444478034973, 0.25606444478034973, 0.4032377302646637,
    0.4032377302646637,
  ],
);
const LSTM_C = tensorFrom(
  "f32",
  [1, 3, 2],
  [
    0.16734234988689423, 0.16734234988689423, 0.4038311541080475, 0.4038311541080475, 0.600582480430603,
    0.600582480430603,
  ],
);
const LSTM_Y = tensorFrom(
  "f32",
  [1, 1, 3, 2],
  [
    0.09524118900299072, 0.09524118900299072, 0.25606444478034973, 0.25606444478034973, 0.4032377302646637,
    0.4032377302646637,
  ],
);
function cellOf(direction: Direction, couplesForget: boolean, context: KernelContext): Cell {
  const { layer, activations, inputBias, recurrentBias, h, c, peepholes } = direction;
  const { batch, hidden } = layer;
  const [f, g, squash] = activations;
  context.reserve(8 * batch * 4 * hidden);
  const recurrent = new Float64Array(batch * 4 * hidden);

  /** Updates c and h of one row; the four gates of unit j are `hidden` apart in `pre` and `recurrent`. */
  function updateRow(pre: Float64Array, at: number, b: number): void {
    const from = b * 4 * hidden;
    for (let j = 0; j < hidden; j++) {
      const unit = b * hidden + j;
      const before = c[unit];
      const p = at + from + j;
      const r = from + j;
      const input = f(pre[p] + recurrent[r] + peepholes[j] * before);
      const forget = couplesForget
        ? 1 - input
        : f(pre[p + 2 * hidden] + recurrent[r + 2 * hidden] + peepholes[j + 2 * hidden] * before);
      const after = forget * before + input * g(pre[p + 3 * hidden] + recurrent[r + 3 * hidden]);
      const output = f(pre[p + hidden] + recurrent[r + hidden] + peepholes[j + hidden] * after);
      c[unit] = after;
      h[unit] = output * squash(after);
    }
  }
  return {
    bias: inputBias.map((value, i) => value + recurrentBias[i]),
    *advance(pre, at, active): Steps<void> {
      yield* direction.multiply(h, 0, 4, recurrent);
      for (let b = 0; b < batch; b++) if (active[b] === 1) updateRow(pre, at, b);
    },
  };
}
