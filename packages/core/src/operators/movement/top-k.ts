import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { contiguous, copyElement } from "../../kernels/move.ts";
import { countUp, elementOrder, sortPositions, sortScratch } from "../../kernels/sort.ts";
import { topKPoints } from "../../lowering/top-k-points.ts";
import { type Dim, formatDim } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import {
  axesFromFront,
  int64Constant,
  intAttribute,
  intOf,
  onlyInt,
  withAttributes,
  withInput,
  withoutAttributes,
} from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/**
 * The K largest or smallest elements along an axis and their indices, in order; the lower index goes first among
 * equals. ONNX TopK.
 */
export const topK = defineOperator({
  name: "TopK",
  versions: [
    { since: 24 },
    { since: 11, types: { T: REAL_1B, I: types("i64") } },
    {
      since: 10,
      types: { T: types("f16 f32 f64"), I: types("i64") },
      attributes: { axis: int({ default: -1 }) },
      changed: "largest and sorted",
      downgrade: (node, rewrite) => {
        const plain = onlyInt("largest", 1)(withoutAttributes(node, "sorted"));
        return plain && axesFromFront("axis")(plain, rewrite);
      },
    },
    {
      since: 1,
      inputs: [required("X", "T")],
      attributes: { axis: int({ default: -1 }), k: int({ required: true }) },
      changed: "K became an input",
      upgrade: countToInput,
      downgrade: countToAttribute,
    },
  ],
  inputs: [required("X", "T"), required("K", "i64")],
  outputs: [required("Values", "T"), required("Indices", "I")],
  types: { T: REAL_13E, I: types("i64") },
  attributes: { axis: int({ default: -1 }), largest: int({ default: 1 }), sorted: int({ default: 1 }) },
  infer(context) {
    const shape = context.shape(0);
    const count = context.values(1)?.[0];
    if (shape === undefined) return [...sameDtypeAsFirst(context), tensorType("i64")];
    const axis = normalizeAxis(context.attributes.axis, shape.length, context);
    if (typeof count === "number") checkCount(count, shape[axis], axis, context);
    const length = count ?? context.fresh();
    const dims = shape.map((dim, i) => (i === axis ? length : dim));
    return [...sameDtypeAsFirst(context, dims), tensorType("i64", dims)];
  },
  reference: function* ([x, k], attributes, context) {
    const { shape, dtype } = x as Tensor;
    const axis = normalizeAxis(attributes.axis, shape.length, context);
    const count = countOf(k as Tensor, context);
    const length = shape[axis];
    checkCount(count, length, axis, context);
    const dims = shape.map((dim, i) => (i === axis ? count : dim));
    const [values, places] = [context.allocate(dtype, dims), context.bigOutput("i64", dims)];
    if (dims.includes(0)) return [values, places.tensor()];
    const source = yield* contiguous(x as Tensor, context);
    const inner = elementCount(shape.slice(axis + 1));
    const lines = elementCount(shape) / length;
    const order = elementOrder(source);
    const sign = attributes.largest === 0 ? 1 : -1;
    const scratch = sortScratch(length, context);
    for (let line = 0; line < lines; line++) {
      const first = Math.floor(line / inner) * length * inner + (line % inner);
      countUp(scratch[0]);
      const sorted = yield* sortPositions(scratch, (i, j) => sign * order(first + i * inner, first + j * inner));
      const to = Math.floor(line / inner) * count * inner + (line % inner);
      for (let i = 0; i < count; i++) {
        copyElement(values, to + i * inner, source, first + sorted[0][i] * inner);
        places.data[to + i * inner] = BigInt(sorted[0][i]);
      }
      yield undefined;
    }
    return [values, places.tensor()];
  },
  lower: topKPoints,
  accuracy: "exact",
  samples: () => {
    const x = tensorFrom("f32", [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    return [
      {
        attributes: { axis: 1 },
        inputs: [x, tensorFrom("i64", [1], [3])],
        outputs: [
          tensorFrom("f32", [3, 3], [3, 2, 1, 7, 6, 5, 11, 10, 9]),
          tensorFrom("i64", [3, 3], [3, 2, 1, 3, 2, 1, 3, 2, 1]),
        ],
      },
      {
        attributes: { axis: 0, largest: 0 },
        inputs: [tensorFrom("i64", [4, 1], [3, 1, 3, 1]), tensorFrom("i64", [1], [3])],
        outputs: [tensorFrom("i64", [3, 1], [1, 1, 3]), tensorFrom("i64", [3, 1], [1, 3, 0])],
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [3])],
      outputCount: 2,
      message: /K is 3, it must be in 0\.\.2/,
    },
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [-1])], outputCount: 2, message: /K is -1/ },
  ],
});

function countOf(k: Tensor, context: { fail(rule: string): never }): number {
  if (elementCount(k.shape) !== 1) context.fail(`K has ${elementCount(k.shape)} elements, expected 1`);
  return scalar(k);
}

function checkCount(count: number, dim: Dim, axis: number, context: { fail(rule: string): never }): void {
  if (count < 0 || (typeof dim === "number" && count > dim)) {
    context.fail(`K is ${count}, it must be in 0..${formatDim(dim)}, the length of axis ${axis}`);
  }
}

/** Says K as a constant input, and the other way round. */
function countToInput(node: Node, rewrite: RewriteContext): Node {
  const count = intOf(node, "k");
  if (count === undefined) rewrite.fail('attribute "k" is missing');
  return withInput(withoutAttributes(node, "k"), 1, int64Constant([count], rewrite));
}

function countToAttribute(node: Node, rewrite: RewriteContext): Node | undefined {
  const count = rewrite.constantOf(node.inputs[1]);
  return count && withInput(withAttributes(node, intAttribute("k", scalar(count))), 1, "");
}
