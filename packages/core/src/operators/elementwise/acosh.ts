import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { acosh as acoshOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** arcosh(x), elementwise; NaN below 1. ONNX Acosh. */
export const acosh = defineOperator({
  name: "Acosh",
  versions: [{ since: 22 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.acosh }),
  lower: functionPoints(acoshOf),
  accuracy: "transcendental",
  samples: () => unarySamples([1, 2, 10], [0, 1.3169578969248166, 2.993222846126381]),
});
