import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { elementOrder, type Order, sortPositions, sortScratch } from "../../kernels/sort.ts";
import { takeAlong } from "../../kernels/take.ts";
import { productOfDims } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/**
 * The different elements (or slices along an axis), sorted or as they first occur; where each first occurs, which one
 * each of the input is, and how often it occurs. ONNX Unique.
 */
export const unique = defineOperator({
  name: "Unique",
  versions: [{ since: 28 }, { since: 11, types: { T: ANY_1 } }],
  inputs: [required("X", "T")],
  outputs: [
    required("Y", "T"),
    optional("indices", "i64"),
    optional("inverse_indices", "i64"),
    optional("counts", "i64"),
  ],
  types: { T: ANY_13 },
  attributes: { axis: int(), sorted: int({ default: 1 }) },
  infer(context) {
    const shape = context.shape(0);
    const { axis } = context.attributes;
    const along = shape && axis !== undefined ? normalizeAxis(axis, shape.length, context) : undefined;
    const count = context.fresh();
    const vector = tensorType("i64", [count]);
    const whole =
      along === undefined ? (axis === undefined && shape ? productOfDims(shape) : undefined) : shape![along];
    const dims = axis === undefined ? [count] : shape?.map((dim, i) => (i === along ? count : dim));
    return [...sameDtypeAsFirst(context, dims), vector, tensorType("i64", [whole ?? context.fresh()]), vector];
  },
  reference: function* ([x], attributes, context) {
    const source = yield* contiguous(x as Tensor, context);
    const data = attributes.axis === undefined ? reshaped(source, [elementCount(source.shape)]) : source;
    const axis = normalizeAxis(attributes.axis ?? 0, data.shape.length, context);
    const groups = yield* groupSlices(data, axis, attributes.sorted !== 0, context);
    const vector = (values: ArrayLike<number>): Steps<Tensor> => int64Vector(values, context);
    const firsts = yield* vector(groups.firsts);
    const dims = data.shape.map((dim, i) => (i === axis ? groups.firsts.length : dim));
    const out = context.allocate(data.dtype, dims);
    yield* takeAlong(out, data, axis, firsts, context);
    return [out, firsts, yield* vector(groups.groupOf), yield* vector(groups.counts)];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { sorted: 0 },
      inputs: [tensorFrom("f32", [6], [2, 1, 1, 3, 4, 3])],
      outputs: [
        tensorFrom("f32", [4], [2, 1, 3, 4]),
        tensorFrom("i64", [4], [0, 1, 3, 4]),
        tensorFrom("i64", [6], [0, 1, 1, 2, 3, 2]),
        tensorFrom("i64", [4], [1, 2, 2, 1]),
      ],
    },
    {
      attributes: { axis: 0 },
      inputs: [tensorFrom("i64", [3, 3], [1, 0, 0, 1, 0, 0, 2, 3, 4])],
      outputs: [
        tensorFrom("i64", [2, 3], [1, 0, 0, 2, 3, 4]),
        tensorFrom("i64", [2], [0, 2]),
        tensorFrom("i64", [3], [0, 0, 1]),
        tensorFrom("i64", [2], [2, 1]),
      ],
    },
    { inputs: [tensorFrom("string", [3], ["b", "a", "b"])], outputs: [tensorFrom("string", [2], ["a", "b"])] },
  ],
  errors: () => [{ attributes: { axis: 1 }, inputs: [tensorFrom("f32", [1], [1])], message: /axis 1/ }],
});

interface Groups {
  /** Position of each group's first slice. */
  readonly firsts: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** The group of each slice. */
  readonly groupOf: Float64Array;
}

/** Elements of a slice that one comparison looks at. */
const PIECE = 1 << 14;
const YIELD_AFTER = 1 << 18;

/** Groups equal slices along an axis of dense data. */
function* groupSlices(data: Tensor, axis: number, sorted: boolean, context: KernelContext): Steps<Groups> {
  const length = data.shape[axis];
  const inner = elementCount(data.shape.slice(axis + 1));
  const size = data.shape.includes(0) ? 0 : elementCount(data.shape) / length;
  const elements = elementOrder(data);
  const element = (slice: number, k: number): number => (Math.floor(k / inner) * length + slice) * inner + (k % inner);
  const pieceOrder = (start: number): Order => {
    const end = Math.min(size, start + PIECE);
    return (a, b) => {
      for (let k = start; k < end; k++) {
        const difference = elements(element(a, k), element(b, k));
        if (difference !== 0) return difference;
      }
      return 0;
    };
  };
  let scratch = sortScratch(length, context);
  const starts = Array.from({ length: Math.ceil(size / PIECE) }, (_, i) => i * PIECE);
  for (const start of starts.toReversed()) {
    scratch = yield* sortPositions(scratch, pieceOrder(start), Math.min(size, PIECE));
  }
  const orders = starts.map(pieceOrder);
  const groupOf = yield* numberGroups(scratch[0], orders, Math.min(size, PIECE), context);
  return yield* describeGroups(groupOf, scratch[0], sorted, context);
}

/** The number of each position's group: equal neighbours of `positions`, which are sorted, make one. */
function* numberGroups(
  positions: Float64Array,
  orders: readonly Order[],
  cost: number,
  context: KernelContext,
): Steps<Float64Array> {
  context.reserve(8 * positions.length);
  const groupOf = new Float64Array(positions.length);
  let group = -1;
  let work = 0;
  for (let i = 0; i < positions.length; i++) {
    let isNew = i === 0;
    for (let piece = 0; piece < orders.length && !isNew; piece++) {
      isNew = orders[piece](positions[i - 1], positions[i]) !== 0;
      if ((work += cost) < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    if (isNew) group++;
    groupOf[positions[i]] = group;
  }
  return groupOf;
}

/** Counts the groups; unsorted ones are numbered anew, as they first occur. */
function* describeGroups(
  groupOf: Float64Array,
  positions: Float64Array,
  sorted: boolean,
  context: KernelContext,
): Steps<Groups> {
  const total = positions.length === 0 ? 0 : groupOf[positions.at(-1)!] + 1;
  context.reserve(24 * total);
  const [numbers, firsts, counts] = [new Float64Array(total), new Float64Array(total), new Float64Array(total)];
  let next = 0;
  for (let i = 0; i < groupOf.length; i++) {
    if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
    const group = groupOf[i];
    if (numbers[group] === 0) numbers[group] = sorted ? group + 1 : ++next;
    const number = numbers[group] - 1;
    if (counts[number]++ === 0) firsts[number] = i;
    groupOf[i] = number;
  }
  return { firsts, counts, groupOf };
}

function* int64Vector(values: ArrayLike<number>, context: KernelContext): Steps<Tensor> {
  const out = context.bigOutput("i64", [values.length]);
  for (let i = 0; i < values.length; i++) {
    out.data[i] = BigInt(values[i]);
    if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
  }
  return out.tensor();
}
