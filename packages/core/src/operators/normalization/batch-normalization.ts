import { float, int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX BatchNormalization. */
export const batchNormalization = defineOperator({
  name: "BatchNormalization",
  versions: [
    { since: 15 },
    {
      since: 14,
      inputs: [
        required("X", "T"),
        required("scale", "T"),
        required("B", "T"),
        required("input_mean", "U"),
        required("input_var", "U"),
      ],
      outputs: [required("Y", "T"), optional("running_mean", "U"), optional("running_var", "U")],
      types: { T: types("f16 bf16 f32 f64"), U: types("f16 bf16 f32 f64") },
    },
    {
      since: 9,
      inputs: [
        required("X", "T"),
        required("scale", "T"),
        required("B", "T"),
        required("mean", "T"),
        required("var", "T"),
      ],
      outputs: [
        required("Y", "T"),
        optional("mean", "T"),
        optional("var", "T"),
        optional("saved_mean", "T"),
        optional("saved_var", "T"),
      ],
      types: { T: types("f16 f32 f64") },
      attributes: { epsilon: float({ default: 1e-5 }), momentum: float({ default: 0.9 }) },
    },
    {
      since: 7,
      attributes: {
        epsilon: float({ default: 1e-5 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
    },
    {
      since: 6,
      attributes: {
        epsilon: float({ default: 1e-5 }),
        is_test: int({ default: 0 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
    },
    {
      since: 1,
      attributes: {
        consumed_inputs: ints({ required: true }),
        epsilon: float({ default: 1e-5 }),
        is_test: int({ default: 0 }),
        momentum: float({ default: 0.9 }),
        spatial: int({ default: 1 }),
      },
    },
  ],
  inputs: [
    required("X", "T"),
    required("scale", "T1"),
    required("B", "T1"),
    required("input_mean", "T2"),
    required("input_var", "T2"),
  ],
  outputs: [required("Y", "T"), optional("running_mean", "T2"), optional("running_var", "T2")],
  types: { T: types("f16 bf16 f32 f64"), T1: types("f16 bf16 f32 f64"), T2: types("f16 bf16 f32 f64") },
  attributes: {
    epsilon: float({ default: 1e-5 }),
    momentum: float({ default: 0.9 }),
    training_mode: int({ default: 0 }),
  },
  accuracy: "exact",
});
