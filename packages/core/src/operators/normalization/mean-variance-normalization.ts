import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX MeanVarianceNormalization. */
export const meanVarianceNormalization = defineOperator({
  name: "MeanVarianceNormalization",
  versions: [{ since: 13 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axes: ints({ default: [0, 2, 3] }) },
  accuracy: "exact",
});
