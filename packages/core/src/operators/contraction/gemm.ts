import { float, int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";

/** ONNX Gemm. */
export const gemm = defineOperator({
  name: "Gemm",
  versions: [
    { since: 13 },
    { since: 11, types: { T: REAL_1 } },
    { since: 9, inputs: [required("A", "T"), required("B", "T"), required("C", "T")] },
    { since: 7, types: { T: types("f16 f32 f64") } },
    {
      since: 6,
      attributes: {
        alpha: float({ default: 1 }),
        beta: float({ default: 1 }),
        broadcast: int({ default: 0 }),
        transA: int({ default: 0 }),
        transB: int({ default: 0 }),
      },
    },
    { since: 1 },
  ],
  inputs: [required("A", "T"), required("B", "T"), optional("C", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {
    alpha: float({ default: 1 }),
    beta: float({ default: 1 }),
    transA: int({ default: 0 }),
    transB: int({ default: 0 }),
  },
  accuracy: "exact",
});
