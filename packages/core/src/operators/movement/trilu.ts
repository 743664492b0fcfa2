import { sameAsFirst } from "../../inference/shapes.ts";
import { contiguous, copyBlock } from "../../kernels/move.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { triluPoints } from "../../lowering/made-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_13 } from "../type-sets.ts";

/** The upper or lower triangle of each matrix in the last two axes, from diagonal k on; zeros elsewhere. ONNX Trilu. */
export const trilu = defineOperator({
  name: "Trilu",
  versions: [{ since: 14 }],
  inputs: [required("input", "T"), optional("k", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { upper: int({ default: 1 }) },
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined && shape.length < 2) context.fail(`rank ${shape.length} must be at least 2`);
    return sameAsFirst(context);
  },
  reference: function* ([input, k], { upper }, context) {
    const { shape, dtype } = input as Tensor;
    if (shape.length < 2) context.fail(`rank ${shape.length} must be at least 2`);
    if (k !== undefined && elementCount((k as Tensor).shape) !== 1) context.fail("k must have one element");
    const out = context.allocate(dtype, shape);
    if (shape.includes(0)) return [out];
    const source = yield* contiguous(input as Tensor, context);
    const [rows, columns] = shape.slice(-2);
    const diagonal = k === undefined ? 0 : Math.min(Math.max(scalar(k as Tensor), -rows), columns);
    const total = elementCount(shape) / columns;
    for (let row = 0, work = 0; row < total; row++) {
      const edge = Math.min(Math.max((row % rows) + diagonal + (upper === 0 ? 1 : 0), 0), columns);
      const [first, end] = upper === 0 ? [0, edge] : [edge, columns];
      copyBlock(out, row * columns + first, source, row * columns + first, end - first);
      if ((work += columns + 16) < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    return [out];
  },
  lower: triluPoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);
    return [
      { inputs: [input], outputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 0, 5, 6])] },
      {
        attributes: { upper: 0 },
        inputs: [input, tensorFrom("i64", [], [1])],
        outputs: [tensorFrom("f32", [2, 3], [1, 2, 0, 4, 5, 6])],
      },
      { inputs: [input, tensorFrom("i64", [], [-9])], outputs: [input] },
    ];
  },
  errors: () => [{ inputs: [tensorFrom("f32", [2], [1, 2])], message: /rank 1 must be at least 2/ }],
});

/** Elements copied between two yields. */
const YIELD_AFTER = 1 << 20;
