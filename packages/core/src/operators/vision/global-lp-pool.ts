import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX GlobalLpPool. */
export const globalLpPool = defineOperator({
  name: "GlobalLpPool",
  versions: [
    { since: 22 },
    { since: 2, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { p: float({ default: 2 }) } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { p: int({ default: 2 }) },
  accuracy: "exact",
});
