import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX InstanceNormalization. */
export const instanceNormalization = defineOperator({
  name: "InstanceNormalization",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { consumed_inputs: ints(), epsilon: float({ default: 1e-5 }) } },
  ],
  inputs: [required("input", "T"), required("scale", "T"), required("B", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { epsilon: float({ default: 1e-5 }) },
  accuracy: "exact",
});
