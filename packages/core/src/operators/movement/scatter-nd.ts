import { sameAsFirst } from "../../inference/shapes.ts";
import { checkedIndex, rawIndices } from "../../kernels/take.ts";
import { scatterNdPoints } from "../../lowering/scatter-points.ts";
import { type Dim, formatShape, sameDim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { denseStrides, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { string } from "../attributes.ts";
import { onlyString } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";
import { checkReduction, scatterOnto, withoutExtremes } from "./scatter-onto.ts";

/**
 * A copy of data with the slices at index tuples, the last axis of indices, replaced by updates or combined with
 * them. ONNX ScatterND.
 */
export const scatterNd = defineOperator({
  name: "ScatterND",
  versions: [
    { since: 18 },
    { since: 16, changed: "max and min", downgrade: withoutExtremes },
    { since: 13, attributes: {}, changed: "reductions", downgrade: onlyString("reduction", "none") },
    { since: 11, types: { T: ANY_1 } },
  ],
  inputs: [required("data", "T"), required("indices", "i64"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { reduction: string({ default: "none" }) },
  infer(context) {
    const [shape, places, updates] = [0, 1, 2].map((i) => context.shape(i));
    checkReduction(context.attributes.reduction, context);
    if (shape !== undefined && places !== undefined) {
      const expected = updatesShape(shape, places, context);
      if (expected !== undefined && updates !== undefined) checkUpdates(updates, expected, context);
    }
    return sameAsFirst(context);
  },
  reference: function* ([input, places, updates], { reduction }, context) {
    const data = input as Tensor;
    const { shape } = places as Tensor;
    checkUpdates((updates as Tensor).shape, updatesShape(data.shape, shape, context)!, context);
    const scatter = yield* scatterOnto(data, updates as Tensor, reduction, context);
    const size = shape.at(-1)!;
    const inner = elementCount(data.shape.slice(size));
    const tuples = (updates as Tensor).shape.includes(0) ? 0 : elementCount(shape.slice(0, -1));
    const at = yield* rawIndices(places as Tensor, context);
    const strides = denseStrides(data.shape);
    let work = 0;
    for (let n = 0; n < tuples; n++) {
      let to = 0;
      for (let i = 0; i < size; i++) to += checkedIndex(at[n * size + i], data.shape[i], i, context) * strides[i];
      for (let done = 0; done < inner; done += LONGEST_WRITE) {
        const count = Math.min(LONGEST_WRITE, inner - done);
        scatter.write(to + done, n * inner + done, count);
        if ((work += count + 16) < YIELD_AFTER) continue;
        work = 0;
        yield undefined;
      }
    }
    return [yield* scatter.finished()];
  },
  lower: scatterNdPoints,
  accuracy: "reduction",
  samples: () => {
    const data = tensorFrom("f32", [8], [1, 2, 3, 4, 5, 6, 7, 8]);
    const places = tensorFrom("i64", [4, 1], [4, 3, 1, 7]);
    const updates = tensorFrom("f32", [4], [9, 10, 11, 12]);
    return [
      { inputs: [data, places, updates], outputs: [tensorFrom("f32", [8], [1, 11, 3, 10, 9, 6, 7, 12])] },
      {
        attributes: { reduction: "mul" },
        inputs: [
          tensorFrom("i32", [2, 2], [1, 2, 3, 4]),
          tensorFrom("i64", [2, 1], [-1, -1]),
          tensorFrom("i32", [2, 2], [2, 3, 4, 5]),
        ],
        outputs: [tensorFrom("i32", [2, 2], [1, 2, 24, 60])],
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 1], [5]), tensorFrom("f32", [1], [1])],
      message: /index 5 must be in -2\.\.1/,
    },
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 1], [1]), tensorFrom("f32", [2], [1, 1])],
      message: /updates \[2\], expected \[1\]/,
    },
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 2], [1, 1]), tensorFrom("f32", [1], [1])],
      message: /tuples of 2/,
    },
  ],
});

/** Elements written between two yields. */
const YIELD_AFTER = 1 << 20;
const LONGEST_WRITE = 1 << 18;

/** The shape that updates must have; undefined when the tuples' size is not known. */
function updatesShape(
  shape: readonly Dim[],
  places: readonly Dim[],
  context: { fail(rule: string): never },
): readonly Dim[] | undefined {
  const size = places.at(-1);
  if (size === undefined) context.fail("indices must have an axis, found a scalar");
  if (typeof size !== "number") return undefined;
  if (size > shape.length) context.fail(`found tuples of ${size} indices, data has ${shape.length} axes`);
  return [...places.slice(0, -1), ...shape.slice(size)];
}

function checkUpdates(found: readonly Dim[], expected: readonly Dim[], context: { fail(rule: string): never }): void {
  const fits = found.length === expected.length && found.every((dim, i) => sameDim(dim, expected[i]) !== undefined);
  if (!fits) context.fail(`found updates ${formatShape(found)}, expected ${formatShape(expected)}`);
}
