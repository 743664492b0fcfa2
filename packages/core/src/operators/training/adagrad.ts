import { float } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Adagrad. */
export const adagrad = defineOperator({
  name: "Adagrad",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    decay_factor: float({ default: 0 }),
    epsilon: float({ default: 1e-6 }),
    norm_coefficient: float({ default: 0 }),
  },
  accuracy: "exact",
});
