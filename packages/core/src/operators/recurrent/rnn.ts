import { float, floats, int, string, strings } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RNN. */
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
  accuracy: "exact",
});
