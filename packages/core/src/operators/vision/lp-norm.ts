import { attributeOf, type Node } from "../../snapshot/types.ts";
import { floatAttribute, intAttribute, withAttributes } from "../edit-node.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { RewriteContext } from "../operator.ts";

/** Fails unless p is the exponent of a norm. */
export function checkPower(p: number, context: { fail(rule: string): never }): void {
  if (!(p >= 1)) context.fail(`p ${p} must be at least 1`);
}

/** |x|^p as a function of x. */
export function powerOf(p: number): (x: number) => number {
  if (p === 1) return Math.abs;
  return p === 2 ? (x) => x * x : (x) => Math.abs(x) ** p;
}

/** The p-th root of a sum of powers. */
export function rootOf(sum: number, p: number): number {
  if (p === 1) return sum;
  return p === 2 ? Math.sqrt(sum) : sum ** (1 / p);
}

/** The node with its float p as an integer. For any other exponent: the p-th root of the operator with p 1 of |x|^p. */
export function integerPower(node: Node, rewrite: RewriteContext): Node {
  const p = attributeOf(node, "p");
  if (p?.kind !== "float") return node;
  if (Number.isInteger(p.value)) return withAttributes(node, intAttribute("p", p.value));
  const [x] = node.inputs;
  const type = rewrite.typeOf(x);
  if (type?.kind !== "tensor") rewrite.fail("the dtype of its input is not known");
  const broadcast = [intAttribute("broadcast", 1)];
  const exponent = (value: number): string => rewrite.constant(tensorFrom(type.dtype, [], [value]));
  const powers = rewrite.emit("Pow", [rewrite.emit("Abs", [x]), exponent(p.value)], broadcast);
  const sums = rewrite.emit(node.op, [powers], withAttributes(node, intAttribute("p", 1)).attributes);
  return { ...node, op: "Pow", inputs: [sums, exponent(1 / p.value)], attributes: broadcast };
}

/** The node with its integer p as a float. */
export function floatPower(node: Node): Node {
  const p = attributeOf(node, "p");
  return p?.kind === "int" ? withAttributes(node, floatAttribute("p", Number(p.value))) : node;
}
