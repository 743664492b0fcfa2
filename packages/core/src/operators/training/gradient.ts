import { string, strings } from "../attributes.ts";
import { defineOperator, variadic } from "../operator.ts";
import { ANY_1, types } from "../type-sets.ts";

/** ONNX Gradient. */
export const gradient = defineOperator({
  name: "Gradient",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [variadic("Inputs", "T1", { heterogeneous: true })],
  outputs: [variadic("Outputs", "T2", { heterogeneous: true })],
  types: { T1: ANY_1, T2: types("f16 f32 f64") },
  attributes: { xs: strings({ required: true }), y: string({ required: true }), zs: strings() },
  accuracy: "exact",
});
