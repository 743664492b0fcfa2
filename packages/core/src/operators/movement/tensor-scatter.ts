import { sameAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { checkVector } from "../../kernels/index-vector.ts";
import { copied, move } from "../../kernels/move.ts";
import { rawIndices } from "../../kernels/take.ts";
import { tensorScatterPoints } from "../../lowering/scatter-points.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";
import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_24 } from "../type-sets.ts";

/**
 * past_cache with each sample's update written along an axis from its write index on, round the end if circular. ONNX
 * TensorScatter.
 */
export const tensorScatter = defineOperator({
  name: "TensorScatter",
  versions: [{ since: 24 }],
  inputs: [required("past_cache", "T"), required("update", "T"), optional("write_indices", "i64")],
  outputs: [required("present_cache", "T")],
  types: { T: ANY_24 },
  attributes: { axis: int({ default: -2 }), mode: string({ default: "linear" }) },
  infer(context) {
    checkVector(context.shape(2), "write_indices", context, Infinity);
    const [shape, update] = [context.shape(0), context.shape(1)];
    checkMode(context.attributes.mode, context);
    const axis = shape && sequenceAxis(context.attributes.axis, shape.length, context);
    if (shape !== undefined && update !== undefined) checkUpdate(shape, update, axis!, context);
    return sameAsFirst(context);
  },
  reference: function* ([cache, update, places], attributes, context) {
    const [past, source] = [cache as Tensor, update as Tensor];
    checkMode(attributes.mode, context);
    const axis = sequenceAxis(attributes.axis, past.shape.length, context);
    checkUpdate(past.shape, source.shape, axis, context);
    const [length, count] = [past.shape[axis], source.shape[axis]];
    checkVector((places as Tensor | undefined)?.shape, "write_indices", context, Infinity);
    const at = places && (yield* rawIndices(places as Tensor, context));
    if (at !== undefined && at.length !== past.shape[0]) {
      context.fail(`found ${at.length} write_indices, expected ${past.shape[0]}, one for each of the batch`);
    }
    const out = yield* copied(past, context);
    if (out.shape.includes(0) || count === 0) return [out];
    for (let i = 0; i < past.shape[0]; i++) {
      const first = firstPosition(Number(at?.[i] ?? 0), length, count, attributes.mode, context);
      const head = Math.min(count, length - first);
      const [to, from] = [sliced(out, 0, i, 1), sliced(source, 0, i, 1)];
      yield* move(sliced(to, axis, first, head), sliced(from, axis, 0, head));
      yield* move(sliced(to, axis, 0, count - head), sliced(from, axis, head, count - head));
      yield undefined;
    }
    return [out];
  },
  lower: tensorScatterPoints,
  accuracy: "exact",
  samples: () => {
    const past = tensorFrom("f32", [2, 3, 1], [1, 2, 3, 4, 5, 6]);
    const update = tensorFrom("f32", [2, 2, 1], [7, 8, 9, 10]);
    return [
      { inputs: [past, update], outputs: [tensorFrom("f32", [2, 3, 1], [7, 8, 3, 9, 10, 6])] },
      {
        attributes: { mode: "circular" },
        inputs: [past, update, tensorFrom("i64", [2], [1, 2])],
        outputs: [tensorFrom("f32", [2, 3, 1], [1, 7, 8, 10, 5, 9])],
      },
    ];
  },
  errors: () => {
    const past = tensorFrom("f32", [1, 2, 1], [1, 2]);
    const update = tensorFrom("f32", [1, 1, 1], [7]);
    return [
      { inputs: [past, update, tensorFrom("i64", [1], [2])], message: /write index 2 must be in 0\.\.1/ },
      { attributes: { axis: 0 }, inputs: [past, update], message: /axis 0 must not be the batch axis/ },
    ];
  },
});

function checkMode(mode: string, context: { fail(rule: string): never }): void {
  if (mode !== "linear" && mode !== "circular") context.fail(`mode ${JSON.stringify(mode)} must be linear or circular`);
}

function sequenceAxis(axis: number, rank: number, context: { fail(rule: string): never }): number {
  const along = normalizeAxis(axis, rank, context);
  if (along === 0) context.fail(`axis ${axis} must not be the batch axis`);
  return along;
}

function checkUpdate(
  past: readonly Dim[],
  update: readonly Dim[],
  axis: number,
  context: { fail(rule: string): never },
): void {
  const fits = (dim: Dim, i: number): boolean => {
    const other = past[i];
    if (typeof dim !== "number" || typeof other !== "number") return true;
    return i === axis ? dim <= other : dim === other;
  };
  if (update.length !== past.length || !update.every(fits)) {
    context.fail(`update ${formatShape(update)} must fit into past_cache ${formatShape(past)} along axis ${axis}`);
  }
}

function firstPosition(
  index: number,
  length: number,
  count: number,
  mode: string,
  context: { fail(rule: string): never },
): number {
  if (mode === "circular") return ((index % length) + length) % length;
  if (index < 0 || index + count > length) context.fail(`write index ${index} must be in 0..${length - count}`);
  return index;
}
