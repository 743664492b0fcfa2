import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Celu. */
export const celu = defineOperator({
  name: "Celu",
  versions: [{ since: 28 }, { since: 12, types: { T: types("f32") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  accuracy: "exact",
});
