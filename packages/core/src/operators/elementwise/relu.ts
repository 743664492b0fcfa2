import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13C, types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

function reluBlock(x: Float64Array, out: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) out[i] = Math.max(0, x[i]);
}

/** max(0, x), elementwise. ONNX Relu. */
export const relu = defineOperator({
  name: "Relu",
  versions: [
    { since: 14 },
    { since: 13, types: { T: types("f16 bf16 f32 f64") } },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13C },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ block: reluBlock, big: (x) => (x < 0n ? 0n : x) }),
  lower: unaryPoints((x, k) => k.max(x, 0)),
  accuracy: "exact",
  samples: () => unarySamples([-1.5, 0, 2], [0, 0, 2]),
});
