import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Gelu. */
export const gelu = defineOperator({
  name: "Gelu",
  versions: [{ since: 20 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { approximate: string({ default: "none" }) },
  accuracy: "exact",
});
