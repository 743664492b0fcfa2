import { ints } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX Min. */
export const min = defineOperator({
  name: "Min",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    { since: 8, types: { T: types("f16 f32 f64") } },
    { since: 6 },
    { since: 1, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [variadic("data_0", "T")],
  outputs: [required("min", "T")],
  types: { T: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
