import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_19B, REAL_21B, REAL_23B, REAL_25B, REAL_28B, types } from "../type-sets.ts";

/** ONNX DequantizeLinear. */
export const dequantizeLinear = defineOperator({
  name: "DequantizeLinear",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: REAL_25B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    { since: 24, types: { T1: REAL_23B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    { since: 23, types: { T1: REAL_23B, T2: types("f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    {
      since: 21,
      outputs: [required("y", "T2")],
      types: { T1: REAL_21B, T2: types("f16 bf16 f32") },
      attributes: { axis: int({ default: 1 }), block_size: int({ default: 0 }) },
    },
    { since: 19, types: { T1: REAL_19B, T2: types("f16 bf16 f32") }, attributes: { axis: int({ default: 1 }) } },
    {
      since: 13,
      inputs: [required("x", "T"), required("x_scale", "f32"), optional("x_zero_point", "T")],
      outputs: [required("y", "f32")],
      types: { T: types("i8 i32 u8") },
    },
    { since: 10, attributes: {} },
  ],
  inputs: [required("x", "T1"), required("x_scale", "T2"), optional("x_zero_point", "T1")],
  outputs: [required("y", "T3")],
  types: { T1: REAL_28B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") },
  attributes: { axis: int({ default: 1 }), block_size: int({ default: 0 }), output_dtype: int({ default: 0 }) },
  accuracy: "exact",
});
