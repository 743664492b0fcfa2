import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LogSoftmax. */
export const logSoftmax = defineOperator({
  name: "LogSoftmax",
  versions: [
    { since: 13 },
    { since: 11, types: { T: types("f16 f32 f64") }, attributes: { axis: int({ default: 1 }) } },
    { since: 1 },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }) },
  accuracy: "exact",
});
