import type { MadeWeight, Node, Patch } from "@hodu/core";
import { costOf, type Demands, demandsOn, presentCost } from "./demands.ts";
import type { FormCost } from "./choose-forms.ts";
import { emitOperand } from "./emit-operand.ts";
import { type EmittedValue, emitValue } from "./emit-value.ts";
import { type FormContext, isOwnCopy, type NodeForm, presentForm } from "./node-form.ts";
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
  const { graph, classes, wrapped } = context;
  const emitted = new Map<ValueClass, EmittedValue>();
  for (const [value, demands] of values) {
    const maker = graph.producerOf(value.root);
    const form = maker && (changed.get(maker) ?? presentForm(maker, context));
    const made = maker && form && { form, isChanged: changed.has(maker) };
    emitted.set(value, emitValue(value, demands, made, context));
  }
  const rewritten = new Set(changed.keys());
  // what a wrapped node reads has another name
  for (const value of values.keys())
    for (const node of nodesOf(value, context)) if (wrapped.has(node)) rewritten.add(node);
  const add: Node[] = [];
  const weights: MadeWeight[] = [];
  for (const node of rewritten) {
    const form = changed.get(node) ?? presentForm(node, context);
    const nameOf = (name: string, side: "inputs" | "outputs", i: number): string => {
      const value = name === "" ? undefined : classes.of(name);
      const found = value && emitted.get(value);
      const order = form[side][i];
      if (found === undefined || order === undefined) return name;
      if (side === "outputs") return found.made;
      return (form.isWrapped && i === 0 ? found.wrapped : found.names).get(orderKey(order)) ?? name;
    };
    const inputs = node.inputs.map((name, i) => {
      const constant = form.move?.constants?.get(i);
      const move = form.move?.inputs[i];
      if (constant === undefined && move && isOwnCopy(name, move, graph)) {
        const operand = emitOperand(name, move, node, graph);
        add.push(...operand.nodes);
        weights.push(...operand.weights);
        return operand.name;
      }
      return nameOf(name, "inputs", i);
    });
    for (const [i, value] of form.move?.constants ?? []) {
      const name = graph.fresh(`${node.name}_axes`);
      weights.push({ name, value });
      while (inputs.length <= i) inputs.push("");
      inputs[i] = name;
    }
    const op = form.move?.op ?? node.op;
    const attributes = form.move?.attributes ?? node.attributes;
    const origin = node.origin.length > 0 ? node.origin : [node.name];
    const outputs = node.outputs.map((name, i) => nameOf(name, "outputs", i));
    add.push({ ...node, op, inputs: inputsOf(op, node.op, inputs), outputs, attributes, origin });
  }
  const removed = [...rewritten, ...[...values.keys()].flatMap(({ transposes }) => transposes)];
  return {
    pattern,
    remove: removed.map(({ name }) => name),
    add: [...add, ...[...emitted.values()].flatMap(({ nodes }) => nodes)],
    weights,
    rename: [...emitted.values()].flatMap(({ rename }) => rename),
  };
}

/** A node that became a Reshape reads only its data and its shape. */
const inputsOf = (op: string, before: string, inputs: readonly string[]): readonly string[] =>
  op === before ? inputs : inputs.slice(0, 2);
