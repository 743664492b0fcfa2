import type { NamedAttribute, Node } from "../snapshot/types.ts";

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
