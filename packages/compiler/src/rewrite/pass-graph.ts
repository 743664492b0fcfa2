import type { Dim, Graph, Node, Tensor, ValueType, Weight } from "@hodu/core";

/** One graph of a model as a pass sees it: data and what is known of it. Nothing in it may be changed; a pass answers with patches. */
export interface PassGraph {
  readonly graph: Graph;
  /** The type of a value that must hold in every run, as far as it is known; values of surrounding graphs too. */
  typeOf(value: string): ValueType | undefined;
  /** The dims of a tensor, as far as they are known. */
  shapeOf(value: string): readonly Dim[] | undefined;
  /** The elements of an integer scalar or vector as dims, when they are known, be it as symbols. */
  elementsOf(value: string): readonly Dim[] | undefined;
  /** The tensor behind a value that is the same in every run: a weight whose bytes are at hand, or what follows from shapes. Never write to it. */
  constantOf(value: string): Tensor | undefined;
  /** The weight that a value is, its bytes at hand or not; undefined for a default of an input, which a run may replace. */
  weightOf(value: string): Weight | undefined;
  /** The node of this graph that makes a value. */
  producerOf(value: string): Node | undefined;
  /** The nodes of this graph that read a value, be it in a graph inside them; each once, in their order. */
  consumersOf(value: string): readonly Node[];
  /** The only reader of a value; undefined when there are several or none, or when the value is an output of the graph. */
  soleConsumerOf(value: string): Node | undefined;
  /** Whether a value is an output of this graph. */
  isOutput(value: string): boolean;
  /** Whether `to` may be read instead of `from` without a copy: an output keeps its name, so a node of this graph must be able to take it. */
  canReplace(from: string, to: string): boolean;
  /** A name for a new value or node: `base`, or `base_1`, ... when it is taken. */
  fresh(base: string): string;
}
