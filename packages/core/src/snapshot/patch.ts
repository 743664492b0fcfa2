import type { Tensor } from "../tensors/tensor.ts";
import type { Node, Weight } from "./types.ts";

/**
 * A change to one graph of a Snapshot, as data. Every output of a removed node that something else reads must be made again: by an added
 * node, as a weight, or by a new name to read instead.
 */
export interface Patch {
  /** What was found, for the report: `Conv+BatchNorm`. */
  readonly pattern: string;
  /** Names of the nodes that go, all of one graph: that is the graph which is changed. */
  readonly remove: readonly string[];
  /** Nodes that come; an empty origin stands for the origins of all removed nodes. Outputs have new names, or names of removed outputs. */
  readonly add: readonly Node[];
  /** Constants that come, under new names or names of removed outputs. */
  readonly weights: readonly (MadeWeight | Weight)[];
  /** Values that removed nodes made, and what to read instead. */
  readonly rename: readonly (readonly [from: string, to: string])[];
  /** Names of weights of the graph that nothing reads any more. */
  readonly dropWeights?: readonly string[];
}

/** A constant that a transform has computed. Its memory becomes the Snapshot's: nothing may write to it any more. */
export interface MadeWeight {
  readonly name: string;
  readonly value: Tensor;
}
