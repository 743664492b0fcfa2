import { float, floats, int, string, strings } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LSTM. */
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
  accuracy: "exact",
});
