import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Sqrt. */
export const sqrt = defineOperator({
  name: "Sqrt",
  versions: [
    { since: 13 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
