import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX SwiGLU. */
export const swiGlu = defineOperator({
  name: "SwiGLU",
  versions: [{ since: 28 }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  accuracy: "exact",
});
