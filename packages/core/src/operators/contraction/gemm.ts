import { isBig } from "../../dtypes/dtypes.ts";
import { broadcastShapes } from "../../kernels/broadcast.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { type Finish, gemm as multiply } from "../../kernels/gemm.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { bigints, doubles, stridedNumbers, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, type Tensor, transposed } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { gemmPoints } from "../../lowering/product-points.ts";
import { float, int } from "../attributes.ts";
import { intAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";
import { matrixProduct } from "./matrix-product.ts";

/** alpha * A' x B' + beta * C; A' [m, k] and B' [k, n] are A and B or their transposes, C broadcasts to [m, n]. ONNX Gemm. */
export const gemm = defineOperator({
  name: "Gemm",
  versions: [
    { since: 13 },
    { since: 11, types: { T: REAL_1 } },
    {
      since: 9,
      inputs: [required("A", "T"), required("B", "T"), required("C", "T")],
      changed: "C became optional",
      downgrade: (node, rewrite) => ((node.inputs[2] ?? "") === "" ? withZero(node, rewrite) : node),
    },
    { since: 7, types: { T: types("f16 f32 f64") } },
    {
      since: 6,
      attributes: {
        alpha: float({ default: 1 }),
        beta: float({ default: 1 }),
        broadcast: int({ default: 0 }),
        transA: int({ default: 0 }),
        transB: int({ default: 0 }),
      },
      changed: "C always broadcasts, without an attribute",
      upgrade: (node) => withoutAttributes(node, "broadcast"),
      downgrade: (node) => withAttributes(node, intAttribute("broadcast", 1)),
    },
    { since: 1 },
  ],
  inputs: [required("A", "T"), required("B", "T"), optional("C", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {
    alpha: float({ default: 1 }),
    beta: float({ default: 1 }),
    transA: int({ default: 0 }),
    transB: int({ default: 0 }),
  },
  infer(context) {
    const [dtype, a, b] = [context.dtype(0), context.shape(0), context.shape(1)];
    if (dtype === undefined) return [undefined];
    if (a === undefined || b === undefined) return [tensorType(dtype)];
    return [tensorType(dtype, gemmShape(a, b, context.shape(2), context.attributes, context))];
  },
  *reference(inputs, attributes, context) {
    const [a, b, c] = inputs as [Tensor, Tensor, Tensor | undefined];
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const shape = gemmShape(a.shape, b.shape, c?.shape, attributes, rules) as number[];
    const left = attributes.transA === 0 ? a : transposed(a, [1, 0]);
    const right = attributes.transB === 0 ? b : transposed(b, [1, 0]);
    if (isBig(a.dtype) || a.dtype === "i32" || a.dtype === "u32") {
      return [addToInts(yield* matrixProduct(left, right, context), c, attributes, context)];
    }
    const out = context.output(a.dtype, shape);
    const [x, y] = [stridedNumbers(left), stridedNumbers(right)];
    yield* multiply(
      shape[0],
      shape[1],
      left.shape[1],
      { data: x.data, offset: x.offset, rowStride: x.strides[0], columnStride: x.strides[1] },
      { data: y.data, offset: y.offset, rowStride: y.strides[0], columnStride: y.strides[1] },
      out.data,
      0,
      shape[1],
      finishOf(shape, c, attributes),
    );
    return [yield* out.rounded()];
  },
  lower: gemmPoints,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { alpha: 0.25, beta: 0.5, transA: 1, transB: 1 },
      inputs: [
        tensorFrom("f32", [3, 2], [1, 2, 3, 4, 5, 6]),
        tensorFrom("f32", [2, 3], [4, 0, 0, 0, 8, 4]),
        tensorFrom("f32", [1, 2], [2, 4]),
      ],
      outputs: [tensorFrom("f32", [2, 2], [2, 13, 3, 16])],
    },
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [], [1])],
      outputs: [tensorFrom("f32", [1, 2], [8, 11])],
    },
    {
      attributes: { alpha: 2, beta: -1 },
      inputs: [
        tensorFrom("i64", [1, 2], [1, 2]),
        tensorFrom("i64", [2, 2], [1, 2, 3, 4]),
        tensorFrom("i64", [2], [1, 2]),
      ],
      outputs: [tensorFrom("i64", [1, 2], [13, 18])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("f32", [3, 1], [1, 2, 3])],
      message: /A' has 2 columns, expected the 3 rows of B'/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1], [1]), tensorFrom("f32", [1, 1], [1]), tensorFrom("f32", [2, 1], [1, 2])],
      message: /C \[2, 1\] must broadcast to \[1, 1\]/,
    },
    {
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [1, 1], [1])],
      message: /A has rank 1, expected 2/,
    },
  ],
});

