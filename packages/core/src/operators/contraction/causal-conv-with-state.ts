import { string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX CausalConvWithState. */
export const causalConvWithState = defineOperator({
  name: "CausalConvWithState",
  versions: [{ since: 27 }],
  inputs: [required("input", "T"), required("weight", "T"), optional("bias", "T"), optional("past_state", "T")],
  outputs: [required("output", "T"), required("present_state", "T")],
  types: { T: types("f16 bf16 f32") },
  attributes: { activation: string({ default: "none" }) },
  accuracy: "exact",
});
