import { attributeOf, type Node } from "../../snapshot/types.ts";
import { floatAttribute, intAttribute, withAttributes } from "../edit-node.ts";
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

/** The node with its float p as an integer; fails where it is none. */
export function integerPower(node: Node, rewrite: RewriteContext): Node {
  const p = attributeOf(node, "p");
  if (p?.kind !== "float") return node;
  if (!Number.isInteger(p.value)) rewrite.fail(`p ${p.value} is not an integer, which later versions ask for`);
  return withAttributes(node, intAttribute("p", p.value));
}

/** The node with its integer p as a float. */
export function floatPower(node: Node): Node {
  const p = attributeOf(node, "p");
  return p?.kind === "int" ? withAttributes(node, floatAttribute("p", Number(p.value))) : node;
}
