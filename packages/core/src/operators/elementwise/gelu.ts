import { quote } from "../../errors/quote.ts";
import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { errorFunction } from "../../kernels/error-function.ts";
import { gelu as geluPoint, geluTanh } from "../../kernel-ir/functions/index.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples, vector } from "./samples.ts";

function approximationOf(approximate: string, context: { fail(rule: string): never }): "none" | "tanh" {
  if (approximate !== "none" && approximate !== "tanh") {
    context.fail(`approximate ${quote(approximate)} must be none or tanh`);
  }
  return approximate as "none" | "tanh";
}

const EXACT = unary({ float: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)) });
const TANH = unary({
  float: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
});

/**
 * x Phi(x), Phi the normal distribution: x/2 (1 + erf(x / sqrt 2)), elementwise, or with `approximate` "tanh"
 * x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). ONNX Gelu.
 */
export const gelu = defineOperator({
  name: "Gelu",
  versions: [{ since: 20 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { approximate: string({ default: "none" }) },
  infer: (context) => {
    approximationOf(context.attributes.approximate, context);
    return sameAsFirst(context);
  },
  reference: (inputs, { approximate }, context) =>
    (approximationOf(approximate, context) === "tanh" ? TANH : EXACT)(inputs, undefined, context),
  lower: unaryPoints((x, k, { attributes }) => (attributes.approximate === "tanh" ? geluTanh : geluPoint)(k, x)),
  accuracy: "transcendental",
  samples: () => [
    ...unarySamples([-1, 0, 1, 4], [-0.15865525393145707, 0, 0.8413447460685429, 3.9998733150326675]),
    ...unarySamples([-1, 0, 1, 4], [-0.15880800939172324, 0, 0.8411919906082768, 3.9999297540518075], {
      approximate: "tanh",
    }),
  ],
  errors: () => [{ attributes: { approximate: "erf" }, inputs: [vector("f32", 1)], message: /none or tanh/ }],
});
