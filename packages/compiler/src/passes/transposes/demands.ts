import type { Node } from "@hodu/core";
import type { FormContext, NodeForm } from "./node-form.ts";
import { orderKey, type Order } from "./order.ts";
import { permOf, transposeCost, type ValueClass } from "./value-class.ts";
import { nodesOf } from "./region.ts";

/** The orders that a value is made and wanted in. */
export interface Demands {
  readonly made: Order;
  /** By key; each once. */
  readonly wanted: ReadonlyMap<string, Order>;
  /** Those of them that spatial nodes read through a Transpose of their own. */
  readonly wrapped: ReadonlyMap<string, Order>;
}

/** The demands on a value where nodes have these forms. */
export function demandsOn(value: ValueClass, formOf: (node: Node) => NodeForm, context: FormContext): Demands {
  const { graph, classes } = context;
  const wanted = new Map<string, Order>();
  const wrapped = new Map<string, Order>();
  let made = value.members.get(value.root)!;
  for (const [name, order] of value.members) if (graph.isOutput(name)) wanted.set(orderKey(order), order);
  for (const node of nodesOf(value, context)) {
    const form = formOf(node);
    node.outputs.forEach((name, i) => name === value.root && (made = form.outputs[i] ?? made));
    node.inputs.forEach((name, i) => {
      if (name === "" || classes.of(name) !== value) return;
      // what is converted for the node alone is read as it is
      const order = form.inputs[i] ?? (graph.constantOf(name) === undefined ? value.members.get(name) : undefined);
      if (order === undefined) return;
      wanted.set(orderKey(order), order);
      if (form.isWrapped && i === 0) wrapped.set(orderKey(order), order);
    });
    // graphs inside of nodes read by name
    if (node.attributes.some((attribute) => attribute.value.kind === "graph"))
      for (const order of value.members.values()) wanted.set(orderKey(order), order);
  }
  return { made, wanted, wrapped };
}

/** What the fewest Transposes cost that meet the demands. */
export function costOf(value: ValueClass, { made, wanted }: Demands): number {
  return [...wanted.values()].reduce((sum, order) => sum + transposeCost(value, made, order), 0);
}

/** What the Transposes cost that are there; those between a spatial node and its values cost nothing. */
export function presentCost(value: ValueClass, { graph, wrapped, classes }: FormContext): number {
  const maker = graph.producerOf(value.root);
  let isFree = maker !== undefined && wrapped.has(maker);
  let sum = 0;
  for (const node of value.transposes) {
    if (isFree && node.inputs[0] === value.root) {
      isFree = false;
      continue;
    }
    const readers = graph.consumersOf(node.outputs[0]);
    const isOwn = (reader: Node): boolean => wrapped.has(reader) && reader.inputs.indexOf(node.outputs[0]) === 0;
    if (readers.length > 0 && !graph.isOutput(node.outputs[0]) && readers.every(isOwn)) continue;
    const [from, to] = [node.inputs[0], node.outputs[0]].map((name) => classes.of(name)?.members.get(name));
    // one that changes nothing costs a node, too
    sum += from && to && permOf(node, graph) ? Math.max(1, transposeCost(value, from, to)) : 0;
  }
  return sum;
}
