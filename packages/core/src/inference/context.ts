import type { DType } from "../dtypes/dtypes.ts";
import type { Dim } from "../snapshot/dims.ts";
import type { Graph } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";

/** The type of an output; undefined for one that cannot be known before the run. */
export type Inferred = ValueType | undefined;

/** What inference of one node sees. Everything thrown by `fail` is INVALID_GRAPH and names the node. */
export interface InferContext<Attributes = Readonly<Record<string, unknown>>> {
  readonly attributes: Attributes;
  /** Number of inputs the node lists (absent ones included) and of outputs it wants. */
  readonly inputCount: number;
  readonly outputCount: number;
  /** True when input i is given (listed and not ""). */
  has(i: number): boolean;
  /** The type of input i; undefined when absent or not known. */
  type(i: number): ValueType | undefined;
  /** The dtype of tensor input i. Fails when it is not a tensor; undefined when absent or not known. */
  dtype(i: number): DType | undefined;
  /** The shape of tensor input i, as far as it is known. */
  shape(i: number): readonly Dim[] | undefined;
  /** The value of input i when it is a constant of at most 65,536 elements. */
  constant(i: number): Tensor | undefined;
  /** The elements of integer input i (a scalar or vector) as dims, when they are known, be it as symbols. */
  values(i: number): readonly Dim[] | undefined;
  /** A new symbol for a dim that depends on data. */
  fresh(): Dim;
  /** Types of a subgraph's outputs, given the types of its inputs (undefined: not known). */
  inferGraph(graph: Graph, inputs: readonly Inferred[]): readonly Inferred[];
  /** Ends inference: the node breaks `rule`. */
  fail(rule: string): never;
}
