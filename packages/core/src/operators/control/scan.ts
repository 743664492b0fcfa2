import { graph, int, ints } from "../attributes.ts";
import { defineOperator, optional, variadic } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** ONNX Scan. */
export const scan = defineOperator({
  name: "Scan",
  versions: [
    { since: 25 },
    { since: 24, types: { V: ANY_24 } },
    { since: 23, types: { V: ANY_23 } },
    { since: 21, types: { V: ANY_21 } },
    { since: 19, types: { V: ANY_19 } },
    { since: 16, types: { V: ANY_13 } },
    { since: 11, types: { V: ANY_1 } },
    { since: 9 },
    {
      since: 8,
      inputs: [optional("sequence_lens", "I"), variadic("initial_state_and_scan_inputs", "V", { heterogeneous: true })],
      types: { I: types("i64"), V: ANY_1 },
      attributes: { body: graph({ required: true }), directions: ints(), num_scan_inputs: int({ required: true }) },
    },
  ],
  inputs: [variadic("initial_state_and_scan_inputs", "V", { heterogeneous: true })],
  outputs: [variadic("final_state_and_scan_outputs", "V", { heterogeneous: true })],
  types: { V: ANY_25 },
  attributes: {
    body: graph({ required: true }),
    num_scan_inputs: int({ required: true }),
    scan_input_axes: ints(),
    scan_input_directions: ints(),
    scan_output_axes: ints(),
    scan_output_directions: ints(),
  },
  accuracy: "exact",
});
