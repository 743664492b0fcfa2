import { inBlocks } from "../../kernels/elementwise.ts";
import { type DType, isBig, isFloat } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { bigRowsOf, foldRows, rowsOf } from "../../kernels/rows.ts";
import { einsumPoints } from "../../lowering/einsum-points.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { bigints, tensorFrom } from "../../tensors/elements.ts";
import {
  type BigData,
  broadcastTo,
  elementCount,
  type NumberData,
  reshaped,
  type Tensor,
  transposed,
} from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { string } from "../attributes.ts";
import { matrixProduct } from "../contraction/matrix-product.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";
import { labelExtents, parseEquation } from "./einsum-equation.ts";

/** Products of operands summed over the labels that the output lacks; ints wrap. ONNX Einsum. */
export const einsum = defineOperator({
  name: "Einsum",
  versions: [{ since: 28 }, { since: 12, types: { T: REAL_1B } }],
  inputs: [variadic("Inputs", "T")],
  outputs: [required("Output", "T")],
  types: { T: REAL_13E },
  attributes: { equation: string({ required: true }) },
  infer(context) {
    const dtype = context.dtype(0);
    const shapes: (readonly Dim[])[] = [];
    for (let i = 0; i < context.inputCount; i++) shapes.push(context.shape(i) ?? []);
    if (dtype === undefined) return [undefined];
    if (shapes.some((_, i) => context.shape(i) === undefined)) return [tensorType(dtype)];
    const ranks = shapes.map((shape) => shape.length);
    const equation = parseEquation(context.attributes.equation, ranks, context);
    const extents = labelExtents(equation, shapes, context);
    return [
      tensorType(
        dtype,
        equation.output.map((label) => extents.get(label)!),
      ),
    ];
  },
  *reference(inputs, attributes, context) {
    const operands = inputs as readonly Tensor[];
    const shapes = operands.map(({ shape }) => shape);
    const ranks = shapes.map((shape) => shape.length);
    const { terms, output } = parseEquation(attributes.equation, ranks, context);
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const extents = labelExtents({ terms, output }, shapes, rules) as Map<string, number>;
    // The result's memory comes first, so that one that is too large is refused before any work.
    const { dtype } = operands[0];
    const shape = output.map((label) => extents.get(label)!);
    const out = isBig(dtype) ? context.bigOutput(dtype, shape) : context.output(dtype, shape);
    const first = diagonal(operands[0], terms[0]);
    let total: Term = { ...first, tensor: yield* converted(first.tensor, wideDtype(first.tensor.dtype), context) };
    for (let i = 1; i < operands.length; i++) {
      const keep = new Set([...output, ...terms.slice(i + 1).flat()]);
      total = yield* multiply(total, diagonal(operands[i], terms[i]), keep, extents, context);
    }
    const { labels, tensor } = yield* sumOut(total, new Set(output), context);
    const result = transposed(
      tensor,
      output.map((label) => labels.indexOf(label)),
    );
    yield* write(out.data, result, context);
    return ["rounded" in out ? yield* out.rounded() : out.tensor()];
  },
  lower: einsumPoints,
  accuracy: "reduction",
  samples() {
    const [x, y] = [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [2, 3], [1, 0, 2, 0, 1, 1])];
    const batch = tensorFrom("f64", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    return [
      {
        inputs: [x, y],
        attributes: { equation: "ij,jk" },
        outputs: [tensorFrom("f32", [2, 3], [1, 2, 4, 3, 4, 10])],
      },
      {
        inputs: [batch],
        attributes: { equation: "...ii ->...i" },
        outputs: [tensorFrom("f64", [2, 2], [1, 4, 5, 8])],
      },
      {
        inputs: [x, x, tensorFrom("f32", [2], [1, 10])],
        attributes: { equation: "ij,kj,k->i" },
        outputs: [tensorFrom("f32", [2], [115, 261])],
      },
      {
        inputs: [tensorFrom("i8", [2], [100, 3]), tensorFrom("i8", [2], [2, 1])],
        attributes: { equation: "i,i->" },
        outputs: [tensorFrom("i8", [], [-53])],
      },
      {
        inputs: [tensorFrom("u64", [2], [5, 6])],
        attributes: { equation: "i->" },
        outputs: [tensorFrom("u64", [], [11])],
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [3], [1, 2, 3])],
      attributes: { equation: "ij,j" },
      message: /label "j" stands for axes of 2 and 3/,
    },
    { inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { equation: "ij" }, message: /names 2 axes/ },
  ],
});

