import { float, string } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Momentum. */
export const momentum = defineOperator({
  name: "Momentum",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    alpha: float({ required: true }),
    beta: float({ required: true }),
    mode: string({ required: true }),
    norm_coefficient: float({ required: true }),
  },
  accuracy: "exact",
});
