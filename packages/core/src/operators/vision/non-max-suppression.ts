import type { KernelContext, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { sortPositions } from "../../kernels/sort.ts";
import { type Dim, formatDim, formatShape } from "../../snapshot/dims.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type NumberData, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";

/**
 * For each batch and class the best boxes above score_threshold, best first (ties: the earlier box), without those whose intersection
 * over union with a better one passes iou_threshold; rows (batch, class, box). ONNX NonMaxSuppression.
 */
export const nonMaxSuppression = defineOperator({
  name: "NonMaxSuppression",
  versions: [{ since: 11 }, { since: 10 }],
  inputs: [
    required("boxes", "f32"),
    required("scores", "f32"),
    optional("max_output_boxes_per_class", "i64"),
    optional("iou_threshold", "f32"),
    optional("score_threshold", "f32"),
  ],
  outputs: [required("selected_indices", "i64")],
  types: {},
  attributes: { center_point_box: int({ default: 0 }) },
  infer(context) {
    checkShapes(context.shape(0), context.shape(1), context);
    return [tensorType("i64", [context.fresh(), 3])];
  },
  *reference(inputs, { center_point_box: centered }, context) {
    const [boxes, scores, most, overlap, threshold] = inputs as [Tensor, Tensor, Tensor?, Tensor?, Tensor?];
    checkShapes(boxes.shape, scores.shape, context);
    if (centered !== 0 && centered !== 1) context.fail(`center_point_box ${centered} must be 0 or 1`);
    const [batches, classes, count] = scores.shape;
    const options = {
      most: single(most) ?? 0,
      overlap: single(overlap) ?? 0,
      threshold: single(threshold),
    };
    const rows: number[] = [];
    const corners = cornersOf(yield* numbersOf(boxes, context), centered === 1, context);
    const values = yield* numbersOf(scores, context);
    context.reserve(24 * count);
    for (let i = 0; i < batches * classes && options.most > 0; i++) {
      const batch = Math.floor(i / classes);
      const kept = yield* selectBoxes(values, i * count, count, corners, batch * count * 4, options);
      context.reserve(24 * kept.length);
      for (const box of kept) rows.push(batch, i - batch * classes, box);
      if (i % YIELD_AFTER_CLASSES === YIELD_AFTER_CLASSES - 1) yield undefined;
    }
    const out = context.bigOutput("i64", [rows.length / 3, 3]);
    rows.forEach((value, i) => {
      out.data[i] = BigInt(value);
    });
    return [out.tensor()];
  },
  accuracy: "exact",
  samples: () => [
    {
      inputs: [
        tensorFrom(
          "f32",
          [1, 6, 4],
          [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101],
        ),
        tensorFrom("f32", [1, 1, 6], [0.9, 0.75, 0.6, 0.95, 0.5, 0.3]),
        tensorFrom("i64", [1], [3]),
        tensorFrom("f32", [1], [0.5]),
        tensorFrom("f32", [1], [0.4]),
      ],
      outputs: [tensorFrom("i64", [2, 3], [0, 0, 3, 0, 0, 0])],
    },
    {
      attributes: { center_point_box: 1 },
      inputs: [
        tensorFrom("f32", [1, 2, 4], [0.5, 0.5, 1, 1, 0.5, 0.6, 1, 1]),
        tensorFrom("f32", [1, 2, 2], [0.5, 0.5, 0.1, 0.9]),
        tensorFrom("i64", [], [5]),
        tensorFrom("f32", [], [0.9]),
      ],
      outputs: [tensorFrom("i64", [4, 3], [0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0])],
    },
    {
      inputs: [tensorFrom("f32", [1, 1, 4], [0, 0, 1, 1]), tensorFrom("f32", [1, 1, 1], [0.5])],
      outputs: [tensorFrom("i64", [0, 3], [])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 1, 4], [0, 0, 1, 1]), tensorFrom("f32", [1, 1, 2], [0.5, 0.5])],
      message: /scores has shape \[1, 1, 2\], expected \[1, classes, 1\]/,
    },
  ],
});

interface Rules {
  fail(rule: string): never;
}

