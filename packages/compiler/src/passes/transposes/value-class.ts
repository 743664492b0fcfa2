import { attributeOf, type Dim, type Node } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { ASSUMED_DIM } from "./limits.ts";
import { composeOrders, identityOrder, inverseOrder, isOrder, keepsAmong, type Order, ordersEqual } from "./order.ts";

/** A value and all that Transposes make of it: the same elements in several orders of axes. */
export interface ValueClass {
  /** The value that no Transpose makes. */
  readonly root: string;
  readonly rank: number;
  /** By name: the order of its axes, as the root's are counted. */
  readonly members: Map<string, Order>;
  readonly transposes: Node[];
  /** How many elements there are; symbols are taken for a fixed number. */
  readonly elements: number;
  /** Axes of the root that are not 1: only these make a Transpose move anything. */
  readonly realAxes: readonly number[];
}

/** The classes of a graph's values, by the names of the values; those of unknown rank have none. */
export class ValueClasses {
  readonly #graph: PassGraph;
  readonly #classes = new Map<string, ValueClass | undefined>();
  /** Those with Transposes, in the order of the graph. */
  readonly transposed: readonly ValueClass[];

  constructor(graph: PassGraph) {
    this.#graph = graph;
    const found = new Set<ValueClass>();
    for (const node of graph.graph.nodes) {
      const perm = permOf(node, graph);
      const from = perm && this.of(node.inputs[0]);
      if (perm === undefined || from === undefined) continue;
      from.members.set(node.outputs[0], composeOrders(from.members.get(node.inputs[0])!, perm));
      from.transposes.push(node);
      this.#classes.set(node.outputs[0], from);
      found.add(from);
    }
    this.transposed = [...found];
  }

  of(value: string): ValueClass | undefined {
    if (!this.#classes.has(value)) this.#classes.set(value, classOf(value, this.#graph));
    return this.#classes.get(value);
  }
}

function classOf(root: string, graph: PassGraph): ValueClass | undefined {
  const shape = root === "" ? undefined : graph.shapeOf(root);
  if (shape === undefined) return undefined;
  const axes = identityOrder(shape.length);
  return {
    root,
    rank: shape.length,
    members: new Map([[root, axes]]),
    transposes: [],
    elements: shape.reduce<number>((product, dim) => product * assumed(dim), 1),
    realAxes: axes.filter((axis) => shape[axis] !== 1),
  };
}

function assumed(dim: Dim): number {
  if (typeof dim === "number") return dim;
  return Math.max(
    1,
    dim.terms.reduce((sum, [, coefficient]) => sum + coefficient * ASSUMED_DIM, dim.constant),
  );
}

/** The order of a Transpose; undefined for other nodes, and while it is not known. */
export function permOf(node: Node, graph: PassGraph): Order | undefined {
  if (node.op !== "Transpose" || node.domain !== "") return undefined;
  const rank = graph.shapeOf(node.inputs[0])?.length;
  if (rank === undefined) return undefined;
  const perm = attributeOf(node, "perm");
  const order = perm?.kind === "ints" ? perm.value.map(Number) : identityOrder(rank).toReversed();
  return isOrder(order, rank) ? order : undefined;
}

/** What it costs to have a class in another order, too: elements that are moved, then nodes. */
export function transposeCost({ elements, realAxes }: ValueClass, from: Order, to: Order): number {
  if (ordersEqual(from, to)) return 0;
  const between = composeOrders(inverseOrder(from), to);
  const real = realAxes.map((axis) => from.indexOf(axis));
  return 1 + (keepsAmong(between, real) ? 0 : elements * MOVED_ELEMENT);
}

/** The cost of moving one element; a node that moves nothing costs 1, and there are fewer of these. */
export const MOVED_ELEMENT = 2 ** 12;
