import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13C, REAL_6, types } from "../type-sets.ts";

/** ONNX Neg. */
export const neg = defineOperator({
  name: "Neg",
  versions: [
    { since: 13 },
    { since: 6, types: { T: REAL_6 } },
    { since: 1, types: { T: types("f16 f32 f64") }, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13C },
  attributes: {},
  accuracy: "exact",
});
