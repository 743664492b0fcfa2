import { int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** ONNX Reshape. */
export const reshape = defineOperator({
  name: "Reshape",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 19, types: { T: ANY_19 } },
    { since: 14, types: { T: ANY_13 } },
    { since: 13, attributes: {} },
    { since: 5, types: { T: ANY_1 } },
    {
      since: 1,
      inputs: [required("data", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: { consumed_inputs: ints(), shape: ints() },
    },
  ],
  inputs: [required("data", "T"), required("shape", "i64")],
  outputs: [required("reshaped", "T")],
  types: { T: ANY_25 },
  attributes: { allowzero: int({ default: 0 }) },
  accuracy: "exact",
});
