import type { InferContext } from "../../inference/context.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { rotaryPoints } from "../../lowering/rotary-points.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { type HeadsShape, headsShape } from "./heads.ts";

/**
 * Rotates pairs of each head of X ([batch, heads, sequence, size] or [batch, sequence, heads * size]) by the angles whose cosines
 * and sines the caches hold: [batch, sequence, half], or [positions, half] with position_ids [batch, sequence]. ONNX RotaryEmbedding.
 */
export const rotaryEmbedding = defineOperator({
  name: "RotaryEmbedding",
  versions: [{ since: 23 }],
  inputs: [required("X", "T"), required("cos_cache", "T"), required("sin_cache", "T"), optional("position_ids", "M")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32"), M: types("i64") },
  attributes: { interleaved: int({ default: 0 }), num_heads: int(), rotary_embedding_dim: int({ default: 0 }) },
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined) {
      const caches = [1, 2, 3].map((i) => context.shape(i));
      rotationOf(shape, caches, context.has(3), context.attributes, context);
    }
    return [context.type(0)];
  },
  *reference(inputs, attributes, context) {
    const [x, ...caches] = inputs as readonly [Tensor, Tensor, Tensor, Tensor | undefined];
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const shapes = caches.map((tensor) => tensor?.shape);
    const { by, pairs } = rotationOf(x.shape, shapes, caches[2] !== undefined, attributes, rules);
    const [, heads, sequence, size] = by as readonly number[];
    const half = pairs as number;
    const out = context.output(x.dtype, x.shape);
    const data = yield* numbersOf(x, context);
    const [cosines, sines] = [yield* numbersOf(caches[0], context), yield* numbersOf(caches[1], context)];
    const rowOf = cacheRows(caches[2], caches[0].shape[0], context);
    const step = attributes.interleaved === 0 ? 1 : 2;
    const apart = attributes.interleaved === 0 ? half : 1;
    out.data.set(data);
    const vectors = data.length / Math.max(1, size);
    let work = 0;
    for (let vector = 0; vector < vectors; vector++) {
      const token = x.shape.length === 3 ? Math.floor(vector / heads) : tokenOf(vector, heads, sequence);
      rotate(data, out.data, vector * size, { cosines, sines, angle: rowOf(token) * half, half, step, apart });
      work += half + 4;
      if (work < CHUNK) continue;
      work = 0;
      yield undefined;
    }
    return [yield* out.rounded()];
  },
  lower: rotaryPoints,
  accuracy: "reduction",
  samples() {
    const x = tensorFrom("f32", [1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    const cos = tensorFrom("f32", [1, 2, 2], [1, 0, 0, 1]);
    const sin = tensorFrom("f32", [1, 2, 2], [0, 1, 1, 0]);
    return [
      {
        inputs: [x, cos, sin],
        outputs: [tensorFrom("f32", [1, 1, 2, 4], [1, -4, 3, 2, -7, 6, 5, 8])],
      },
      {
        inputs: [x, cos, sin],
        attributes: { interleaved: 1 },
        outputs: [tensorFrom("f32", [1, 1, 2, 4], [1, 2, -4, 3, -6, 5, 7, 8])],
      },
      {
        inputs: [
          tensorFrom("f32", [1, 1, 6], [1, 2, 3, 4, 5, 6]),
          tensorFrom("f32", [2, 1], [1, 0]),
          tensorFrom("f32", [2, 1], [0, 1]),
          tensorFrom("i64", [1, 1], [1]),
        ],
        attributes: { num_heads: 2, rotary_embedding_dim: 2 },
        outputs: [tensorFrom("f32", [1, 1, 6], [-2, 1, 3, -5, 4, 6])],
      },
    ];
  },
  errors() {
    const x = tensorFrom("f32", [1, 1, 2], [1, 2]);
    const [cache, ids] = [tensorFrom("f32", [2, 1], [1, 0]), tensorFrom("i64", [1, 1], [2])];
    return [
      { inputs: [x, cache, cache, ids], attributes: { num_heads: 1 }, message: /position 2 must be in 0\.\.1/ },
      { inputs: [x, cache, cache, ids], message: /X has rank 3, which needs num_heads/ },
      {
        inputs: [x, cache, cache],
        attributes: { num_heads: 1 },
        message: /input 1 has shape \[2, 1\], expected \[1, 1, 1\]/,
      },
      {
        inputs: [x, cache, cache, ids],
        attributes: { num_heads: 2 },
        message: /1 elements of each head cannot be paired/,
      },
    ];
  },
});

interface Attributes {
  readonly num_heads: number | undefined;
  readonly rotary_embedding_dim: number;
}

/** The shape of X by heads and the number of pairs that are rotated; fails where shapes disagree. */
function rotationOf(
  shape: readonly Dim[],
  [cos, sin, ids]: readonly (readonly Dim[] | undefined)[],
  hasIds: boolean,
  { num_heads, rotary_embedding_dim: partial }: Attributes,
  context: Pick<InferContext, "fail" | "fresh">,
): { readonly by: HeadsShape; readonly pairs: Dim } {
  const by = headsShape(shape, num_heads, "X", "num_heads", context);
  const [batch, , sequence, size] = by;
  const rotated = partial === 0 ? size : partial;
  if (typeof rotated === "number" && (rotated < 0 || rotated % 2 !== 0)) {
    context.fail(`${rotated} elements of each head cannot be paired, expected an even number`);
  }
  if (typeof rotated === "number" && typeof size === "number" && rotated > size) {
    context.fail(`rotary_embedding_dim is ${rotated}, expected at most the head size, ${size}`);
  }
  const pairs = typeof rotated === "number" ? rotated / 2 : context.fresh();
  const positions = cos?.[0] ?? context.fresh();
  const expected = hasIds ? [positions, pairs] : [batch, sequence, pairs];
  checkShape(1, cos, expected, context);
  checkShape(2, sin, expected, context);
  checkShape(3, ids, [batch, sequence], context);
  return { by, pairs };
}

function checkShape(
  i: number,
  shape: readonly Dim[] | undefined,
  expected: readonly Dim[],
  context: Pick<InferContext, "fail">,
): void {
  if (shape === undefined) return;
  const differs = (dim: Dim, axis: number): boolean =>
    typeof dim === "number" && typeof expected[axis] === "number" && dim !== expected[axis];
  if (shape.length === expected.length && !shape.some(differs)) return;
  context.fail(`input ${i} has shape ${formatShape(shape)}, expected ${formatShape(expected)}`);
}

/** The row of the caches for each token, a position of [batch, sequence]. */
function cacheRows(ids: Tensor | undefined, positions: number, context: KernelContext): (token: number) => number {
  if (ids === undefined) return (token) => token;
  const rows = indices(ids);
  const outside = rows.find((row) => !(row >= 0 && row < positions));
  if (outside !== undefined) context.fail(`position ${outside} must be in 0..${positions - 1}`);
  return (token) => rows[token];
}

/** The token of a vector of [batch, heads, sequence]. */
function tokenOf(vector: number, heads: number, sequence: number): number {
  return Math.floor(vector / (heads * sequence)) * sequence + (vector % sequence);
}

interface Rotation {
  readonly cosines: NumberData;
  readonly sines: NumberData;
  readonly angle: number;
  readonly half: number;
  /** Between the first elements of neighbouring pairs, and between the two of a pair. */
  readonly step: number;
  readonly apart: number;
}

function rotate(data: NumberData, out: NumberData, start: number, rotation: Rotation): void {
  const { cosines, sines, angle, half, step, apart } = rotation;
  for (let i = 0, at = start; i < half; i++, at += step) {
    const [cos, sin] = [cosines[angle + i], sines[angle + i]];
    const [a, b] = [data[at], data[at + apart]];
    out[at] = cos * a - sin * b;
    out[at + apart] = sin * a + cos * b;
  }
}
