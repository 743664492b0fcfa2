import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** ONNX Flatten. */
export const flatten = defineOperator({
  name: "Flatten",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 11, types: { T: ANY_1 } },
    { since: 9 },
    { since: 1, types: { T: types("f16 f32 f64") } },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_25 },
  attributes: { axis: int({ default: 1 }) },
  accuracy: "exact",
});
