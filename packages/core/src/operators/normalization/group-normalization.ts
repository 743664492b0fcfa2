import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX GroupNormalization. */
export const groupNormalization = defineOperator({
  name: "GroupNormalization",
  versions: [
    { since: 21 },
    { since: 18, attributes: { epsilon: float({ default: 1e-5 }), num_groups: int({ required: true }) } },
  ],
  inputs: [required("X", "T"), required("scale", "T"), required("bias", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    epsilon: float({ default: 1e-5 }),
    num_groups: int({ required: true }),
    stash_type: int({ default: 1 }),
  },
  accuracy: "exact",
});
