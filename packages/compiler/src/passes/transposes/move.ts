import type { NamedAttribute, Node, Tensor } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import type { Order } from "./order.ts";

/** How a node that is moved reads an input: in an order; with axes of 1 in front up to a rank, then in an order; undefined: as it is. */
export type InputMove =
  | { readonly kind: "ordered"; readonly order: Order }
  | { readonly kind: "expanded"; readonly order: Order }
  | undefined;

/** A node that computes the same on transposed values. */
export interface Move {
  /** By number of the input; missing ones are read as they are. */
  readonly inputs: readonly InputMove[];
  /** By number of the output; undefined for one that stays as it is. */
  readonly outputs: readonly (Order | undefined)[];
  readonly attributes: readonly NamedAttribute[];
  /** Inputs that are other constants now, by number. */
  readonly constants?: ReadonlyMap<number, Tensor>;
  /** The operator, where it is another. */
  readonly op?: string;
}

/** A value of a node, in the order of axes that it is wanted in. */
export interface MovedSlot {
  readonly side: "input" | "output";
  readonly number: number;
  readonly order: Order;
}

/** How an operator is moved so that one of its values has another order; undefined where it cannot. */
export type Mover = (node: Node, slot: MovedSlot, graph: PassGraph) => Move | undefined;
