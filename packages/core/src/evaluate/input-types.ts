import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { checkInputTypes, typeName } from "../operators/check-node.ts";
import { parameterAt, schemaOf } from "../operators/lookup.ts";
import type { OperatorDef } from "../operators/operator.ts";
import type { TypeSet } from "../operators/type-sets.ts";
import type { Node } from "../snapshot/types.ts";
import { typeOfValue, type Value } from "../tensors/values.ts";

/** What an input of a node may be. */
export interface InputRule {
  /** Names of types; undefined for an input that is absent. */
  readonly allowed: ReadonlySet<string> | undefined;
  /** The first input that must be of the same type; its own position when there is none before it. */
  readonly like: number;
}

/** The rules of each input of a node. */
export function inputRules(node: Node, definition: OperatorDef): readonly InputRule[] {
  const schema = schemaOf(definition);
  const first = new Map<string, number>();
  return node.inputs.map((name, i) => {
    const parameter = parameterAt(schema.inputs, i);
    if (name === "" || parameter === undefined) return { allowed: undefined, like: i };
    const { type, heterogeneous } = parameter;
    if (!Object.hasOwn(schema.types, type)) return { allowed: new Set([type]), like: i };
    if (!heterogeneous && !first.has(type)) first.set(type, i);
    return { allowed: setOf(schema.types[type]), like: heterogeneous ? i : first.get(type)! };
  });
}

const sets = new WeakMap<TypeSet, ReadonlySet<string>>();
function setOf(types: TypeSet): ReadonlySet<string> {
  let set = sets.get(types);
  if (set === undefined) sets.set(types, (set = new Set(types)));
  return set;
}

/**
 * Throws KERNEL when a kernel would get what it does not know. Inference finds that before the run where types are known;
 * those of a subgraph's inputs, for one, may be others than it declares.
 */
export function checkInputValues(
  node: Node,
  definition: OperatorDef,
  rules: readonly InputRule[],
  inputs: readonly (Value | undefined)[],
): void {
  for (let i = 0; i < rules.length; i++) {
    const { allowed, like } = rules[i];
    const input = inputs[i];
    if (allowed === undefined || input === undefined) continue;
    const name = nameOf(input);
    if (allowed.has(name) && (like === i || nameOf(inputs[like]!) === name)) continue;
    const types = inputs.map((value) => value && typeOfValue(value));
    const findings = checkInputTypes(node, schemaOf(definition), types).join("; ");
    throw new HoduError("KERNEL", `Cannot run node ${quote(node.name)} (${node.op}): ${findings}`, {
      where: { node: node.name, operator: node.op },
    });
  }
}

const nameOf = (value: Value): string => (value.kind === "tensor" ? value.dtype : typeName(typeOfValue(value)));
