import type { Node } from "@hodu/core";
import { MinCut } from "./min-cut.ts";
import { type FormContext, type NodeForm, orderOf, presentForm } from "./node-form.ts";
import { type Order, ordersEqual } from "./order.ts";
import { nodesOf, type Region } from "./region.ts";
import { transposeCost, type ValueClass } from "./value-class.ts";

/** What it costs to leave a node in a form, beside its values. */
export type FormCost = (node: Node, form: NodeForm) => number;

/** The nodes of a region that are to have their other form, so that the least is moved: a least cut between forms 0 and 1. */
export function chooseForms(region: Region, costOfForm: FormCost, context: FormContext): ReadonlyMap<Node, NodeForm> {
  const cut = new MinCut();
  const vertices = new Map<Node, number>();
  for (const [node, { forms }] of region.choices) {
    const vertex = cut.addVertex();
    vertices.set(node, vertex);
    cut.addEdge(cut.one, vertex, costOfForm(node, forms[0]));
    cut.addEdge(vertex, cut.zero, costOfForm(node, forms[1]));
  }
  for (const value of region.orders.keys()) addValue(value, { region, vertices, cut, context });
  const sides = cut.solve();
  const changed = new Map<Node, NodeForm>();
  for (const [node, { forms, present }] of region.choices) {
    const chosen = sides[vertices.get(node)!] ? 1 : 0;
    if (chosen !== present) changed.set(node, forms[chosen]);
  }
  return changed;
}

interface Building {
  readonly region: Region;
  readonly vertices: ReadonlyMap<Node, number>;
  readonly cut: MinCut;
  readonly context: FormContext;
}

/** One vertex each for "wanted in order 1" and "not wanted in order 0": paid where the maker is on the other side. */
function addValue(value: ValueClass, { region, vertices, cut, context }: Building): void {
  const [zero, one] = region.orders.get(value)!;
  const made = vertexOfMaker(value, { region, vertices, cut, context });
  const [wantsOne, spareZero] = [cut.addVertex(), cut.addVertex()];
  if (made !== undefined) {
    cut.addEdge(wantsOne, made, transposeCost(value, zero, one));
    cut.addEdge(made, spareZero, transposeCost(value, one, zero));
  } else {
    cut.addEdge(wantsOne, cut.zero, transposeCost(value, zero, one));
    cut.addEdge(cut.one, spareZero, transposeCost(value, one, zero));
  }
  for (const [name, order] of value.members) if (context.graph.isOutput(name)) demand(order);
  for (const node of nodesOf(value, context)) {
    const vertex = vertices.get(node);
    for (const order of readsOf(node, value, context)) {
      if (vertex === undefined || !changesHere(node)) demand(order);
      else {
        cut.addEdge(vertex, wantsOne, Infinity);
        cut.addEdge(spareZero, vertex, Infinity);
      }
    }
  }

  function demand(order: Order): void {
    if (ordersEqual(order, one)) cut.addEdge(cut.one, wantsOne, Infinity);
    else if (ordersEqual(order, zero)) cut.addEdge(spareZero, cut.zero, Infinity);
  }

  function changesHere(node: Node): boolean {
    const { forms } = region.choices.get(node)!;
    return node.inputs.some(
      (name, i) =>
        name !== "" && context.classes.of(name) === value && isChange(forms[0].inputs[i], forms[1].inputs[i]),
    );
  }
}

const isChange = (a: Order | undefined, b: Order | undefined): boolean =>
  a === undefined || b === undefined ? a !== b : !ordersEqual(a, b);

/** The side on which a value is made; undefined for an order that is neither. */
function vertexOfMaker(value: ValueClass, { region, vertices, cut, context }: Building): number | undefined {
  const maker = context.graph.producerOf(value.root);
  const choice = maker && region.choices.get(maker);
  if (maker !== undefined && choice !== undefined) {
    const output = maker.outputs.indexOf(value.root);
    if (isChange(choice.forms[0].outputs[output], choice.forms[1].outputs[output])) return vertices.get(maker);
  }
  const [zero, one] = region.orders.get(value)!;
  const order = maker === undefined ? value.members.get(value.root)! : madeBy(maker, value, context);
  return ordersEqual(order, zero) ? cut.zero : ordersEqual(order, one) ? cut.one : undefined;
}

function madeBy(maker: Node, value: ValueClass, context: FormContext): Order {
  return presentForm(maker, context).outputs[maker.outputs.indexOf(value.root)] ?? value.members.get(value.root)!;
}

/** The orders in which a node, as it is, reads a value. */
function readsOf(node: Node, value: ValueClass, context: FormContext): readonly Order[] {
  const form = presentForm(node, context);
  const orders = node.inputs.flatMap((name, i) => {
    const order = orderOf(name, context.classes) === undefined ? undefined : form.inputs[i];
    return order !== undefined && context.classes.of(name) === value ? [order] : [];
  });
  const hasGraph = node.attributes.some((attribute) => attribute.value.kind === "graph");
  return hasGraph ? [...orders, ...value.members.values()] : orders;
}
