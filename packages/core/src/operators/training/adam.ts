import { float } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Adam. */
export const adam = defineOperator({
  name: "Adam",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    alpha: float({ default: 0.9 }),
    beta: float({ default: 0.999 }),
    epsilon: float({ default: 1e-6 }),
    norm_coefficient: float({ default: 0 }),
    norm_coefficient_post: float({ default: 0 }),
  },
  accuracy: "exact",
});
