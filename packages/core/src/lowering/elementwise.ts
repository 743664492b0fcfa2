import type { BinaryOperation, Comparison, Expression, Scalar } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointValue } from "./contract.ts";
import { knownDim, isOne, sameShape } from "./positions.ts";

/** What an elementwise lowering may know besides the elements. */
export interface ElementContext<Attributes> {
  readonly attributes: Attributes;
  /** Of the output. */
  readonly scalar: Scalar;
}

/** What an element of the output is, given those of the inputs. */
export type ElementFunction<Attributes> = (
  elements: readonly Expression[],
  k: PointBuilder,
  context: ElementContext<Attributes>,
) => Expression;

/** The lowering of a function of elements of inputs that broadcast; all that the node has are read. */
export function elementPoints<Attributes>(fn: ElementFunction<Attributes>): Lowering<Attributes> {
  return (node) => [pointOf(node, node.inputs as readonly PointValue[], fn)];
}

/** The lowering of a function of one input's elements. */
export function unaryPoints<Attributes>(
  fn: (x: Expression, k: PointBuilder, context: ElementContext<Attributes>) => Expression,
): Lowering<Attributes> {
  return (node) => [
    pointOf(node, [node.inputs[0] as PointValue], ([x], k, context: ElementContext<Attributes>) => fn(x, k, context)),
  ];
}

/** The lowering of a function of two inputs' elements, broadcast. */
export function binaryPoints<Attributes>(
  fn: (x: Expression, y: Expression, k: PointBuilder, context: ElementContext<Attributes>) => Expression,
): Lowering<Attributes> {
  return elementPoints(([x, y], k, context: ElementContext<Attributes>) => fn(x, y, k, context));
}

/** The lowering of an operation of the IR on any number of inputs, from left to right. */
export const variadicPoints = (operation: BinaryOperation): Lowering<unknown> =>
  elementPoints((elements, k) => elements.reduce((total, next) => k[operation](total, next)));

/** The lowering of a comparison. */
export const comparisonPoints = (comparison: Comparison): Lowering<unknown> =>
  binaryPoints((x, y, k) => k[comparison](x, y));

/** The lowering of a function of the IR's library of functions of f32 and f64. */
export const functionPoints = (fn: (k: PointBuilder, x: Expression) => Expression): Lowering<unknown> =>
  unaryPoints((x, k) => fn(k, x));

/** The point of an elementwise function of these values, which broadcast to output 0. */
export function pointOf<Attributes>(
  node: LowerNode<Attributes>,
  values: readonly PointValue[],
  fn: ElementFunction<Attributes>,
): Point {
  const { scalar, shape } = node.outputs[0]!;
  const context = { attributes: node.attributes, scalar };
  const at: Point["at"] = (index, k) =>
    fn(
      values.map((value) => value.at(broadcastIndex(index, value.shape, k), k)),
      k,
      context,
    );
  const alike = values.every((value) => sameShape(value.shape, shape) || value.shape.every(isOne));
  if (!alike) return { at };
  return {
    at,
    atPosition: (position, k) =>
      fn(
        values.map((value) => value.atPosition(value.shape.every(isOne) ? k.constant("index", 0) : position, k)),
        k,
        context,
      ),
  };
}

/** The index of a value that broadcasts: its own dims, with 0 along those of 1. */
export function broadcastIndex(
  index: readonly Expression[],
  shape: readonly Expression[],
  k: Pick<PointBuilder, "constant">,
): readonly Expression[] {
  const lead = index.length - shape.length;
  return shape.map((dim, axis) => (knownDim(dim) === 1 ? k.constant("index", 0) : index[lead + axis]));
}
