import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";

/** ONNX PRelu. */
export const pRelu = defineOperator({
  name: "PRelu",
  versions: [
    { since: 16 },
    { since: 9, types: { T: REAL_1 } },
    { since: 7, types: { T: types("f16 f32 f64") } },
    { since: 6 },
    { since: 1, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T"), required("slope", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {},
  accuracy: "exact",
});
