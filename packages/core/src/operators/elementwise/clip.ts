import { float, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX Clip. */
export const clip = defineOperator({
  name: "Clip",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    { since: 11, types: { T: types("f16 f32 f64") } },
    {
      since: 6,
      inputs: [required("input", "T")],
      attributes: { max: float({ default: 3.4028235e38 }), min: float({ default: -3.4028235e38 }) },
    },
    { since: 1, attributes: { consumed_inputs: ints(), max: float(), min: float() } },
  ],
  inputs: [required("input", "T"), optional("min", "T"), optional("max", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
