import { attributeOf, type NamedAttribute, type Node } from "../snapshot/types.ts";
import { indices, tensorFrom } from "../tensors/elements.ts";
import type { RewriteContext } from "./operator.ts";

export const floatAttribute = (name: string, value: number): NamedAttribute => ({
  name,
  value: { kind: "float", value },
});
export const intAttribute = (name: string, value: number | bigint): NamedAttribute => ({
  name,
  value: { kind: "int", value: BigInt(value) },
});
export const intsAttribute = (name: string, values: readonly (number | bigint)[]): NamedAttribute => ({
  name,
  value: { kind: "ints", value: values.map(BigInt) },
});
export const stringAttribute = (name: string, value: string): NamedAttribute => ({
  name,
  value: { kind: "string", value },
});

/** Whether a float attribute, which has 32 bits, holds a number as it is. */
export const isSingle = (value: number): boolean => Object.is(Math.fround(value), value);

/** The node without the attributes named. */
export function withoutAttributes(node: Node, ...names: readonly string[]): Node {
  return { ...node, attributes: node.attributes.filter(({ name }) => !names.includes(name)) };
}

/** The node with these attributes, which take the place of those of the same name. */
export function withAttributes(node: Node, ...attributes: readonly NamedAttribute[]): Node {
  const kept = withoutAttributes(node, ...attributes.map(({ name }) => name));
  return { ...kept, attributes: [...kept.attributes, ...attributes] };
}

/** An upgrade for versions whose only loss is `consumed_inputs`, a hint that never changed a result. */
export const dropConsumedInputs = (node: Node): Node => withoutAttributes(node, "consumed_inputs");

/** The ints of an attribute; undefined when the node does not have it. */
export function intsOf(node: Node, name: string): readonly bigint[] | undefined {
  const attribute = attributeOf(node, name);
  return attribute?.kind === "ints" ? attribute.value : undefined;
}

/** An int attribute as a number; undefined when the node does not have it. */
export function intOf(node: Node, name: string): number | undefined {
  const attribute = attributeOf(node, name);
  return attribute?.kind === "int" ? Number(attribute.value) : undefined;
}

/** Emits an i64 vector; returns its name. */
export function int64Constant(values: readonly (number | bigint)[], rewrite: RewriteContext): string {
  return rewrite.constant(tensorFrom("i64", [values.length], values));
}

/** The node with a value as input `at`, or without that input when the value is "". */
export function withInput(node: Node, at: number, value: string): Node {
  const inputs = Array.from({ length: Math.max(node.inputs.length, at + 1) }, (_, i) => node.inputs[i] ?? "");
  inputs[at] = value;
  while (inputs.length > 0 && inputs.at(-1) === "") inputs.pop();
  return { ...node, inputs };
}

/** An upgrade for versions in which ints were an attribute that is an i64 input now. */
export function attributeToInput(name: string, at: number) {
  return (node: Node, rewrite: RewriteContext): Node => {
    const values = intsOf(node, name);
    if (values === undefined) return node;
    return withInput(withoutAttributes(node, name), at, int64Constant(values, rewrite));
  };
}

/** The downgrade that undoes `attributeToInput`, where the input is a constant. */
export function inputToAttribute(name: string, at: number) {
  return (node: Node, rewrite: RewriteContext): Node | undefined => {
    const input = node.inputs[at] ?? "";
    if (input === "") return node;
    const value = rewrite.constantOf(input);
    return value && withInput(withAttributes(node, intsAttribute(name, indices(value))), at, "");
  };
}

/** A downgrade for versions without an attribute: it must say what they do anyway. */
export function onlyInt(name: string, value: number) {
  return (node: Node): Node | undefined =>
    (intOf(node, name) ?? value) === value ? withoutAttributes(node, name) : undefined;
}

/** The same for a string attribute. */
export function onlyString(name: string, ...values: readonly string[]) {
  return (node: Node): Node | undefined => {
    const attribute = attributeOf(node, name);
    const fits = attribute === undefined || (attribute.kind === "string" && values.includes(attribute.value));
    return fits ? withoutAttributes(node, name) : undefined;
  };
}

/**
 * A downgrade for versions that count the axes of an attribute (int or ints) from the front only; they count in a rank that is `more`
 * above that of input 0. Undefined when that rank is needed and not known.
 */
export function axesFromFront(name: string, more: (count: number) => number = () => 0) {
  return (node: Node, rewrite: RewriteContext): Node | undefined => {
    const attribute = attributeOf(node, name);
    if (attribute?.kind !== "int" && attribute?.kind !== "ints") return node;
    const axes = attribute.kind === "int" ? [attribute.value] : attribute.value;
    if (axes.every((axis) => axis >= 0n)) return node;
    const type = rewrite.typeOf(node.inputs[0]);
    if (type?.kind !== "tensor" || type.shape === undefined) return undefined;
    const rank = BigInt(type.shape.length + more(axes.length));
    const front = axes.map((axis) => (axis < 0n ? axis + rank : axis));
    return withAttributes(node, attribute.kind === "int" ? intAttribute(name, front[0]) : intsAttribute(name, front));
  };
}