interface GemmAttributes {
  readonly alpha: number;
  readonly beta: number;
  readonly transA: number;
  readonly transB: number;
}

function gemmShape(
  a: readonly Dim[],
  b: readonly Dim[],
  c: readonly Dim[] | undefined,
  { transA, transB }: GemmAttributes,
  context: { fail(rule: string): never; fresh(): Dim },
): Dim[] {
  if (a.length !== 2) context.fail(`A has rank ${a.length}, expected 2`);
  if (b.length !== 2) context.fail(`B has rank ${b.length}, expected 2`);
  const [m, k] = transA === 0 ? a : [a[1], a[0]];
  const [rows, n] = transB === 0 ? b : [b[1], b[0]];
  if (typeof k === "number" && typeof rows === "number" && k !== rows) {
    context.fail(`A' has ${k} columns, expected the ${rows} rows of B'`);
  }
  if (c !== undefined && !broadcastsTo(c, [m, n])) {
    context.fail(`C ${formatShape(c)} must broadcast to ${formatShape([m, n])}`);
  }
  return [m, n];
}

function broadcastsTo(c: readonly Dim[], shape: readonly Dim[]): boolean {
  if (c.length > shape.length) return false;
  return c.every((dim, i) => {
    const target = shape[i + shape.length - c.length];
    return dim === 1 || typeof dim !== "number" || typeof target !== "number" || dim === target;
  });
}

/** alpha * sums + beta * C, in double. */
function finishOf(
  shape: readonly number[],
  c: Tensor | undefined,
  { alpha, beta }: GemmAttributes,
): Finish | undefined {
  if (c === undefined) {
    if (alpha === 1) return undefined;
    return (sums, start, count) => {
      for (let i = start; i < start + count; i++) sums[i] *= alpha;
    };
  }
  const decoded = stridedNumbers(c);
  const { offset, strides } = broadcastTo({ ...c, ...decoded }, shape);
  const { data } = decoded;
  return (sums, start, count, row, column) => {
    let at = offset + row * strides[0] + column * strides[1];
    for (let i = start; i < start + count; i++, at += strides[1]) sums[i] = alpha * sums[i] + beta * data[at];
  };
}

/** The same for integers: exact and wrapping where alpha and beta are integers, else with the fraction dropped. */
function addToInts(
  product: Tensor,
  c: Tensor | undefined,
  { alpha, beta }: GemmAttributes,
  context: KernelContext,
): Tensor {
  if (alpha === 1 && c === undefined) return product;
  const addend = c && broadcastTo(c, broadcastShapes(product.shape, c.shape, context));
  const exact = Number.isSafeInteger(alpha) && (c === undefined || Number.isSafeInteger(beta));
  context.reserve(32 * elementCount(product.shape));
  const scaled = exact
    ? scaleExactly(asBigs(product), BigInt(alpha), addend && asBigs(addend), BigInt(c === undefined ? 0 : beta))
    : scaleRoundly(doubles(product), alpha, addend && doubles(addend), beta);
  if (isBig(product.dtype)) {
    const out = context.bigOutput(product.dtype, product.shape);
    scaled.forEach((value, i) => {
      out.data[i] = value;
    });
    return out.tensor();
  }
  const out = context.output(product.dtype, product.shape);
  scaled.forEach((value, i) => {
    out.data[i] = Number(BigInt.asIntN(32, value));
  });
  return out.tensor();
}

function asBigs(tensor: Tensor): bigint[] {
  return isBig(tensor.dtype) ? Array.from(bigints(tensor)) : Array.from(doubles(tensor), BigInt);
}

function scaleExactly(product: bigint[], alpha: bigint, addend: bigint[] | undefined, beta: bigint): bigint[] {
  return product.map((value, i) => alpha * value + (addend === undefined ? 0n : beta * addend[i]));
}

function scaleRoundly(product: Float64Array, alpha: number, addend: Float64Array | undefined, beta: number): bigint[] {
  return Array.from(product, (value, i) => {
    const sum = alpha * value + (addend === undefined ? 0 : beta * addend[i]);
    return Number.isFinite(sum) ? BigInt(Math.trunc(sum)) : 0n;
  });
}

/** The node with a zero for C. */
function withZero(node: Node, rewrite: RewriteContext): Node | undefined {
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor") return undefined;
  return { ...node, inputs: [node.inputs[0], node.inputs[1], rewrite.constant(tensorFrom(type.dtype, [1], [0]))] };
}
