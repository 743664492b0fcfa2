import type { KernelContext, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * Max pooling of regions: rois [R, 5] rows are batch index, x1, y1, x2, y2, scaled, rounded (half away from zero) and taken with both
 * ends; each is split into pooled_shape bins; an empty bin gives 0. ONNX MaxRoiPool.
 */
export const maxRoiPool = defineOperator({
  name: "MaxRoiPool",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T"), required("rois", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { pooled_shape: ints({ required: true }), spatial_scale: float({ default: 1 }) },
  infer(context) {
    const [dtype, x, rois] = [context.dtype(0), context.shape(0), context.shape(1)];
    const [height, width] = checkPooled(context.attributes.pooled_shape, context);
    if (x !== undefined && rois !== undefined) checkShapes(x, rois, context);
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, x && rois && [rois[0], x[1], height, width])];
  },
  *reference(inputs, attributes, context) {
    const [x, rois] = inputs as [Tensor, Tensor];
    const [height, width] = checkPooled(attributes.pooled_shape, context);
    checkShapes(x.shape, rois.shape, context);
    const out = context.output(x.dtype, [rois.shape[0], x.shape[1], height, width]);
    yield* poolRegions(
      x,
      yield* numbersOf(rois, context),
      attributes.spatial_scale,
      [height, width],
      out.data,
      context,
    );
    return [yield* out.rounded()];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { pooled_shape: [2, 2] },
      inputs: [
        tensorFrom("f32", [1, 1, 4, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
        tensorFrom("f32", [2, 5], [0, 0, 0, 3, 3, 0, 1, 1, 2, 3]),
      ],
      outputs: [tensorFrom("f32", [2, 1, 2, 2], [6, 8, 14, 16, 10, 11, 14, 15])],
    },
    {
      attributes: { pooled_shape: [1, 1], spatial_scale: 0.5 },
      inputs: [tensorFrom("f32", [2, 2, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8]), tensorFrom("f32", [1, 5], [1, 0, 0, 1, 0])],
      outputs: [tensorFrom("f32", [1, 2, 1, 1], [6, 8])],
    },
  ],
  errors: () => [
    {
      attributes: { pooled_shape: [1, 1] },
      inputs: [tensorFrom("f32", [1, 1, 1, 1], [1]), tensorFrom("f32", [1, 5], [1, 0, 0, 1, 0])],
      message: /batch index 1 of region 0 must be in 0..0/,
    },
    {
      attributes: { pooled_shape: [0, 1] },
      inputs: [tensorFrom("f32", [1, 1, 1, 1], [1]), tensorFrom("f32", [1, 5], [0, 0, 0, 1, 0])],
      message: /pooled_shape \[0, 1\] must be two sizes of at least 1/,
    },
  ],
});

interface Rules {
  fail(rule: string): never;
}

function checkPooled(shape: readonly number[], context: Rules): readonly [number, number] {
  if (shape.length !== 2 || shape.some((size) => !(size >= 1))) {
    context.fail(`pooled_shape [${shape.join(", ")}] must be two sizes of at least 1`);
  }
  return [shape[0], shape[1]];
}

function checkShapes(x: readonly Dim[], rois: readonly Dim[], context: Rules): void {
  if (x.length !== 4) context.fail(`X has rank ${x.length}, expected 4`);
  if (rois.length !== 2 || (typeof rois[1] === "number" && rois[1] !== 5)) {
    context.fail(`rois has shape ${formatShape(rois)}, expected [R, 5]`);
  }
}

function* poolRegions(
  x: Tensor,
  rois: NumberData,
  scale: number,
  bins: readonly [number, number],
  out: NumberData,
  context: KernelContext,
): Steps<void> {
  const [batch, channels, height, width] = x.shape;
  const data = yield* numbersOf(x, context);
  const [rows, columns] = bins;
  for (let r = 0; r * 5 < rois.length; r++) {
    const [index, left, top, right, bottom] = rois.subarray(r * 5, r * 5 + 5);
    if (!(index >= 0 && index < batch)) context.fail(`batch index ${index} of region ${r} must be in 0..${batch - 1}`);
    const across = spanOf(left * scale, right * scale, columns, width, r, context);
    const down = spanOf(top * scale, bottom * scale, rows, height, r, context);
    for (let c = 0; c < channels; c++) {
      const plane = (Math.floor(index) * channels + c) * height * width;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const at = ((r * channels + c) * rows + i) * columns + j;
          out[at] = largestIn(data, plane, width, down(i), across(j));
        }
        yield undefined;
      }
    }
  }
}

type Span = (bin: number) => readonly [start: number, end: number];

/** The elements of an axis that each bin of a region covers. */
function spanOf(from: number, to: number, bins: number, size: number, region: number, context: Rules): Span {
  const [start, end] = [roundHalfAway(from), roundHalfAway(to)];
  if (!Number.isFinite(end - start)) context.fail(`region ${region} must have finite coordinates`);
  const step = Math.max(end - start + 1, 1) / bins;
  const clamp = (at: number): number => Math.min(size, Math.max(0, at));
  return (bin) => [clamp(start + Math.floor(bin * step)), clamp(start + Math.ceil((bin + 1) * step))];
}

function roundHalfAway(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}

function largestIn(
  data: NumberData,
  plane: number,
  width: number,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
): number {
  if (bottom <= top || right <= left) return 0;
  let max = -Infinity;
  for (let y = top; y < bottom; y++) {
    for (let at = plane + y * width + left; at < plane + y * width + right; at++) {
      const value = data[at];
      if (value > max || value !== value) max = value;
    }
  }
  return max;
}
