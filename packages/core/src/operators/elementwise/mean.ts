import { ints } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Mean. */
export const mean = defineOperator({
  name: "Mean",
  versions: [
    { since: 13 },
    { since: 8, types: { T: types("f16 f32 f64") } },
    { since: 6 },
    { since: 1, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [variadic("data_0", "T")],
  outputs: [required("mean", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
