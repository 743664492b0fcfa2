import { type Dim, dimsEqual } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { intAttribute, intsAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/**
 * Before opset 7, `broadcast` = 1 lined up B's axes with A's from `axis` on (left out: with the last ones).
 * Numpy's rules, which came then, line up the last axes: B gets the trailing axes of size 1 that it lacks.
 */
export function upgradeBroadcast(node: Node, rewrite: RewriteContext): Node {
  const plain = withoutAttributes(node, "axis", "broadcast", "consumed_inputs");
  const axis = attributeOf(node, "axis");
  const broadcast = attributeOf(node, "broadcast");
  if (broadcast?.kind !== "int" || broadcast.value === 0n || axis?.kind !== "int") return plain;
  return { ...plain, inputs: [node.inputs[0], alignAxis(node.inputs[0], node.inputs[1], Number(axis.value), rewrite)] };
}

/** `b` with as many trailing axes of size 1 as line up its first axis with `axis` of `a`. */
export function alignAxis(a: string, b: string, axis: number, rewrite: RewriteContext): string {
  const own = shapeOf(b, rewrite);
  if (own === undefined) return rewrite.fail(`axis ${axis} needs to know the rank of the second input`);
  if (own.every((dim) => dim === 1)) return b;
  const rank = shapeOf(a, rewrite)?.length;
  if (rank === undefined) return alignUnknownRank(a, b, axis + own.length, rewrite);
  const missing = rank - (axis < 0 ? axis + rank : axis) - own.length;
  if (missing <= 0) return b;
  return rewrite.emit(
    "Unsqueeze",
    [b],
    [
      intsAttribute(
        "axes",
        Array.from({ length: missing }, (_, i) => own.length + i),
      ),
    ],
  );
}

/** The same when the rank of `a` is known only in the run: as many ones as `a` has axes from `first` on. */
function alignUnknownRank(a: string, b: string, first: number, rewrite: RewriteContext): string {
  if (first === 0) return b;
  const rest = rewrite.emit(
    "Slice",
    [rewrite.emit("Shape", [a])],
    [intsAttribute("starts", [first]), intsAttribute("ends", [2n ** 31n - 1n])],
  );
  const one = rewrite.constant(tensorFrom("i64", [1], [1]));
  const ones = rewrite.emit("Add", [rewrite.emit("Sub", [rest, rest]), one]);
  const shape = rewrite.emit("Concat", [rewrite.emit("Shape", [b]), ones], [intAttribute("axis", 0)]);
  return rewrite.emit("Reshape", [b, shape]);
}

/** A node with numpy's broadcasting as one of before opset 7, where the second input's axes are the last ones of the first's. */
export function downgradeBroadcast(node: Node, rewrite: RewriteContext): Node | undefined {
  const [a, b] = [shapeOf(node.inputs[0], rewrite), shapeOf(node.inputs[1], rewrite)];
  if (a === undefined || b === undefined || b.length > a.length) return undefined;
  const tail = a.slice(a.length - b.length);
  const fits = b.every((dim) => dim === 1) || b.every((dim, i) => dimsEqual(dim, tail[i]));
  if (!fits) return undefined;
  return a.length === b.length && b.every((dim, i) => dimsEqual(dim, a[i]))
    ? node
    : withAttributes(node, intAttribute("broadcast", 1));
}

/** A node that broadcasts as one of an opset in which all inputs have one shape. */
export function downgradeToEqualShapes(node: Node, rewrite: RewriteContext): Node | undefined {
  const shapes = node.inputs.map((name) => shapeOf(name, rewrite));
  const [first] = shapes;
  return first !== undefined && shapes.every((shape) => shape !== undefined && shapesEqual(shape, first))
    ? node
    : undefined;
}

function shapesEqual(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]));
}

function shapeOf(name: string, rewrite: RewriteContext): readonly Dim[] | undefined {
  const type = rewrite.typeOf(name);
  return type?.kind === "tensor" ? type.shape : undefined;
}
