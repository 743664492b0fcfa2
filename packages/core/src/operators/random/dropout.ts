import { float, int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";

/** ONNX Dropout. */
export const dropout = defineOperator({
  name: "Dropout",
  versions: [
    { since: 22 },
    { since: 13, types: { T: types("f16 bf16 f32 f64"), T1: types("f16 f32 f64"), T2: types("bool") } },
    { since: 12, types: { T: types("f16 f32 f64"), T1: types("f16 f32 f64"), T2: types("bool") } },
    {
      since: 10,
      inputs: [required("data", "T")],
      outputs: [required("output", "T"), optional("mask", "T1")],
      types: { T: types("f16 f32 f64"), T1: types("bool") },
      attributes: { ratio: float({ default: 0.5 }) },
    },
    { since: 7, outputs: [required("output", "T"), optional("mask", "T")], types: { T: types("f16 f32 f64") } },
    { since: 6, attributes: { is_test: int({ default: 0 }), ratio: float({ default: 0.5 }) } },
    { since: 1, attributes: { consumed_inputs: ints(), is_test: int({ default: 0 }), ratio: float({ default: 0.5 }) } },
  ],
  inputs: [required("data", "T"), optional("ratio", "T1"), optional("training_mode", "T2")],
  outputs: [required("output", "T"), optional("mask", "T2")],
  types: { T: FLOATS_20, T1: FLOATS_20, T2: types("bool") },
  attributes: { seed: int() },
  accuracy: "exact",
});
