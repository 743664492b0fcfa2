import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { checkVector } from "../../kernels/index-vector.ts";
import { indices, scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, selected, sliced, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, seqOf, types } from "../type-sets.ts";
import { sampleSequence, sequenceOf } from "./sequences.ts";

/**
 * The input cut along an axis into a sequence: parts of one length (scalar split, the last may be shorter), of the
 * lengths given, or of length 1. ONNX SplitToSequence.
 */
export const splitToSequence = defineOperator({
  name: "SplitToSequence",
  versions: [{ since: 24 }, { since: 11, types: { T: ANY_1, I: types("i32 i64"), S: seqOf(ANY_1) } }],
  inputs: [required("input", "T"), optional("split", "I")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_13, I: types("i32 i64"), S: seqOf(ANY_13) },
  attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }) },
  infer(context) {
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype === undefined) return [undefined];
    if (shape === undefined) return [{ kind: "sequence", element: tensorType(dtype) }];
    const axis = normalizeAxis(context.attributes.axis, shape.length, context);
    const drops = !context.has(1) && context.attributes.keepdims === 0;
    const length = context.has(1) ? [context.fresh()] : drops ? [] : [1];
    return [{ kind: "sequence", element: tensorType(dtype, shape.toSpliced(axis, 1, ...length)) }];
  },
  reference: function* ([input, split], attributes, context) {
    const source = input as Tensor;
    const axis = normalizeAxis(attributes.axis, source.shape.length, context);
    const { length, count, lengths } = partsOf(source.shape[axis], split as Tensor | undefined, context);
    const items: Tensor[] = [];
    for (let i = 0, at = 0; i < count; i++) {
      const size = lengths?.[i] ?? Math.min(length, source.shape[axis] - at);
      const part = sliced(source, axis, at, size);
      items.push(split === undefined && attributes.keepdims === 0 ? selected(part, axis, 0) : part);
      at += size;
      if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
    }
    return [sequenceOf(source.dtype, items)];
  },
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [3], [1, 2, 3]);
    return [
      { inputs: [input], outputs: [sampleSequence([1], [2], [3])] },
      { inputs: [input, tensorFrom("i64", [], [2])], outputs: [sampleSequence([1, 2], [3])] },
      { inputs: [input, tensorFrom("i32", [2], [1, 2])], outputs: [sampleSequence([1], [2, 3])] },
      {
        attributes: { keepdims: 0 },
        inputs: [tensorFrom("i64", [1, 1], [7])],
        outputs: [sequenceOf("i64", [tensorFrom("i64", [1], [7])])],
      },
    ];
  },
  errors: () => {
    const input = tensorFrom("f32", [3], [1, 2, 3]);
    return [
      { inputs: [input, tensorFrom("i64", [], [0])], message: /split 0 must be at least 1/ },
      { inputs: [input, tensorFrom("i64", [2], [1, 1])], message: /add up to 2, expected 3/ },
    ];
  },
});

/** What a view takes in memory, roughly. */
const BYTES_PER_ITEM = 256;
/** Items between two yields. */
const YIELD_AFTER = 1 << 14;

interface Parts {
  readonly count: number;
  /** Of all parts but the last; or `lengths` for each. */
  readonly length: number;
  readonly lengths?: readonly number[];
}

/** Accounts for the parts before there are any. */
function partsOf(dim: number, split: Tensor | undefined, context: KernelContext): Parts {
  if (split === undefined || split.shape.length === 0) {
    const length = split === undefined ? 1 : scalar(split);
    if (length < 1) context.fail(`split ${length} must be at least 1`);
    const count = Math.ceil(dim / length);
    context.reserve(count * BYTES_PER_ITEM);
    return { length, count };
  }
  checkVector(split.shape, "split", context, Infinity);
  context.reserve(elementCount(split.shape) * BYTES_PER_ITEM);
  const lengths = indices(split);
  if (lengths.some((length) => length < 0)) context.fail(`split [${lengths.join(", ")}] must not be negative`);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== dim) context.fail(`the lengths add up to ${total}, expected ${dim}, the length of the axis`);
  return { length: 0, count: lengths.length, lengths };
}
