import type { Node } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";

/**
 * What a value must be made of: any value, a constant that is one number, a node on such values, or one of several patterns.
 * What bears one name must be the same value or node everywhere in a pattern.
 */
export type Pattern =
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "number"; readonly name: string; readonly near: number | undefined }
  | NodePattern
  | { readonly kind: "either"; readonly patterns: readonly Pattern[] };

/** A node of ai.onnx by its operator and inputs. */
export interface NodePattern {
  readonly kind: "node";
  readonly op: string;
  readonly inputs: readonly Pattern[];
  readonly name: string | undefined;
  readonly where: NodeTest | undefined;
}

/** What must hold of a node beside its operator and inputs. */
export type NodeTest = (node: Node, graph: PassGraph) => boolean;

/** Any value. */
export const value = (name: string): Pattern => ({ kind: "value", name });

/** A constant of one element that is, as its dtype rounds it, the number `near`. */
export const number = (near: number): Pattern => ({ kind: "number", name: String(near), near });

/** A constant of one element, whatever number it is. */
export const anyNumber = (name: string): Pattern => ({ kind: "number", name, near: undefined });

/** A node; of two operands of Add, Mul, Max or Min either may come first. */
export function node(
  op: string,
  inputs: readonly Pattern[],
  options: { readonly name?: string; readonly where?: NodeTest } = {},
): NodePattern {
  return { kind: "node", op, inputs, name: options.name, where: options.where };
}

/** The first of the patterns that fits. */
export const either = (...patterns: readonly Pattern[]): Pattern => ({ kind: "either", patterns });

/** a + b, a - b, a * b, a / b. */
export const add = (a: Pattern, b: Pattern): NodePattern => node("Add", [a, b]);
export const sub = (a: Pattern, b: Pattern): NodePattern => node("Sub", [a, b]);
export const mul = (a: Pattern, b: Pattern): NodePattern => node("Mul", [a, b]);
export const div = (a: Pattern, b: Pattern): NodePattern => node("Div", [a, b]);

/** p times a number, be it written as a product or as a quotient. */
export const scaled = (p: Pattern, by: number): Pattern => either(mul(p, number(by)), div(p, number(1 / by)));

/** p squared. */
export const square = (p: Pattern): Pattern => either(node("Pow", [p, number(2)]), mul(p, p));

/** 1 / p. */
export const reciprocal = (p: Pattern): Pattern => either(node("Reciprocal", [p]), div(number(1), p));
