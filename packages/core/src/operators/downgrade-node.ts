import type { Node } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { typeOfValue, type ValueType } from "../tensors/values.ts";
import { checkInputTypes, checkNodeForm, typeName } from "./check-node.ts";
import { operatorOf, parameterAt, type Schema, schemaOf, versionIndex } from "./lookup.ts";
import type { OperatorDef, Parameter, RewriteContext } from "./operator.ts";

/** What is known of the values around a node, and how new ones are named. */
export interface NodeSurroundings {
  typeOf(value: string): ValueType | undefined;
  constantOf(value: string): Tensor | undefined;
  isRead(value: string): boolean;
  freshName(base: string): string;
}

/** A node as an older version of its operator says it, with the nodes and constants that it needs before it. */
export interface OlderNode {
  readonly since: number;
  readonly node: Node;
  readonly before: readonly Node[];
  readonly constants: readonly (readonly [name: string, value: Tensor])[];
}

/**
 * The node in the versions of its operator that can say it, newest first. The types of what it reads and gives must be in the version's
 * type sets; one that is not known fits where the version takes all that the newest takes.
 */
export function* olderNodes(newest: Node, around: NodeSurroundings): Generator<OlderNode> {
  const definition = operatorOf(newest.domain, newest.op);
  if (definition === undefined) return;
  const before: Node[] = [];
  const constants = new Map<string, Tensor>();
  const rewrite = rewriteContext(newest, around, before, constants);
  const typeOf = (name: string): ValueType | undefined => rewrite.typeOf(name);
  let node: Node | undefined = newest;
  for (const [index, { since, downgrade, withdrawn }] of definition.versions.entries()) {
    if (index > 0 && downgrade !== undefined) node = downgrade(node, rewrite);
    if (node === undefined || !isSaid(node, definition, index, typeOf)) return;
    if (!withdrawn && before.every((emitted) => isThere(emitted, since))) {
      yield { since, node, before: [...before], constants: [...constants] };
    }
  }
}

/** The node in an opset of its domain; undefined where that cannot say it. */
export function nodeInOpset(node: Node, opset: number, around: NodeSurroundings): OlderNode | undefined {
  const inEffect = operatorOf(node.domain, node.op)?.versions.find(({ since }) => since <= opset)?.since;
  for (const older of olderNodes(node, around)) {
    if (older.since <= opset) return older.since === inEffect ? older : undefined;
  }
  return undefined;
}

/** Whether a node fits version `index` of its operator. */
function isSaid(
  node: Node,
  definition: OperatorDef,
  index: number,
  typeOf: (name: string) => ValueType | undefined,
): boolean {
  const schema = schemaOf(definition, index);
  const newest = schemaOf(definition);
  const types = node.inputs.map(typeOf);
  if (checkNodeForm(node, schema).length > 0 || checkInputTypes(node, schema, types).length > 0) return false;
  const fits = (name: string, type: ValueType | undefined, side: "inputs" | "outputs", i: number): boolean => {
    const parameter = parameterAt(schema[side], i);
    if (name === "" || parameter === undefined) return true;
    const allowed = typesOf(parameter, schema);
    if (type !== undefined) return allowed.includes(typeName(type));
    const now = newest[side].find((other) => other.name === parameter.name);
    return now === undefined || typesOf(now, newest).every((other) => allowed.includes(other));
  };
  return (
    node.inputs.every((name, i) => fits(name, types[i], "inputs", i)) &&
    node.outputs.every((name, i) => fits(name, typeOf(name), "outputs", i))
  );
}

function typesOf({ type }: Parameter, { types }: Schema): readonly string[] {
  return Object.hasOwn(types, type) ? types[type] : [type];
}

/** Whether a node that a downgrade emitted is there, as it is, in an opset of ai.onnx. */
function isThere(emitted: Node, opset: number): boolean {
  const definition = operatorOf("", emitted.op);
  const index = definition === undefined ? -1 : versionIndex(definition, opset);
  return definition !== undefined && index >= 0 && checkNodeForm(emitted, schemaOf(definition, index)).length === 0;
}

function rewriteContext(
  { name, origin }: Node,
  around: NodeSurroundings,
  before: Node[],
  constants: Map<string, Tensor>,
): RewriteContext {
  return {
    emit(op, inputs, attributes = [], given) {
      const output = given ?? around.freshName(`${name}_${op}`);
      const node = { op, domain: "", name: around.freshName(`${name}_${op}_node`), inputs, outputs: [output] };
      before.push({ ...node, attributes, origin });
      return output;
    },
    constant(value) {
      const made = around.freshName(`${name}_constant`);
      constants.set(made, value);
      return made;
    },
    typeOf(value) {
      const made = constants.get(value);
      return made === undefined ? around.typeOf(value) : typeOfValue(made);
    },
    constantOf: (value) => constants.get(value) ?? around.constantOf(value),
    isRead: (value) => around.isRead(value),
    fail(reason) {
      throw new Error(`the downgrade of ${name} failed: ${reason}`);
    },
  };
}
