import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RMSNormalization. */
export const rmsNormalization = defineOperator({
  name: "RMSNormalization",
  versions: [{ since: 23 }],
  inputs: [required("X", "T"), required("scale", "V")],
  outputs: [required("Y", "V")],
  types: { T: types("f16 bf16 f32 f64"), V: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }), epsilon: float({ default: 1e-5 }), stash_type: int({ default: 1 }) },
  accuracy: "exact",
});
