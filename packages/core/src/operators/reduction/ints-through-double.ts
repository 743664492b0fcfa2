import { isInteger, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import type { Node } from "../../snapshot/types.ts";
import { intAttribute } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/** Upgrade of operators that no longer take ints: such a node computes in double, and a Cast gives it its dtype back. */
export function intsThroughDouble(node: Node, rewrite: RewriteContext): Node {
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor" || !isInteger(type.dtype)) return node;
  const [x, ...rest] = node.inputs;
  const wide = rewrite.emit("Cast", [x], [intAttribute("to", onnxCodeOfDtype("f64"))]);
  const result = rewrite.emit(node.op, [wide, ...rest], node.attributes);
  return { ...node, op: "Cast", inputs: [result], attributes: [intAttribute("to", onnxCodeOfDtype(type.dtype))] };
}
