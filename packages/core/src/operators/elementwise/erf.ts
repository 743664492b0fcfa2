import { isInteger, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { errorFunction } from "../../kernels/error-function.ts";
import type { Node } from "../../snapshot/types.ts";
import { erf as erfOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { intAttribute } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { REAL_1B, types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** Before opset 13 there were ints too: computed in f32, whose results of -1, 0 and 1 are all that an int can hold. */
function castInts(node: Node, rewrite: RewriteContext): Node {
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor" || !isInteger(type.dtype)) return node;
  const real = rewrite.emit("Cast", [node.inputs[0]], [intAttribute("to", onnxCodeOfDtype("f32"))]);
  const result = rewrite.emit("Erf", [real]);
  return { ...node, op: "Cast", inputs: [result], attributes: [intAttribute("to", onnxCodeOfDtype(type.dtype))] };
}

/** The error function of x, elementwise. ONNX Erf. */
export const erf = defineOperator({
  name: "Erf",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1B }, changed: "floats only", upgrade: castInts }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: errorFunction }),
  lower: functionPoints(erfOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 0.5, 3], [-0.8427007929497149, 0, 0.5204998778130465, 0.9999779095030014]),
});
