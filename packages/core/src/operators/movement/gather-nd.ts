import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { contiguous, copyBlock } from "../../kernels/move.ts";
import { checkedIndex, rawIndices } from "../../kernels/take.ts";
import { type Dim, formatShape, sameDim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { gatherNdPoints } from "../../lowering/gather-points.ts";
import { int } from "../attributes.ts";
import { onlyInt } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/**
 * The slices of data at index tuples, the last axis of indices; the first batch_dims axes of both go together. ONNX
 * GatherND.
 */
export const gatherNd = defineOperator({
  name: "GatherND",
  versions: [
    { since: 13 },
    { since: 12, types: { T: ANY_1 } },
    { since: 11, attributes: {}, changed: "batch_dims", downgrade: onlyInt("batch_dims", 0) },
  ],
  inputs: [required("data", "T"), required("indices", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { batch_dims: int({ default: 0 }) },
  infer(context) {
    const [shape, places] = [context.shape(0), context.shape(1)];
    if (shape === undefined || places === undefined) return sameDtypeAsFirst(context);
    const size = places.at(-1);
    checkRanks(shape, places, context.attributes.batch_dims, context);
    if (typeof size !== "number") return sameDtypeAsFirst(context);
    return sameDtypeAsFirst(context, [...places.slice(0, -1), ...shape.slice(context.attributes.batch_dims + size)]);
  },
  reference: function* ([input, places], { batch_dims }, context) {
    const data = input as Tensor;
    const { shape } = places as Tensor;
    checkRanks(data.shape, shape, batch_dims, context);
    const size = shape.at(-1)!;
    const tail = data.shape.slice(batch_dims + size);
    const out = context.allocate(data.dtype, [...shape.slice(0, -1), ...tail]);
    if (out.shape.includes(0)) return [out];
    const source = yield* contiguous(data, context);
    const at = yield* rawIndices(places as Tensor, context);
    const inner = elementCount(tail);
    const tuples = elementCount(shape.slice(0, -1));
    const perBatch = tuples / elementCount(shape.slice(0, batch_dims));
    const batchSize = elementCount(data.shape.slice(batch_dims));
    let work = 0;
    for (let n = 0; n < tuples; n++) {
      let from = Math.floor(n / perBatch) * batchSize;
      for (let i = 0; i < size; i++) {
        const axis = batch_dims + i;
        from += checkedIndex(at[n * size + i], data.shape[axis], axis, context) * source.strides[axis];
      }
      copyBlock(out, n * inner, source, from, inner);
      if ((work += inner + 16) < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    return [out];
  },
  lower: gatherNdPoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
    return [
      {
        inputs: [tensorFrom("f32", [2, 2], [0, 1, 2, 3]), tensorFrom("i64", [2, 2], [0, 0, 1, 1])],
        outputs: [tensorFrom("f32", [2], [0, 3])],
      },
      {
        inputs: [data, tensorFrom("i64", [2, 1, 2], [0, 1, 1, 0])],
        outputs: [tensorFrom("f32", [2, 1, 2], [2, 3, 4, 5])],
      },
      {
        attributes: { batch_dims: 1 },
        inputs: [data, tensorFrom("i64", [2, 1], [1, 0])],
        outputs: [tensorFrom("f32", [2, 2], [2, 3, 4, 5])],
      },
    ];
  },
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 1], [2])], message: /index 2 must be in -2\.\.1/ },
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 2], [0, 0])], message: /tuples of 2/ },
    {
      attributes: { batch_dims: 1 },
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 1], [0])],
      message: /batch_dims 1/,
    },
  ],
});

/** Elements copied between two yields. */
const YIELD_AFTER = 1 << 20;

function checkRanks(
  shape: readonly Dim[],
  places: readonly Dim[],
  batchDims: number,
  context: { fail(rule: string): never },
): void {
  const most = Math.min(shape.length, places.length) - 1;
  if (batchDims < 0 || batchDims > most) context.fail(`batch_dims ${batchDims} must be in 0..${most}`);
  const size = places.at(-1)!;
  if (typeof size === "number" && (size < 1 || size > shape.length - batchDims)) {
    context.fail(`found tuples of ${size} indices, expected 1..${shape.length - batchDims}`);
  }
  for (let axis = 0; axis < batchDims; axis++) {
    if (sameDim(shape[axis], places[axis]) === undefined) {
      context.fail(
        `data ${formatShape(shape)} and indices ${formatShape(places)} must agree on ${batchDims} batch axes`,
      );
    }
  }
}
