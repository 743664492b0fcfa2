import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX DFT. */
export const dft = defineOperator({
  name: "DFT",
  versions: [
    { since: 20 },
    {
      since: 17,
      inputs: [required("input", "T1"), optional("dft_length", "T2")],
      attributes: { axis: int({ default: 1 }), inverse: int({ default: 0 }), onesided: int({ default: 0 }) },
    },
  ],
  inputs: [required("input", "T1"), optional("dft_length", "T2"), optional("axis", "i64")],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i32 i64") },
  attributes: { inverse: int({ default: 0 }), onesided: int({ default: 0 }) },
  accuracy: "exact",
});
