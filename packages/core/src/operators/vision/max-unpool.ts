import { ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX MaxUnpool. */
export const maxUnpool = defineOperator({
  name: "MaxUnpool",
  versions: [{ since: 22 }, { since: 11, types: { T1: types("f16 f32 f64"), T2: types("i64") } }, { since: 9 }],
  inputs: [required("X", "T1"), required("I", "T2"), optional("output_shape", "T2")],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: { kernel_shape: ints({ required: true }), pads: ints(), strides: ints() },
  accuracy: "exact",
});
