import { attributeOf, type Node } from "../../snapshot/types.ts";
import { intOf, intsOf } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/**
 * The downgrade of a pool to before opset 22, when ceil_mode kept a last window that starts in the padding behind its axis:
 * undefined where the shape tells that there is one.
 */
export function withoutLateWindow(node: Node, rewrite: RewriteContext): Node | undefined {
  const autoPad = attributeOf(node, "auto_pad")?.value ?? "NOTSET";
  const type = rewrite.typeOf(node.inputs[0]);
  const kernel = intsOf(node, "kernel_shape");
  if ((intOf(node, "ceil_mode") ?? 0) === 0 || autoPad !== "NOTSET") return node;
  if (type?.kind !== "tensor" || type.shape === undefined || kernel === undefined) return node;
  const at = (name: string, i: number, absent: number): number => Number(intsOf(node, name)?.[i] ?? absent);
  const isLate = type.shape.slice(2).some((size, i) => {
    if (typeof size !== "number") return false;
    const [begin, end, stride] = [at("pads", i, 0), at("pads", i + kernel.length, 0), at("strides", i, 1)];
    const reach = (Number(kernel[i]) - 1) * at("dilations", i, 1) + 1;
    return Math.ceil((size + begin + end - reach) / stride) * stride >= size + begin;
  });
  return isLate ? undefined : node;
}
