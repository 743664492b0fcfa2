import type { DType } from "../dtypes/dtypes.ts";
import type { Operand } from "../kernel-ir/operand.ts";
import type { Operations } from "../kernel-ir/operations.ts";
import type { Expression, Reduction, Scalar } from "../kernel-ir/types.ts";
import type { Tensor } from "../tensors/tensor.ts";

/**
 * The lowering of an operator says what one element of an output is, given its index: a point. It never says in which order elements are
 * made, where they are kept, or what is made together: that is the scheduler's. A point is asked for as often as its value is read.
 */
export interface Point {
  /** The element at an index (as many `index` expressions as the value has dims, each in range), of the register type of its memory. */
  at(index: readonly Expression[], k: PointBuilder): Expression;
  /** The same by row-major position, where that is no more work: then the value needs no index. */
  atPosition?(position: Expression, k: PointBuilder): Expression;
  /**
   * The value reads its own elements: that at an index those whose places along the first so many dims come before its own, row by row.
   * They are made in that order.
   */
  readonly inOrder?: number;
  /** What is written over the elements once all are there. */
  readonly updates?: PointUpdates;
  /** The stretches along one axis that the value is put together from: for those who make it stretch by stretch, without asking at each element. */
  readonly stretches?: { readonly axis: number; readonly parts: readonly Stretch[] };
  /** What is within it, where the value is another one with a number around. */
  readonly border?: Border;
  /** What `at` sums, where each element is a sum of products: for those who make it in blocks. */
  readonly contraction?: Contraction;
  /** What it is, where it is the values of an attention in the shares of their keys: for those who make it in one pass over the keys. */
  readonly attention?: Attention;
}

/** Elements that follow each other along an axis: how many, and the element at an index that begins with them. */
export interface Stretch {
  readonly length: number;
  at(index: readonly Expression[], k: PointBuilder): Expression;
}

/** A value within another one: all of it lies there, its first element at `begins`. */
export interface Border {
  readonly begins: readonly number[];
  readonly sizes: readonly number[];
  /** What stands around it. */
  readonly fill: number;
  /** An element of the value within, by its own index. */
  readonly inner: (index: readonly Expression[], k: PointBuilder) => Expression;
}

/** A factor at an index of the output and a place below the extents of the sum. */
export type Factor = (index: readonly Expression[], place: readonly Expression[], k: PointBuilder) => Expression;

/** Elements that are sums of products of two factors. */
export interface Contraction {
  /** Of both factors, the products and their sum. */
  readonly scalar: Scalar;
  /** How far the places go that are summed over. */
  readonly extents: readonly Expression[];
  readonly left: Factor;
  readonly right: Factor;
  /** Where the factors are bytes less zero points that are one for all of them: for those who sum the products of bytes several at a time. */
  readonly bytes?: { readonly left: ByteFactor; readonly right: ByteFactor };
}

/** A factor that is `at` less `zero`, both as i32. */
export interface ByteFactor {
  /** Of i8 or u8. */
  readonly at: Factor;
  /** A number where it is known before the run, else of i32. */
  readonly zero: ZeroPoint;
}

/** What is taken from each element of a value. */
export type ZeroPoint = number | ((k: PointBuilder) => Expression);

/**
 * Elements [..lead, element, query]: values in the shares that softmax gives their keys. What reads scores gets [..lead, query, key] as index.
 */
export interface Attention {
  readonly scalar: Scalar;
  /** Samples and heads. */
  readonly lead: readonly number[];
  readonly queries: number;
  readonly keys: number;
  /** Elements of a value. */
  readonly size: number;
  /** Sums of products of queries (left) and keys (right). */
  readonly products: Contraction;
  /** The score that a sum of products is. */
  readonly score: (product: Expression, index: readonly Expression[], k: PointBuilder) => Expression;
  /** What is added to a score; a key whose bias is -Infinity is not seen. */
  readonly bias?: Point["at"] | undefined;
  /** An element of a value: the index is that of the key and of the element behind `lead`. */
  readonly value: Point["at"];
}

