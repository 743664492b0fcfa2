import { quote } from "../errors/quote.ts";
import type { Attribute, Node } from "../snapshot/types.ts";
import type { ValueType } from "../tensors/values.ts";
import type { AttributeDef } from "./attributes.ts";
import { parameterAt, type Schema } from "./lookup.ts";
import type { Parameter } from "./operator.ts";

/** What is wrong with a node's attributes and numbers of inputs and outputs, one sentence each. */
export function checkNodeForm(node: Node, schema: Schema): string[] {
  return [
    ...checkCount("input", node.inputs, schema.inputs),
    ...checkCount("output", node.outputs, schema.outputs),
    ...checkAttributes(node, schema),
  ];
}

function checkCount(what: string, names: readonly string[], parameters: readonly Parameter[]): string[] {
  const findings: string[] = [];
  const last = parameters.at(-1);
  if (last?.use !== "variadic" && names.length > parameters.length) {
    findings.push(`it has ${names.length} ${what}s, expected at most ${parameters.length}`);
  }
  parameters.forEach((parameter, i) => {
    if (parameter.use === "required" && (names[i] ?? "") === "")
      findings.push(`${what} ${quote(parameter.name)} is missing`);
    const absent = what === "input" && parameter.use === "variadic" ? names.indexOf("", i) : -1;
    if (absent >= 0) findings.push(`input ${absent} is left out, which one of ${quote(parameter.name)} cannot be`);
    if (parameter.use === "variadic" && names.length - i < (parameter.min ?? 1)) {
      findings.push(
        `it has ${Math.max(0, names.length - i)} ${what}s for ${quote(parameter.name)}, expected at least ${parameter.min ?? 1}`,
      );
    }
  });
  return findings;
}

function checkAttributes(node: Node, schema: Schema): string[] {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const { name, value } of node.attributes) {
    const definition = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
    if (seen.has(name)) findings.push(`attribute ${quote(name)} stands there twice`);
    seen.add(name);
    if (definition === undefined) {
      const known = Object.keys(schema.attributes).join(", ") || "none";
      findings.push(`attribute ${quote(name)} is not one of ${node.op}'s (${known})`);
    } else if (definition.kind !== value.kind) {
      findings.push(`attribute ${quote(name)} is of kind ${value.kind}, expected ${definition.kind}`);
    }
  }
  for (const [name, definition] of Object.entries(schema.attributes)) {
    if (definition.required && !seen.has(name)) findings.push(`attribute ${quote(name)} is missing`);
  }
  return findings;
}

/** What is wrong with the types of a node's inputs; types that are not known are taken to fit. */
export function checkInputTypes(node: Node, schema: Schema, types: readonly (ValueType | undefined)[]): string[] {
  const findings: string[] = [];
  const bound = new Map<string, { type: string; by: string }>();
  node.inputs.forEach((name, i) => {
    const type = types[i];
    const parameter = parameterAt(schema.inputs, i);
    if (name === "" || type === undefined || parameter === undefined) return;
    const found = typeName(type);
    const allowed = Object.hasOwn(schema.types, parameter.type) ? schema.types[parameter.type] : [parameter.type];
    if (!allowed.includes(found)) {
      findings.push(`input ${quote(parameter.name)} is ${found}, expected ${listTypes(allowed)}`);
      return;
    }
    if (!Object.hasOwn(schema.types, parameter.type) || parameter.heterogeneous) return;
    const earlier = bound.get(parameter.type);
    if (earlier === undefined) bound.set(parameter.type, { type: found, by: parameter.name });
    else if (earlier.type !== found) {
      findings.push(
        `inputs ${quote(earlier.by)} and ${quote(parameter.name)} are ${earlier.type} and ${found}, expected one type`,
      );
    }
  });
  return findings;
}

function listTypes(types: readonly string[]): string {
  return types.length > 8 ? `one of ${types.slice(0, 7).join(", ")} and ${types.length - 7} more` : types.join(" or ");
}

/** `f32`, `seq(f32)`, `optional(seq(f32))`, `map(i64,f32)`: the notation of type sets. */
export function typeName(type: ValueType): string {
  switch (type.kind) {
    case "tensor":
      return type.dtype;
    case "sequence":
      return `seq(${typeName(type.element)})`;
    case "optional":
      return `optional(${typeName(type.element)})`;
    case "map":
      return `map(${type.key},${typeName(type.element)})`;
  }
}

/** The attribute values that kernels and inference get: what the node has, else the default, else undefined. The node's form must have been checked. */
export function attributeValues(
  node: Node,
  definitions: Readonly<Record<string, AttributeDef>>,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(definitions)) values[name] = definition.default;
  for (const { name, value } of node.attributes) {
    if (Object.hasOwn(definitions, name)) values[name] = plainValue(value, definitions[name].exact ?? false);
  }
  return values;
}

function plainValue(attribute: Attribute, exact: boolean): unknown {
  if (attribute.kind === "int" && !exact) return Number(attribute.value);
  if (attribute.kind === "ints" && !exact) return attribute.value.map(Number);
  return attribute.value;
}
