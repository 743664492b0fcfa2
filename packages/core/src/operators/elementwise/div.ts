import { int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, REAL_13E, types } from "../type-sets.ts";

/** ONNX Div. */
export const div = defineOperator({
  name: "Div",
  versions: [
    { since: 14 },
    { since: 13, types: { T: REAL_13B } },
    { since: 7, types: { T: REAL_1 } },
    { since: 6, attributes: { axis: int(), broadcast: int({ default: 0 }) } },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int(), broadcast: int({ default: 0 }), consumed_inputs: ints() },
    },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
