import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { cosh as coshOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** cosh(x), elementwise. ONNX Cosh. */
export const cosh = defineOperator({
  name: "Cosh",
  versions: [{ since: 22 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.cosh }),
  lower: functionPoints(coshOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, 3], [1.5430806348152437, 1, 1.5430806348152437, 10.067661995777765]),
});
