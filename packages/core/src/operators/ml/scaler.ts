import { floats } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Scaler. */
export const scaler = defineOperator({
  name: "Scaler",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: { offset: floats(), scale: floats() },
  accuracy: "exact",
});