/** A tensor whose axes have distinct labels. */
interface Term {
  readonly labels: readonly string[];
  readonly tensor: Tensor;
}

/** Labels that stand there twice become one axis along the diagonal. */
function diagonal(tensor: Tensor, labels: readonly string[]): Term {
  const distinct = [...new Set(labels)];
  const stride = (label: string): number =>
    tensor.strides.reduce((sum, step, axis) => (labels[axis] === label ? sum + step : sum), 0);
  const shape = distinct.map((label) => tensor.shape[labels.indexOf(label)]);
  return { labels: distinct, tensor: { ...tensor, shape, strides: distinct.map(stride) } };
}

/** The dtype of intermediate results: double, or 32 or 64 bits that wrap. */
function wideDtype(dtype: DType): DType {
  if (isFloat(dtype)) return "f64";
  return isBig(dtype) ? "i64" : "i32";
}

/** The elements in another dtype of the same kind, without change where they have it; ints wrap. */
function* converted(tensor: Tensor, dtype: DType, context: KernelContext): Steps<Tensor> {
  if (tensor.dtype === dtype) return tensor;
  const out = isBig(dtype) ? context.bigOutput(dtype, tensor.shape) : context.output(dtype, tensor.shape);
  yield* write(out.data, tensor, context);
  return "rounded" in out ? yield* out.rounded() : out.tensor();
}

/** Writes the elements in row-major order; ints wrap. */
function* write(out: NumberData | BigData, tensor: Tensor, context: KernelContext): Steps<void> {
  if (isBig(tensor.dtype)) (out as BigInt64Array).set(bigints(yield* contiguous(tensor, context)));
  else {
    const source = yield* numbersOf(tensor, context);
    yield* inBlocks(source.length, (start, length) =>
      (out as NumberData).set(source.subarray(start, start + length), start),
    );
  }
}

/** Sums over the labels that are not in `keep`. */
function* sumOut({ labels, tensor }: Term, keep: ReadonlySet<string>, context: KernelContext): Steps<Term> {
  const axes = [...labels.keys()].filter((axis) => !keep.has(labels[axis]));
  if (axes.length === 0) return { labels, tensor };
  const shape = tensor.shape.filter((_, axis) => !axes.includes(axis));
  const dtype = wideDtype(tensor.dtype);
  const left = labels.filter((label) => keep.has(label));
  if (isBig(dtype)) {
    const out = context.bigOutput(dtype, shape);
    yield* foldRows(
      yield* bigRowsOf(tensor, axes, context),
      out.data as { [i: number]: bigint },
      (sum, x) => sum + BigInt.asIntN(64, x),
    );
    return { labels: left, tensor: out.tensor() };
  }
  const out = context.output(dtype, shape);
  const rows = yield* rowsOf(tensor, axes, context);
  if (dtype === "f64") yield* foldRows(rows, out.data, (sum, x) => sum + x);
  else yield* foldRows(rows, out.data, (sum, x) => (sum + x) | 0);
  return { labels: left, tensor: yield* out.rounded() };
}

/** a x b as a stack of matrix products, summed over the labels that are not in `keep`. */
function* multiply(
  a: Term,
  b: Term,
  keep: ReadonlySet<string>,
  extents: ReadonlyMap<string, number>,
  context: KernelContext,
): Steps<Term> {
  const left = yield* sumOut(a, new Set([...keep, ...b.labels]), context);
  const right = yield* sumOut(b, new Set([...keep, ...a.labels]), context);
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => keep.has(label));
  const inner = shared.filter((label) => !keep.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const product = yield* matrixProduct(
    yield* stack(left, [batch, rows, inner], extents, context),
    yield* stack(right, [batch, inner, columns], extents, context),
    context,
  );
  const labels = [...batch, ...rows, ...columns];
  return {
    labels,
    tensor: reshaped(
      product,
      labels.map((label) => extents.get(label)!),
    ),
  };
}

/** The term with its labels in three groups, each flattened to one axis. */
function* stack(
  { labels, tensor }: Term,
  groups: readonly (readonly string[])[],
  extents: ReadonlyMap<string, number>,
  context: KernelContext,
): Steps<Tensor> {
  const ordered = transposed(
    tensor,
    groups.flat().map((label) => labels.indexOf(label)),
  );
  const view = broadcastTo(
    ordered,
    groups.flat().map((label) => extents.get(label)!),
  );
  const stacked = yield* contiguous(view, context);
  return reshaped(
    stacked,
    groups.map((group) => elementCount(group.map((label) => extents.get(label)!))),
  );
}
