import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13C, types } from "../type-sets.ts";

/** ONNX Relu. */
export const relu = defineOperator({
  name: "Relu",
  versions: [
    { since: 14 },
    { since: 13, types: { T: types("f16 bf16 f32 f64") } },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13C },
  attributes: {},
  accuracy: "exact",
});
