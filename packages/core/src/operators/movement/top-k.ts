import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX TopK. */
export const topK = defineOperator({
  name: "TopK",
  versions: [
    { since: 24 },
    { since: 11, types: { T: REAL_1B, I: types("i64") } },
    { since: 10, types: { T: types("f16 f32 f64"), I: types("i64") }, attributes: { axis: int({ default: -1 }) } },
    { since: 1, inputs: [required("X", "T")], attributes: { axis: int({ default: -1 }), k: int({ required: true }) } },
  ],
  inputs: [required("X", "T"), required("K", "i64")],
  outputs: [required("Values", "T"), required("Indices", "I")],
  types: { T: REAL_13E, I: types("i64") },
  attributes: { axis: int({ default: -1 }), largest: int({ default: 1 }), sorted: int({ default: 1 }) },
  accuracy: "exact",
});
