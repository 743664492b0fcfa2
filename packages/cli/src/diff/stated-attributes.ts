import { type NamedAttribute, type Node, operatorOf, schemaOf } from "@hodu/core";

/** The attributes of a node without those that say what holds anyway: some writers leave defaults out, some do not. */
export function statedAttributes(node: Node): readonly NamedAttribute[] {
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined) return node.attributes;
  const { attributes } = schemaOf(definition);
  return node.attributes.filter(
    ({ name, value }) => !Object.hasOwn(attributes, name) || !isSame(value.value, attributes[name].default),
  );
}

/** Whether a value is a default; ints, which nodes keep exact, may be plain numbers there, and floats are the 32-bit ones of files. */
function isSame(value: unknown, other: unknown): boolean {
  if (Array.isArray(value) && Array.isArray(other)) {
    return value.length === other.length && value.every((item, i) => isSame(item, other[i]));
  }
  if (typeof value === "bigint" && typeof other === "number") return value === BigInt(other);
  if (typeof value === "number" && typeof other === "number") return Math.fround(value) === Math.fround(other);
  return value === other;
}
