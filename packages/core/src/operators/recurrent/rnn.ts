import type { KernelContext, Steps } from "../../kernels/context.ts";
import { RNN_STATES } from "../../lowering/recurrent-cells.ts";
import { recurrentPoints } from "../../lowering/recurrent-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float, floats, int, string, strings } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferLayer } from "./layer.ts";
import { type Cell, type Direction, runLayer } from "./run-layer.ts";
import { withoutLayout } from "./versions.ts";

const FORM = { gates: 1, activations: ["Tanh"], hasCell: false };

/**
 * A plain recurrence over sequences [steps, batch, input]: H = f(x W' + h R' + Wb + Rb); layout 1 puts batch first.
 * ONNX RNN.
 */
export const rnn = defineOperator({
  name: "RNN",
  versions: [
    { since: 22 },
    { since: 14, types: { T: types("f16 f32 f64"), T1: types("i32") } },
    {
      since: 7,
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings({ default: ["Tanh", "Tanh"] }),
        clip: float(),
        direction: string({ default: "forward" }),
        hidden_size: int(),
      },
      changed: "attribute layout",
      downgrade: withoutLayout,
    },
    {
      since: 1,
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings({ default: ["Tanh", "Tanh"] }),
        clip: float(),
        direction: string({ default: "forward" }),
        hidden_size: int(),
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
  ],
  outputs: [optional("Y", "T"), optional("Y_h", "T")],
  types: { T: types("f16 bf16 f32 f64"), T1: types("i32") },
  attributes: {
    activation_alpha: floats(),
    activation_beta: floats(),
    activations: strings({ default: ["Tanh", "Tanh"] }),
    clip: float(),
    direction: string({ default: "forward" }),
    hidden_size: int(),
    layout: int({ default: 0 }),
  },
  infer: inferLayer(FORM),
  reference: (inputs, attributes, context) =>
    runLayer(inputs, attributes, FORM, context, (direction) => cellOf(direction, context)),
  lower: recurrentPoints(FORM, () => RNN_STATES),
  accuracy: "transcendental",
  samples: () => [
    {
      attributes: { activations: ["Affine"], activation_alpha: [2], activation_beta: [1] },
      inputs: [
        tensorFrom("f32", [2, 1, 1], [1, 2]),
        tensorFrom("f32", [1, 1, 1], [1]),
        tensorFrom("f32", [1, 1, 1], [0.5]),
        tensorFrom("f32", [1, 2], [0.25, 0.25]),
      ],
      outputs: [tensorFrom("f32", [2, 1, 1, 1], [4, 10]), tensorFrom("f32", [1, 1, 1], [10])],
    },
    {
      attributes: { direction: "bidirectional", activations: ["Relu", "Relu"] },
      inputs: [
        tensorFrom("f32", [2, 2, 1], [1, 2, 3, 4]),
        tensorFrom("f32", [2, 1, 1], [1, 1]),
        tensorFrom("f32", [2, 1, 1], [1, 1]),
        undefined,
        tensorFrom("i32", [2], [2, 1]),
      ],
      outputs: [tensorFrom("f32", [2, 2, 2, 1], [1, 2, 4, 2, 4, 0, 3, 0]), tensorFrom("f32", [2, 2, 1], [4, 2, 4, 2])],
    },
    {
      attributes: { direction: "reverse", layout: 1 },
      inputs: [
        tensorFrom("f32", [1, 3, 2], [1, -1, 0.5, 2, 0, 1]),
        tensorFrom("f32", [1, 2, 2], [0.5, 0.25, -0.5, 1]),
        tensorFrom("f32", [1, 2, 2], [0.1, 0.2, 0.3, 0.4]),
      ],
      outputCount: 2,
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 1, 1], [1]),
        tensorFrom("f32", [1, 1, 1], [1]),
        tensorFrom("f32", [1, 1, 1], [1]),
        undefined,
        tensorFrom("i32", [1], [2]),
      ],
      message: /sequence length 2 must be in 0..1/,
    },
    {
      attributes: { clip: -1 },
      inputs: [1, 2, 3].map(() => tensorFrom("f32", [1, 1, 1], [1])),
      message: /clip -1 must be positive/,
    },
  ],
});

function cellOf(direction: Direction, context: KernelContext): Cell {
  const { layer, activations, inputBias, recurrentBias, h } = direction;
  const { batch, hidden } = layer;
  const [f] = activations;
  context.reserve(8 * batch * hidden);
  const recurrent = new Float64Array(batch * hidden);
  return {
    bias: inputBias.map((value, i) => value + recurrentBias[i]),
    *advance(pre, at, active): Steps<void> {
      yield* direction.multiply(h, 0, 1, recurrent);
      for (let b = 0; b < batch; b++) {
        if (active[b] === 0) continue;
        for (let i = b * hidden; i < (b + 1) * hidden; i++) h[i] = f(pre[at + i] + recurrent[i]);
      }
    },
  };
}
