import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX Abs. */
export const abs = defineOperator({
  name: "Abs",
  versions: [
    { since: 13 },
    { since: 6, types: { T: REAL_1B } },
    { since: 1, types: { T: types("f16 f32 f64") }, attributes: { consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
