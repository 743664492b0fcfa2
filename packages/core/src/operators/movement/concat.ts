import { int } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Concat. */
export const concat = defineOperator({
  name: "Concat",
  versions: [
    { since: 13 },
    { since: 11, types: { T: ANY_1 } },
    { since: 4 },
    { since: 1, types: { T: types("f16 f32 f64") }, attributes: { axis: int() } },
  ],
  inputs: [variadic("inputs", "T")],
  outputs: [required("concat_result", "T")],
  types: { T: ANY_13 },
  attributes: { axis: int({ required: true }) },
  accuracy: "exact",
});
