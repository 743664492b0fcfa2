import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_19, REAL_21, REAL_23, REAL_24, REAL_25, REAL_28, types } from "../type-sets.ts";

/** ONNX QuantizeLinear. */
export const quantizeLinear = defineOperator({
  name: "QuantizeLinear",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_25 } },
    { since: 24, types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_23 } },
    { since: 23, types: { T1: types("i32 f16 bf16 f32"), T2: types("i32 f16 bf16 f32"), T3: REAL_23 } },
    {
      since: 21,
      inputs: [required("x", "T1"), required("y_scale", "T1"), optional("y_zero_point", "T2")],
      outputs: [required("y", "T2")],
      types: { T1: types("i32 f16 bf16 f32"), T2: REAL_21 },
      attributes: {
        axis: int({ default: 1 }),
        block_size: int({ default: 0 }),
        output_dtype: int({ default: 0 }),
        saturate: int({ default: 1 }),
      },
    },
    {
      since: 19,
      types: { T1: types("i32 f16 bf16 f32"), T2: REAL_19 },
      attributes: { axis: int({ default: 1 }), saturate: int({ default: 1 }) },
    },
    {
      since: 13,
      inputs: [required("x", "T1"), required("y_scale", "f32"), optional("y_zero_point", "T2")],
      types: { T1: types("i32 f32"), T2: types("i8 u8") },
      attributes: { axis: int({ default: 1 }) },
    },
    { since: 10, attributes: {} },
  ],
  inputs: [required("x", "T1"), required("y_scale", "T2"), optional("y_zero_point", "T3")],
  outputs: [required("y", "T3")],
  types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_28 },
  attributes: {
    axis: int({ default: 1 }),
    block_size: int({ default: 0 }),
    output_dtype: int({ default: 0 }),
    precision: int({ default: 0 }),
    saturate: int({ default: 1 }),
  },
  accuracy: "exact",
});
