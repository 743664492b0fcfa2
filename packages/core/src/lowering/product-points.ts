import type { Expression } from "../kernel-ir/types.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";

/** Sums of products of rows and columns; vectors are a row and a column, other axes broadcast. ONNX MatMul. */
export const matrixProductPoints: Lowering<unknown> = (node) => {
  const [a, b] = node.inputs as readonly PointInput[];
  return [matrixProductPoint(a, b)];
};

/** Elements of a factor by index. */
export type MatrixFactor = Pick<PointValue, "scalar" | "shape" | "at">;

/** The product of two values as matrices, of one scalar. */
export function matrixProductPoint(a: MatrixFactor, b: MatrixFactor): Point {
  const [isRow, isColumn] = [a.shape.length === 1, b.shape.length === 1];
  const inner = (isRow ? 0 : 1) + (isColumn ? 0 : 1);
  const batchOf = (index: readonly Expression[]) => index.slice(0, index.length - inner);
  const placeIn = (value: MatrixFactor, index: readonly Expression[], k: PointBuilder) =>
    broadcastIndex(batchOf(index), value.shape.slice(0, -2), k);
  return contractionPoint({
    scalar: a.scalar,
    extents: [a.shape.at(-1)!],
    left: (index, [i], k) => a.at(isRow ? [i] : [...placeIn(a, index, k), index[index.length - inner], i], k),
    right: (index, [i], k) => b.at(isColumn ? [i] : [...placeIn(b, index, k), i, index.at(-1)!], k),
  });
}

interface GemmAttributes {
  readonly alpha: number;
  readonly beta: number;
  readonly transA: number;
  readonly transB: number;
}

/** alpha A' B' + beta C. ONNX Gemm. */
export const gemmPoints: Lowering<GemmAttributes> = (node) => {
  const [a, b, c] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const { alpha, beta, transA, transB } = node.attributes;
  if (!isFloatScalar(a.scalar) && ![alpha, beta].every(Number.isSafeInteger))
    node.cannot("integers are scaled by fractions");
  const point = contractionPoint({
    scalar: a.scalar,
    extents: [a.shape[transA === 0 ? 1 : 0]],
    left: ([row], [i], k) => a.at(transA === 0 ? [row, i] : [i, row], k),
    right: ([, column], [i], k) => b.at(transB === 0 ? [i, column] : [column, i], k),
  });
  if (c === undefined && alpha === 1) return [point];
  const product = node.step(a.scalar, node.outputs[0]!.shape, point);
  const at: Point["at"] = (index, k) => {
    const scaled = k.mul(product.at(index, k), alpha);
    return c === undefined ? scaled : k.add(scaled, k.mul(c.at(broadcastIndex(index, c.shape, k), k), beta));
  };
  return [{ at }];
};
