import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { expm1 } from "../../kernel-ir/functions/index.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float, ints } from "../attributes.ts";
import { floatAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

const NEW_ALPHA = 1.6732631921768188;
const NEW_GAMMA = 1.0507010221481323;

/** Version 1's defaults have fewer digits. */
function stateDefaults(node: Node): Node {
  return withDefaults(withoutAttributes(node, "consumed_inputs"), 1.673200011253357, 1.0506999492645264);
}

function stateNewDefaults(node: Node): Node {
  return withDefaults(node, NEW_ALPHA, NEW_GAMMA);
}

function withDefaults(node: Node, alpha: number, gamma: number): Node {
  const missing = [floatAttribute("alpha", alpha), floatAttribute("gamma", gamma)];
  return withAttributes(node, ...missing.filter(({ name }) => attributeOf(node, name) === undefined));
}

/** gamma x above 0, gamma alpha (e^x - 1) below, elementwise. ONNX Selu. */
export const selu = defineOperator({
  name: "Selu",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: {
        alpha: float({ default: 1.673200011253357 }),
        consumed_inputs: ints(),
        gamma: float({ default: 1.0506999492645264 }),
      },
      changed: "defaults with more digits",
      upgrade: stateDefaults,
      downgrade: stateNewDefaults,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: NEW_ALPHA }), gamma: float({ default: NEW_GAMMA }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha, gamma }) => (x > 0 ? gamma * x : gamma * alpha * Math.expm1(x)) }),
  lower: unaryPoints((x, k, { attributes: { alpha, gamma } }) =>
    k.mul(k.select(k.gt(x, 0), x, k.mul(expm1(k, x), alpha)), gamma),
  ),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1], [-3.792723352971346, 0, 3], { alpha: 2, gamma: 3 }),
});
