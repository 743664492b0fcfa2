import type { Node } from "@hodu/core";
import { MOVERS } from "./mover-table.ts";
import {
  changesBetween,
  type FormContext,
  movedForm,
  type NodeForm,
  orderOf,
  presentForm,
  turnedForm,
} from "./node-form.ts";
import { composeOrders, inverseOrder, isIdentityOrder, type Order, ordersEqual } from "./order.ts";
import { isSpatial } from "./spatial.ts";
import type { ValueClass } from "./value-class.ts";

/** A node with a choice. */
interface Choice {
  readonly forms: readonly [NodeForm, NodeForm];
  /** The form that it has in the graph. */
  readonly present: 0 | 1;
}

/**
 * Nodes that can be computed in two ways, such that each value between them has one order where its nodes have form 0, and one where they
 * have form 1.
 */
export interface Region {
  readonly choices: ReadonlyMap<Node, Choice>;
  readonly orders: ReadonlyMap<ValueClass, readonly [Order, Order]>;
}

/** Grows a region: from values that are wanted in another order, and from nodes with a choice of their own. */
export class RegionGrowth implements Region {
  readonly choices = new Map<Node, Choice>();
  readonly orders = new Map<ValueClass, readonly [Order, Order]>();
  readonly #seen = new Set<Node>();
  readonly #queue: ValueClass[] = [];
  readonly #context: FormContext;
  /** Whether spatial nodes may be turned to channels last. */
  readonly #turns: boolean;

  constructor(context: FormContext, turns: boolean) {
    this.#context = context;
    this.#turns = turns;
  }

  /** Lets a value have two orders. */
  addOrders(value: ValueClass, orders: readonly [Order, Order]): void {
    this.orders.set(value, orders);
    this.#queue.push(value);
  }

  /** Lets a spatial node have channels last. */
  addSpatial(node: Node): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const form = presentForm(node, this.#context);
    this.#addChoice(node, form, turnedForm(node, form), form.isWrapped ? 1 : 0);
  }

  /** Adds what the values of the region reach, up to so many nodes. */
  grow(limit: number): void {
    for (const value of this.#queue)
      for (const node of nodesOf(value, this.#context)) {
        if (this.choices.size >= limit) return;
        if (this.#seen.has(node)) continue;
        this.#seen.add(node);
        if (isSpatial(node, this.#context.graph)) {
          if (this.#turns) {
            this.#seen.delete(node);
            this.addSpatial(node);
          }
        } else this.#addMoved(node, value);
      }
  }

  #addMoved(node: Node, value: ValueClass): void {
    const form = presentForm(node, this.#context);
    const [zero, one] = this.orders.get(value)!;
    for (const slot of slotsOf(node, value, this.#context)) {
      const own = form[slot.side === "input" ? "inputs" : "outputs"][slot.number];
      const present = own && (ordersEqual(own, zero) ? 0 : ordersEqual(own, one) ? 1 : undefined);
      if (own === undefined || present === undefined) continue;
      const order = composeOrders(inverseOrder(own), present === 0 ? one : zero);
      const move = isIdentityOrder(order)
        ? undefined
        : MOVERS.get(node.op)?.(node, { ...slot, order }, this.#context.graph);
      const other = move && movedForm(node, form, move, this.#context);
      if (other !== undefined && this.#addChoice(node, form, other, present)) return;
    }
  }

  /** False where the orders of a value would not fit those that it has. */
  #addChoice(node: Node, form: NodeForm, other: NodeForm, present: 0 | 1): boolean {
    const forms = present === 0 ? ([form, other] as const) : ([other, form] as const);
    const fresh = new Map<ValueClass, readonly [Order, Order]>();
    for (const [value, zero, one] of changesBetween(node, forms, this.#context.classes)) {
      const known = this.orders.get(value) ?? fresh.get(value);
      if (known === undefined) fresh.set(value, [zero, one]);
      else if (!ordersEqual(known[0], zero) || !ordersEqual(known[1], one)) return false;
    }
    this.choices.set(node, { forms, present });
    for (const [value, orders] of fresh) this.addOrders(value, orders);
    return true;
  }
}

/** The nodes that make or read a value in any of its orders; no Transposes. */
export function nodesOf({ root, members, transposes }: ValueClass, { graph }: FormContext): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  const maker = graph.producerOf(root);
  if (maker !== undefined) nodes.add(maker);
  for (const name of members.keys()) for (const node of graph.consumersOf(name)) nodes.add(node);
  for (const node of transposes) nodes.delete(node);
  return nodes;
}

/** Where a node reads or makes a value. */
function slotsOf(node: Node, value: ValueClass, { classes }: FormContext) {
  const isOwn = (name: string): boolean => orderOf(name, classes) !== undefined && classes.of(name) === value;
  const inputs = node.inputs.flatMap((name, number) => (isOwn(name) ? [{ side: "input" as const, number }] : []));
  const outputs = node.outputs.flatMap((name, number) => (isOwn(name) ? [{ side: "output" as const, number }] : []));
  return [...outputs, ...inputs];
}
