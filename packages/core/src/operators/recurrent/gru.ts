import type { KernelContext, Steps } from "../../kernels/context.ts";
import { gruStates } from "../../lowering/recurrent-cells.ts";
import { recurrentPoints } from "../../lowering/recurrent-points.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float, floats, int, string, strings } from "../attributes.ts";
import { stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferLayer } from "./layer.ts";
import { type Cell, type Direction, runLayer } from "./run-layer.ts";
import { withoutLayout } from "./versions.ts";

const FORM = { gates: 3, activations: ["Sigmoid", "Tanh"], hasCell: false };

/**
 * Gated recurrent unit over sequences [steps, batch, input]: z, r = f(x W' + h R' + b), H = (1 - z) g(x W' + (r h) R' +
 * b) + z h; linear_before_reset multiplies (h R' + Rb) by r instead. Gates lie in the order z, r, h; layout 1 puts
 * batch first. ONNX GRU.
 */
export const gru = defineOperator({
  name: "GRU",
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
        linear_before_reset: int({ default: 0 }),
      },
      changed: "attribute layout",
      downgrade: withoutLayout,
    },
    {
      since: 3,
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings(),
        clip: float(),
        direction: string({ default: "forward" }),
        hidden_size: int(),
        linear_before_reset: int({ default: 0 }),
        output_sequence: int({ default: 0 }),
      },
      changed: "attribute output_sequence is gone",
      upgrade: (node) => withoutAttributes(node, "output_sequence"),
    },
    {
      since: 1,
      outputs: [optional("Y", "T"), required("Y_h", "T")],
      attributes: {
        activation_alpha: floats(),
        activation_beta: floats(),
        activations: strings(),
        clip: float(),
        direction: string({ default: "foward" }),
        hidden_size: int(),
        output_sequence: int({ default: 0 }),
      },
      changed: "attribute linear_before_reset; the default direction was misspelt",
      upgrade: fromVersion1,
      downgrade: toVersion1,
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
    activations: strings(),
    clip: float(),
    direction: string({ default: "forward" }),
    hidden_size: int(),
    layout: int({ default: 0 }),
    linear_before_reset: int({ default: 0 }),
  },
  infer: inferLayer(FORM),
  reference: (inputs, attributes, context) =>
    runLayer(inputs, attributes, FORM, context, (direction) =>
      cellOf(direction, attributes.linear_before_reset !== 0, context),
    ),
  lower: recurrentPoints(FORM, gruStates),
  accuracy: "transcendental",
  samples: () => [
    {
      attributes: { linear_before_reset: 0 },
      inputs: [
        tensorFrom("f32", [2, 1, 1], [1, -0.5]),
        tensorFrom("f32", [1, 3, 1], [0.5, 0.25, -0.75]),
        tensorFrom("f32", [1, 3, 1], [1, -1, 0.5]),
        tensorFrom("f32", [1, 6], [0.125, 0.25, 0.5, 0.25, -0.5, 0.75]),
        undefined,
        tensorFrom("f32", [1, 1, 1], [0.5]),
      ],
      outputs: [
        tensorFrom("f32", [2, 1, 1, 1], [0.5066683292388916, 0.6554626822471619]),
        tensorFrom("f32", [1, 1, 1], [0.6554626822471619]),
      ],
    },
    {
      attributes: { linear_before_reset: 1 },
      inputs: [
        tensorFrom("f32", [2, 1, 1], [1, -0.5]),
        tensorFrom("f32", [1, 3, 1], [0.5, 0.25, -0.75]),
        tensorFrom("f32", [1, 3, 1], [1, -1, 0.5]),
        tensorFrom("f32", [1, 6], [0.125, 0.25, 0.5, 0.25, -0.5, 0.75]),
        undefined,
        tensorFrom("f32", [1, 1, 1], [0.5]),
      ],
      outputs: [
        tensorFrom("f32", [2, 1, 1, 1], [0.42469412088394165, 0.5713133811950684]),
        tensorFrom("f32", [1, 1, 1], [0.5713133811950684]),
      ],
    },
  ],
  errors: () => [
    {
      attributes: { activations: ["Sigmoid"] },
      inputs: [
        tensorFrom("f32", [1, 1, 1], [1]),
        tensorFrom("f32", [1, 3, 1], [1, 1, 1]),
        tensorFrom("f32", [1, 3, 1], [1, 1, 1]),
      ],
      message: /activations must name 2 functions, found 1/,
    },
    {
      attributes: { hidden_size: 2 },
      inputs: [
        tensorFrom("f32", [1, 1, 1], [1]),
        tensorFrom("f32", [1, 3, 1], [1, 1, 1]),
        tensorFrom("f32", [1, 3, 1], [1, 1, 1]),
      ],
      message: /W of shape \[1, 3, 1\] must have shape \[1, 6, 1\]/,
    },
  ],
});

/** Version 1 has no linear_before_reset, and its default direction is misspelt. */
function toVersion1(node: Node): Node | undefined {
  const linear = attributeOf(node, "linear_before_reset");
  if (linear?.kind === "int" && linear.value !== 0n) return undefined;
  const plain = withoutAttributes(node, "linear_before_reset");
  return attributeOf(node, "direction") === undefined
    ? withAttributes(plain, stringAttribute("direction", "forward"))
    : plain;
}

function fromVersion1(node: Node): Node {
  const direction = attributeOf(node, "direction");
  return direction?.kind === "string" && direction.value === "foward" ? withoutAttributes(node, "direction") : node;
}

function cellOf(direction: Direction, isLinear: boolean, context: KernelContext): Cell {
  const { layer, activations, inputBias, recurrentBias, h } = direction;
  const { batch, hidden } = layer;
  const [f, g] = activations;
  context.reserve(8 * batch * 5 * hidden);
  /** z and r, then the product for h. */
  const gates = new Float64Array(batch * 2 * hidden);
  const candidate = new Float64Array(batch * hidden);
  const reset = new Float64Array(batch * hidden);

  /** Replaces the products in `gates` by z and r; `reset` becomes r h. */
  function openGates(pre: Float64Array, at: number, b: number): void {
    for (let j = 0; j < 2 * hidden; j++)
      gates[b * 2 * hidden + j] = f(pre[at + b * 3 * hidden + j] + gates[b * 2 * hidden + j]);
    for (let j = 0; j < hidden; j++) reset[b * hidden + j] = gates[b * 2 * hidden + hidden + j] * h[b * hidden + j];
  }

  function updateRow(pre: Float64Array, at: number, b: number): void {
    for (let j = 0; j < hidden; j++) {
      const unit = b * hidden + j;
      const z = gates[b * 2 * hidden + j];
      const r = gates[b * 2 * hidden + hidden + j];
      const product = isLinear ? r * (candidate[unit] + recurrentBias[2 * hidden + j]) : candidate[unit];
      h[unit] = (1 - z) * g(pre[at + b * 3 * hidden + 2 * hidden + j] + product) + z * h[unit];
    }
  }
  return {
    bias: inputBias.map((value, i) => (isLinear && i >= 2 * hidden ? value : value + recurrentBias[i])),
    *advance(pre, at, active): Steps<void> {
      yield* direction.multiply(h, 0, 2, gates);
      for (let b = 0; b < batch; b++) if (active[b] === 1) openGates(pre, at, b);
      yield* direction.multiply(isLinear ? h : reset, 2, 1, candidate);
      for (let b = 0; b < batch; b++) if (active[b] === 1) updateRow(pre, at, b);
    },
  };
}
