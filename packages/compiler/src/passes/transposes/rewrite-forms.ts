import type { MadeWeight, Node, Patch } from "@hodu/core";
import { costOf, type Demands, demandsOn, presentCost } from "./demands.ts";
import type { FormCost } from "./choose-forms.ts";
import { emitOperand } from "./emit-operand.ts";
import { type EmittedValue, emitValue } from "./emit-value.ts";
import { type FormContext, isOwnCopy, type NodeForm, orderOf, presentForm } from "./node-form.ts";
import { orderKey } from "./order.ts";
import { nodesOf } from "./region.ts";
import type { ValueClass } from "./value-class.ts";

/** Nodes in other forms, the values that are affected, and how much less is moved then. */
export interface Rewriting {
  readonly changed: ReadonlyMap<Node, NodeForm>;
  readonly values: ReadonlyMap<ValueClass, Demands>;
  readonly gain: number;
}

/** What becomes of a graph where nodes get other forms; `also` are values whose Transposes are written anew in any case. */
export function planRewriting(
  changed: ReadonlyMap<Node, NodeForm>,
  also: readonly ValueClass[],
  costOfForm: FormCost,
  context: FormContext,
): Rewriting {
  const touched = new Set(also);
  let gain = 0;
  for (const [node, form] of changed) {
    gain += costOfForm(node, presentForm(node, context)) - costOfForm(node, form);
    for (const name of [...node.inputs, ...node.outputs]) {
      const value = name === "" ? undefined : context.classes.of(name);
      if (value !== undefined) touched.add(value);
    }
  }
  const formOf = (node: Node): NodeForm => changed.get(node) ?? presentForm(node, context);
  const values = new Map([...touched].map((value) => [value, demandsOn(value, formOf, context)]));
  for (const [value, demands] of values) gain += presentCost(value, context) - costOf(value, demands);
  return { changed, values, gain };
}

/** The patch of a rewriting. */
export function patchOf({ changed, values }: Rewriting, pattern: string, context: FormContext): Patch {
  const { graph, wrapped } = context;
  const emitted = new Map<ValueClass, EmittedValue>();
  const formOf = (node: Node): NodeForm => changed.get(node) ?? presentForm(node, context);
  const rewritten = new Set(changed.keys());
  for (const [value, demands] of values) {
    const maker = graph.producerOf(value.root);
    const made = maker && { form: formOf(maker), isChanged: changed.has(maker) };
    emitted.set(value, emitValue(value, demands, made, context));
    // what a wrapped node reads has another name
    for (const node of nodesOf(value, context)) if (wrapped.has(node)) rewritten.add(node);
  }
  const nodes = [...rewritten].map((node) => emitNode(node, formOf(node), emitted, context));
  const removed = [...rewritten, ...[...values.keys()].flatMap(({ transposes }) => transposes)];
  return {
    pattern,
    remove: removed.map(({ name }) => name),
    add: [...nodes.flatMap(({ add }) => add), ...[...emitted.values()].flatMap((value) => value.nodes)],
    weights: nodes.flatMap(({ weights }) => weights),
    rename: [...emitted.values()].flatMap(({ rename }) => rename),
  };
}

interface EmittedNode {
  readonly add: Node[];
  readonly weights: MadeWeight[];
}

/** A node in a form, with what is converted for it alone. */
function emitNode(
  node: Node,
  form: NodeForm,
  emitted: ReadonlyMap<ValueClass, EmittedValue>,
  { graph, classes }: FormContext,
): EmittedNode {
  const { move } = form;
  const made: EmittedNode = { add: [], weights: [] };
  const inputs = node.inputs.map((name, i) => {
    const own = move?.inputs[i];
    const value = name === "" ? undefined : emitted.get(classes.of(name)!);
    if (own !== undefined && move?.constants?.has(i) !== true && isOwnCopy(name, own, graph)) {
      const present = orderOf(name, classes);
      const operand = emitOperand(name, (present && value?.names.get(orderKey(present))) ?? name, own, node, graph);
      made.add.push(...operand.nodes);
      made.weights.push(...operand.weights);
      return operand.name;
    }
    const order = form.inputs[i];
    if (value === undefined || order === undefined) return name;
    return (form.isWrapped && i === 0 ? value.wrapped : value.names).get(orderKey(order)) ?? name;
  });
  for (const [i, value] of move?.constants ?? []) {
    const name = graph.fresh(`${node.name}_axes`);
    made.weights.push({ name, value });
    while (inputs.length <= i) inputs.push("");
    inputs[i] = name;
  }
  const op = move?.op ?? node.op;
  made.add.push({
    ...node,
    op,
    // a node that became a Reshape reads only its data and its shape
    inputs: op === node.op ? inputs : inputs.slice(0, 2),
    outputs: node.outputs.map((name, i) => (form.outputs[i] && emitted.get(classes.of(name)!)?.made) ?? name),
    attributes: move?.attributes ?? node.attributes,
    origin: node.origin.length > 0 ? node.origin : [node.name],
  });
  return made;
}
