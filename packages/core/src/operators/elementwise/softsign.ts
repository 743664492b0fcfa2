import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** x / (1 + |x|), elementwise. ONNX Softsign. */
export const softsign = defineOperator({
  name: "Softsign",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: (x) => x / (1 + Math.abs(x)) }),
  lower: unaryPoints((x, k) => k.div(x, k.add(k.abs(x), 1))),
  accuracy: "rounding",
  samples: () => unarySamples([-1, 0, 3], [-0.5, 0, 0.75]),
});
