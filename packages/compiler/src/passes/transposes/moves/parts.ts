import { attributeOf, indices, type NamedAttribute, type Node, type Tensor, tensorFrom } from "@hodu/core";
import type { PassGraph } from "../../../rewrite/pass-graph.ts";
import type { InputMove } from "../move.ts";
import type { Order } from "../order.ts";

/** An input that is read in an order. */
export const ordered = (order: Order): InputMove => ({ kind: "ordered", order });

/** The whole number that an attribute states. */
export function intOf(node: Node, name: string, otherwise: number): number {
  const value = attributeOf(node, name);
  return value?.kind === "int" ? Number(value.value) : otherwise;
}

/** The attributes of a node with one of them set. */
export function withAttribute({ attributes }: Node, attribute: NamedAttribute): readonly NamedAttribute[] {
  return [...attributes.filter(({ name }) => name !== attribute.name), attribute];
}

/** An attribute that is a whole number. */
export const intAttribute = (name: string, value: number): NamedAttribute => ({
  name,
  value: { kind: "int", value: BigInt(value) },
});

/** An attribute that is a list of whole numbers. */
export const intsAttribute = (name: string, value: readonly number[]): NamedAttribute => ({
  name,
  value: { kind: "ints", value: value.map(BigInt) },
});

/** An axis counted from the front; undefined when there is no such axis. */
export function axisOf(axis: number, rank: number): number | undefined {
  const counted = axis < 0 ? axis + rank : axis;
  return counted >= 0 && counted < rank ? counted : undefined;
}

/** Axes counted from the front, each once; undefined when there is no such axis. */
export function axesOf(axes: readonly number[], rank: number): readonly number[] | undefined {
  const counted = axes.map((axis) => axisOf(axis, rank));
  if (new Set(counted).size < counted.length) return undefined;
  return counted.every((axis) => axis !== undefined) ? counted : undefined;
}

/** Whether a node has an input at this place. */
export const isGiven = (node: Node, input: number): boolean => (node.inputs[input] ?? "") !== "";

/** The elements of an integer input that is known before the run. */
export function knownInts(node: Node, input: number, graph: PassGraph): readonly number[] | undefined {
  const value = isGiven(node, input) ? graph.constantOf(node.inputs[input]) : undefined;
  return value && (value.dtype === "i64" || value.dtype === "i32") ? indices(value) : undefined;
}

/** A list as a tensor of i64. */
export const int64s = (values: readonly number[]): Tensor => tensorFrom("i64", [values.length], values);

/** The rank of a value; undefined while it is not known. */
export const rankOf = (value: string, graph: PassGraph): number | undefined => graph.shapeOf(value)?.length;
