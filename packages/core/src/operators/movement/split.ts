import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required, variadic } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Split. */
export const split = defineOperator({
  name: "Split",
  versions: [
    { since: 18 },
    { since: 13, attributes: { axis: int({ default: 0 }) } },
    {
      since: 11,
      inputs: [required("input", "T")],
      types: { T: ANY_1 },
      attributes: { axis: int({ default: 0 }), split: ints() },
    },
    { since: 2 },
    {
      since: 1,
      inputs: [required("input", "T"), optional("split", "T")],
      outputs: [variadic("outputs...", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int(), split: ints() },
    },
  ],
  inputs: [required("input", "T"), optional("split", "i64")],
  outputs: [variadic("outputs", "T")],
  types: { T: ANY_13 },
  attributes: { axis: int({ default: 0 }), num_outputs: int() },
  accuracy: "exact",
});
