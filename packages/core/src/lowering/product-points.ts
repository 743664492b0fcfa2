import type { Expression } from "../kernel-ir/types.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import type { Lowering, Point, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";

/** Sums of products of rows and columns; vectors are a row and a column, other axes broadcast. ONNX MatMul. */
export const matrixProductPoints: Lowering<unknown> = (node) => {
  const [a, b] = node.inputs as readonly PointInput[];
  const [isRow, isColumn] = [a.shape.length === 1, b.shape.length === 1];
  const at: Point["at"] = (index, k) => {
    const inner = [...(isRow ? [] : ["row"]), ...(isColumn ? [] : ["column"])];
    const batch = index.slice(0, index.length - inner.length);
    const own = index.slice(batch.length);
    const places = (value: PointValue, matrix: readonly Expression[]) => [
      ...broadcastIndex(batch, value.shape.slice(0, -2), k),
      ...matrix,
    ];
    return k.reduceOver("add", [a.shape.at(-1)!], k.constant(a.scalar, 0), ([i]) => {
      const left = isRow ? a.at([i], k) : a.at(places(a, [own[0], i]), k);
      const right = isColumn ? b.at([i], k) : b.at(places(b, [i, own.at(-1)!]), k);
      return k.mul(left, right);
    });
  };
  return [{ at }];
};

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
  const at: Point["at"] = ([row, column], k) => {
    const product = k.reduceOver("add", [a.shape[transA === 0 ? 1 : 0]], k.constant(a.scalar, 0), ([i]) =>
      k.mul(a.at(transA === 0 ? [row, i] : [i, row], k), b.at(transB === 0 ? [i, column] : [column, i], k)),
    );
    const scaled = k.mul(product, alpha);
    if (c === undefined) return scaled;
    return k.add(scaled, k.mul(c.at(broadcastIndex([row, column], c.shape, k), k), beta));
  };
  return [{ at }];
};
