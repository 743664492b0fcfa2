import type { NamedValue, Node, Patch, Snapshot, Value, ValueType } from "@hodu/core";
import type { CallContext } from "./call-context.ts";

/**
 * Operators of a domain of the plugin's own. Before a model is compiled, its nodes of the domain become standard ones: the plugin lowers
 * itself, so compiled code and every backend know only the standard.
 */
export interface OperatorPlugin {
  /** Types of a node's outputs from those of its inputs (undefined: not known). Throws INVALID_GRAPH for a node that is not right. */
  infer(node: Node, inputs: readonly (ValueType | undefined)[]): Promise<readonly (ValueType | undefined)[]>;
  /** Standard nodes in place of all nodes of the domain at once: one patch for each that it lowers; the Snapshot must not be changed. */
  lower?(snapshot: Snapshot, context: CallContext): Promise<readonly Patch[]>;
  /** What a node gives: its reference, for nodes that `lower` leaves. Throws KERNEL for elements that it cannot take. */
  run?(node: Node, inputs: readonly (Value | undefined)[], context: CallContext): Promise<readonly Value[]>;
  /** Inputs for each operator that a suite can run it on. */
  samples?(): Promise<readonly OperatorSample[]>;
}

/** A node to try an operator with. */
export interface OperatorSample {
  readonly node: Node;
  readonly inputs: readonly NamedValue[];
}