/** New values of elements, one after another: for all indices below `extents`, row by row. An element may get several. */
export interface PointUpdates {
  readonly extents: readonly Operand[];
  /** Which element an update is for (in range: guard what comes from data), and its value, given the one that it has. */
  at(
    index: readonly Expression[],
    k: PointBuilder,
  ): { readonly place: readonly Expression[]; readonly value: (old: () => Expression) => Expression };
}

/** A value that points read: an input of the node, or a step on the way to its outputs. */
export interface PointValue extends Required<Pick<Point, "at" | "atPosition">> {
  /** Of the register that an element is read to: f32 for f16 and bf16. */
  readonly scalar: Scalar;
  /** Expressions of `index`, each at least 0. */
  readonly shape: readonly Expression[];
}

/** An input of a node that is lowered. */
export interface PointInput extends PointValue {
  readonly dtype: DType;
  /** Its elements, where they are known before the run. */
  readonly constant: Tensor | undefined;
}

/** An output that a node must give points for. */
export interface PointOutput {
  readonly dtype: DType;
  readonly scalar: Scalar;
  readonly shape: readonly Expression[];
}

/** A node as its lowering sees it. Its form and types were checked and its shapes inferred. */
export interface LowerNode<Attributes = Readonly<Record<string, unknown>>> {
  readonly attributes: Attributes;
  /** undefined where an optional input is absent. */
  readonly inputs: readonly (PointInput | undefined)[];
  /** undefined for an output that the node does not want. */
  readonly outputs: readonly (PointOutput | undefined)[];
  /** A value on the way to the outputs, such as the sum of a row: computed once where it is read more than once. */
  step(scalar: Scalar, shape: readonly Operand[], point: Point | Point["at"]): PointValue;
  /** A value that is known before the run, such as a table of weights; its dtype is one of kernels. */
  constant(tensor: Tensor): PointValue;
  /** Ends the lowering: such a node runs by its reference kernel. */
  cannot(reason: string): never;
}

/** Points of the outputs, in their order, or a step that is one of them; undefined for one that is not wanted. */
export type Lowering<Attributes = Readonly<Record<string, unknown>>> = (
  node: LowerNode<Attributes>,
) => readonly (Point | undefined)[];

/**
 * What points are written with: the operations of the kernel IR, and what needs statements. A point may be written for several elements
 * side by side; then what it reads has as many lanes, or one where they are all alike.
 */
export interface PointBuilder extends Operations {
  /** An element of a value that the scheduler has given this number: what `at` and `atPosition` of a PointValue ask for. */
  read(value: number, index: readonly Expression[]): Expression;
  readPosition(value: number, position: Expression): Expression;
  /** Names a value that is used more than once. */
  let(name: string, value: Expression): Expression;
  /**
   * `initial` and the elements at all indices below `extents`, combined. The order is not defined, but the same for the same kernel:
   * floats are summed in as many partial sums as the target has lanes, or one after another.
   */
  reduceOver(
    reduction: Reduction,
    extents: readonly Operand[],
    initial: Expression,
    at: (index: readonly Expression[]) => Expression,
  ): Expression;
  /** Accumulators from their first values on, through all indices below `extents` one after another. */
  foldOver(
    extents: readonly Operand[],
    initial: readonly Expression[],
    step: (accumulators: readonly Expression[], index: readonly Expression[]) => readonly Expression[],
  ): readonly Expression[];
  /** `yes` where the condition holds, else `no`; only that one is computed, so that it may read what is out of range otherwise. */
  choose(condition: Expression, scalar: Scalar, yes: () => Expression, no: () => Expression): Expression;
  /** Ends the run where the condition is false: the reference kernel is to say why. */
  guard(condition: Expression): void;
  /** An integer from the data as an index; guard its range before it is used. */
  toIndex(value: Expression): Expression;
  /** An index as a number. */
  fromIndex(scalar: Scalar, index: Expression): Expression;
}