function checkShapes(boxes: readonly Dim[] | undefined, scores: readonly Dim[] | undefined, context: Rules): void {
  if (boxes !== undefined && (boxes.length !== 3 || (typeof boxes[2] === "number" && boxes[2] !== 4))) {
    context.fail(`boxes has shape ${formatShape(boxes)}, expected [batches, boxes, 4]`);
  }
  if (scores !== undefined && scores.length !== 3) context.fail(`scores has rank ${scores.length}, expected 3`);
  if (boxes === undefined || scores === undefined) return;
  const differ = (a: Dim, b: Dim): boolean => typeof a === "number" && typeof b === "number" && a !== b;
  if (differ(boxes[0], scores[0]) || differ(boxes[1], scores[2])) {
    const [batches, count] = [boxes[0], boxes[1]].map(formatDim);
    context.fail(`scores has shape ${formatShape(scores)}, expected [${batches}, classes, ${count}]`);
  }
}

/** The value of an optional parameter; undefined when it is absent or empty. */
function single(parameter: Tensor | undefined): number | undefined {
  return parameter === undefined || elementCount(parameter.shape) === 0 ? undefined : scalar(parameter);
}

/** Classes between two yields, when each has few boxes. */
const YIELD_AFTER_CLASSES = 256;

/** All boxes as (least y, least x, largest y, largest x). */
function cornersOf(boxes: NumberData, centered: boolean, context: KernelContext): Float64Array {
  context.reserve(8 * boxes.length);
  const corners = new Float64Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) {
    const a = boxes[i];
    const b = boxes[i + 1];
    const c = boxes[i + 2];
    const d = boxes[i + 3];
    corners[i] = centered ? b - d / 2 : Math.min(a, c);
    corners[i + 1] = centered ? a - c / 2 : Math.min(b, d);
    corners[i + 2] = centered ? b + d / 2 : Math.max(a, c);
    corners[i + 3] = centered ? a + c / 2 : Math.max(b, d);
  }
  return corners;
}

interface Options {
  readonly most: number;
  readonly overlap: number;
  readonly threshold: number | undefined;
}

function* selectBoxes(
  scores: NumberData,
  from: number,
  count: number,
  corners: Float64Array,
  boxes: number,
  { most, overlap, threshold }: Options,
): Steps<number[]> {
  const rank = (i: number): number => (Number.isNaN(scores[from + i]) ? -Infinity : scores[from + i]);
  const all = new Float64Array(count);
  let found = 0;
  for (let i = 0; i < count; i++) {
    if (threshold === undefined || scores[from + i] > threshold) all[found++] = i;
    if ((i & 0xfffff) === 0xfffff) yield undefined;
  }
  const fit = all.subarray(0, found);
  const worse = (i: number, j: number): number => (rank(i) === rank(j) ? 0 : rank(i) > rank(j) ? -1 : 1);
  const [candidates] = yield* sortPositions([fit, new Float64Array(fit.length)], worse, 4);
  const kept: number[] = [];
  let work = 0;
  for (const box of candidates) {
    if (kept.length >= most) break;
    if (!kept.some((other) => overlapOf(corners, boxes + box * 4, boxes + other * 4) > overlap)) kept.push(box);
    work += kept.length;
    if (work < 1 << 17) continue;
    work = 0;
    yield undefined;
  }
  return kept;
}

/** Intersection over union of the boxes that start at a and b; 0 where one is empty. */
function overlapOf(corners: Float64Array, a: number, b: number): number {
  const height = Math.min(corners[a + 2], corners[b + 2]) - Math.max(corners[a], corners[b]);
  const width = Math.min(corners[a + 3], corners[b + 3]) - Math.max(corners[a + 1], corners[b + 1]);
  if (!(height > 0 && width > 0)) return 0;
  const union = areaOf(corners, a) + areaOf(corners, b) - height * width;
  return union > 0 ? (height * width) / union : 0;
}

function areaOf(corners: Float64Array, box: number): number {
  return (corners[box + 2] - corners[box]) * (corners[box + 3] - corners[box + 1]);
}
