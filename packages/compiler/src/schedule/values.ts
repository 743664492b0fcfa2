import { type Point, positionOf, type Tensor } from "@hodu/core";
import type { Expression, Memory, Scalar } from "@hodu/core/kernel-ir";
import type { BufferSource } from "./types.ts";

/** A value of the graph, or on the way to one: what it is made of, and whether it is kept in a buffer. */
export interface ScheduledValue {
  readonly name: string;
  readonly memory: Memory;
  readonly scalar: Scalar;
  readonly dims: readonly number[];
  /** Its axes from the outermost in its buffer to the innermost. */
  readonly order: readonly number[];
  readonly elements: number;
  readonly shape: readonly Expression[];
  /** Its dims and the number of its elements as loops and buffers have them: over the program's size. */
  readonly extents: readonly Expression[];
  readonly length: Expression;
  positionOf(index: readonly Expression[]): Expression;
  indexAt(position: Expression): readonly Expression[];
  /** The value in whose buffer it lies, where that is not its own: one with a border around it. */
  readonly within?: number;
  /** It is made by the kernel of the value within it. */
  readonly isMade?: boolean;
  /** How an element is computed; undefined for what the caller, the model or a call gives. */
  readonly point: Point | undefined;
  readonly source: BufferSource;
  readonly constant: Tensor | undefined;
  /** Names of the source nodes that make it. */
  readonly origin: readonly string[];
  /** Operator that makes it, for the names of kernels. */
  readonly op: string;
}

/** A value whose buffer has its axes in another order. */
export const inOrder = (value: ScheduledValue, order: readonly number[]): ScheduledValue => {
  const shape = order.map((axis) => value.shape[axis]);
  return {
    ...value,
    order,
    positionOf: (index) =>
      positionOf(
        order.map((axis) => index[axis]),
        shape,
      ),
  };
};

/** Whether the elements of a point depend on what was written before them: such a value has a buffer that its kernel reads, too. */
export const isOrdered = (point: Point | undefined): boolean =>
  point?.inOrder !== undefined || point?.updates !== undefined;
