import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Swish. */
export const swish = defineOperator({
  name: "Swish",
  versions: [{ since: 24 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  accuracy: "exact",
});
