import { float, int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LayerNormalization. */
export const layerNormalization = defineOperator({
  name: "LayerNormalization",
  versions: [{ since: 17 }],
  inputs: [required("X", "T"), required("Scale", "T"), optional("B", "T")],
  outputs: [required("Y", "T"), optional("Mean", "U"), optional("InvStdDev", "U")],
  types: { T: types("f16 bf16 f32 f64"), U: types("bf16 f32") },
  attributes: { axis: int({ default: -1 }), epsilon: float({ default: 1e-5 }), stash_type: int({ default: 1 }) },
  accuracy: "exact",
});
