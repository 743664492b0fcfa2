import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { atanh as atanhOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** artanh(x), elementwise; NaN outside of -1..1. ONNX Atanh. */
export const atanh = defineOperator({
  name: "Atanh",
  versions: [{ since: 22 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.atanh }),
  lower: functionPoints(atanhOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-0.5, 0, 0.5], [-0.5493061443340548, 0, 0.5493061443340548]),
});
