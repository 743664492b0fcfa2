import { sameAsFirst } from "../../inference/shapes.ts";
import { checkVector } from "../../kernels/index-vector.ts";
import { copied, move } from "../../kernels/move.ts";
import { rawIndices } from "../../kernels/take.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";
import { reverseSequencePoints } from "../../lowering/gather-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/**
 * The first sequence_lens[i] elements along the time axis in reverse, for each i of the batch axis; the rest as it
 * is. ONNX ReverseSequence.
 */
export const reverseSequence = defineOperator({
  name: "ReverseSequence",
  versions: [{ since: 28 }, { since: 10, types: { T: ANY_1 } }],
  inputs: [required("input", "T"), required("sequence_lens", "i64")],
  outputs: [required("Y", "T")],
  types: { T: ANY_13 },
  attributes: { batch_axis: int({ default: 1 }), time_axis: int({ default: 0 }) },
  infer(context) {
    checkVector(context.shape(1), "sequence_lens", context, Infinity);
    const shape = context.shape(0);
    checkAxes(context.attributes.batch_axis, context.attributes.time_axis, shape?.length ?? 2, context);
    return sameAsFirst(context);
  },
  reference: function* ([input, lengths], { batch_axis: batch, time_axis: time }, context) {
    const source = input as Tensor;
    checkAxes(batch, time, source.shape.length, context);
    checkVector((lengths as Tensor).shape, "sequence_lens", context, Infinity);
    const counts = yield* rawIndices(lengths as Tensor, context);
    if (counts.length !== source.shape[batch]) {
      context.fail(`found ${counts.length} sequence_lens, expected ${source.shape[batch]}, one for each of the batch`);
    }
    const out = yield* copied(source, context);
    for (let i = 0; i < counts.length; i++) {
      const count = Number(counts[i]);
      if (count < 0 || count > source.shape[time]) {
        context.fail(`sequence_lens[${i}] is ${count}, it must be in 0..${source.shape[time]}`);
      }
      const to = sliced(sliced(out, batch, i, 1), time, 0, count);
      yield* move(to, sliced(sliced(source, batch, i, 1), time, count - 1, count, -1));
      yield undefined;
    }
    return [out];
  },
  lower: reverseSequencePoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [4, 4], [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]);
    return [
      {
        inputs: [input, tensorFrom("i64", [4], [4, 3, 2, 1])],
        outputs: [tensorFrom("f32", [4, 4], [3, 6, 9, 12, 2, 5, 8, 13, 1, 4, 10, 14, 0, 7, 11, 15])],
      },
      {
        attributes: { batch_axis: 0, time_axis: 1 },
        inputs: [tensorFrom("f32", [2, 2], [0, 1, 4, 5]), tensorFrom("i64", [2], [1, 2])],
        outputs: [tensorFrom("f32", [2, 2], [0, 1, 5, 4])],
      },
    ];
  },
  errors: () => {
    const input = tensorFrom("f32", [2, 1], [1, 2]);
    return [
      { inputs: [input, tensorFrom("i64", [1], [3])], message: /sequence_lens\[0\] is 3/ },
      { attributes: { batch_axis: 0 }, inputs: [input, tensorFrom("i64", [2], [1, 1])], message: /one 0, the other 1/ },
    ];
  },
});

function checkAxes(batch: number, time: number, rank: number, context: { fail(rule: string): never }): void {
  if (rank < 2) context.fail(`rank ${rank} must be at least 2`);
  const isPair = (batch === 0 && time === 1) || (batch === 1 && time === 0);
  if (!isPair) context.fail(`batch_axis ${batch} and time_axis ${time} must be one 0, the other 1`);
}
