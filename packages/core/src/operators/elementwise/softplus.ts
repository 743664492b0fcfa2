import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { softplusPoint } from "../../lowering/softplus-point.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { softplusOf } from "./activations.ts";
import { unarySamples } from "./samples.ts";

/** ln(1 + e^x), elementwise. ONNX Softplus. */
export const softplus = defineOperator({
  name: "Softplus",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: softplusOf }),
  lower: unaryPoints(softplusPoint),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [0.31326168751822286, 0.6931471805599453, 2.1269280110429727]),
});
