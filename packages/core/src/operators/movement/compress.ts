import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { checkVector } from "../../kernels/index-vector.ts";
import { contiguous } from "../../kernels/move.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { takeAlong } from "../../kernels/take.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, reshaped, type Tensor, tensorOf } from "../../tensors/tensor.ts";
import { int } from "../attributes.ts";
import { axesFromFront } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/**
 * The slices along an axis (or, without one, the elements) where the condition holds; what it does not reach is left
 * out. ONNX Compress.
 */
export const compress = defineOperator({
  name: "Compress",
  versions: [
    { since: 28 },
    { since: 11, types: { T: ANY_1, T1: types("bool") } },
    { since: 9, changed: "a negative axis", downgrade: axesFromFront("axis") },
  ],
  inputs: [required("input", "T"), required("condition", "T1")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, T1: types("bool") },
  attributes: { axis: int() },
  infer(context) {
    checkVector(context.shape(1), "condition", context, Infinity);
    const shape = context.shape(0);
    const { axis } = context.attributes;
    if (axis === undefined) return sameDtypeAsFirst(context, [context.fresh()]);
    if (shape === undefined) return sameDtypeAsFirst(context);
    const along = normalizeAxis(axis, shape.length, context);
    return sameDtypeAsFirst(
      context,
      shape.map((dim, i) => (i === along ? context.fresh() : dim)),
    );
  },
  reference: function* ([input, condition], attributes, context) {
    const source = yield* contiguous(input as Tensor, context);
    const data = attributes.axis === undefined ? reshaped(source, [elementCount(source.shape)]) : source;
    const axis = normalizeAxis(attributes.axis ?? 0, data.shape.length, context);
    const kept = yield* positionsWhere(condition as Tensor, data.shape[axis], context);
    const dims = data.shape.map((dim, i) => (i === axis ? kept.length : dim));
    const out = context.allocate(data.dtype, dims);
    yield* takeAlong(out, data, axis, tensorOf("f64", [kept.length], kept), context);
    return [out];
  },
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [3, 2], [1, 2, 3, 4, 5, 6]);
    return [
      {
        attributes: { axis: 0 },
        inputs: [input, tensorFrom("bool", [3], [0, 1, 1])],
        outputs: [tensorFrom("f32", [2, 2], [3, 4, 5, 6])],
      },
      {
        attributes: { axis: 1 },
        inputs: [input, tensorFrom("bool", [2], [0, 1])],
        outputs: [tensorFrom("f32", [3, 1], [2, 4, 6])],
      },
      { inputs: [input, tensorFrom("bool", [5], [0, 1, 0, 0, 1])], outputs: [tensorFrom("f32", [2], [2, 5])] },
    ];
  },
  errors: () => [
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("bool", [2], [0, 1])], message: /holds at 1/ },
    { attributes: { axis: 1 }, inputs: [tensorFrom("f32", [1], [1]), tensorFrom("bool", [1], [1])], message: /axis 1/ },
  ],
});

/** Elements between two yields. */
const YIELD_AFTER = 1 << 18;

/** The positions at which a condition holds, which must be less than `length`. */
function* positionsWhere(condition: Tensor, length: number, context: KernelContext): Steps<Float64Array> {
  checkVector(condition.shape, "condition", context, Infinity);
  const holds = yield* numbersOf(condition, context);
  let count = 0;
  for (let i = 0; i < holds.length; i++) {
    if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
    if (holds[i] === 0) continue;
    if (i >= length) context.fail(`the condition holds at ${i}, the axis has ${length} elements`);
    count++;
  }
  context.reserve(8 * count);
  const positions = new Float64Array(count);
  for (let i = 0, at = 0; at < count; i++) if (holds[i] !== 0) positions[at++] = i;
  return positions;
}
