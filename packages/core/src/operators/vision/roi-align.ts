import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { bigints, tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, int, string } from "../attributes.ts";
import { stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * Each region rois [R, 4] (x1, y1, x2, y2) of image batch_indices[r] as output_height x output_width bins; a bin is the mean or the
 * largest of a grid of samples by bilinear interpolation ("max": of the weighted corners). ONNX RoiAlign.
 */
export const roiAlign = defineOperator({
  name: "RoiAlign",
  versions: [
    { since: 22 },
    { since: 16, types: { T1: types("f16 f32 f64"), T2: types("i64") } },
    {
      since: 10,
      changed: "coordinate_transformation_mode was added, with another default than what was there",
      upgrade: (node) => withAttributes(node, stringAttribute("coordinate_transformation_mode", "output_half_pixel")),
      downgrade: withoutCoordinates,
      attributes: {
        mode: string({ default: "avg" }),
        output_height: int({ default: 1 }),
        output_width: int({ default: 1 }),
        sampling_ratio: int({ default: 0 }),
        spatial_scale: float({ default: 1 }),
      },
    },
  ],
  inputs: [required("X", "T1"), required("rois", "T1"), required("batch_indices", "T2")],
  outputs: [required("Y", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: {
    coordinate_transformation_mode: string({ default: "half_pixel" }),
    mode: string({ default: "avg" }),
    output_height: int({ default: 1 }),
    output_width: int({ default: 1 }),
    sampling_ratio: int({ default: 0 }),
    spatial_scale: float({ default: 1 }),
  },
  infer(context) {
    const { attributes } = context;
    const [dtype, x, rois, batch] = [context.dtype(0), context.shape(0), context.shape(1), context.shape(2)];
    checkAttributes(attributes, context);
    checkShapes(x, rois, batch, context);
    if (dtype === undefined) return [undefined];
    const regions = rois?.[0] ?? batch?.[0];
    if (x === undefined || regions === undefined) return [tensorType(dtype)];
    return [tensorType(dtype, [regions, x[1], attributes.output_height, attributes.output_width])];
  },
  *reference(inputs, attributes, context) {
    const [x, rois, batch] = inputs as [Tensor, Tensor, Tensor];
    const { output_height: rows, output_width: columns } = attributes;
    checkAttributes(attributes, context);
    checkShapes(x.shape, rois.shape, batch.shape, context);
    const out = context.output(x.dtype, [rois.shape[0], x.shape[1], rows, columns]);
    const regions = yield* numbersOf(rois, context);
    const data = yield* numbersOf(x, context);
    const images = bigints(yield* contiguous(batch, context));
    for (let r = 0; r < images.length; r++) {
      const image = Number(images[r]);
      if (image < 0 || image >= x.shape[0]) {
        context.fail(`batch index ${image} of region ${r} must be in 0..${x.shape[0] - 1}`);
      }
      const [left, top, right, bottom] = regions.subarray(r * 4, r * 4 + 4);
      const down = samplesOf(top, bottom, rows, x.shape[2], attributes, r, context);
      const across = samplesOf(left, right, columns, x.shape[3], attributes, r, context);
      yield* alignRegion(data, image, x.shape, down, across, attributes.mode, out.data, r);
    }
    return [yield* out.rounded()];
  },
  accuracy: "reduction",
  samples: () => [
    {
      attributes: {
        output_height: 1,
        output_width: 2,
        sampling_ratio: 2,
        coordinate_transformation_mode: "output_half_pixel",
      },
      inputs: [
        tensorFrom("f32", [1, 1, 3, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        tensorFrom("f32", [1, 4], [0, 0, 2, 2]),
        tensorFrom("i64", [1], [0]),
      ],
      outputs: [tensorFrom("f32", [1, 1, 1, 2], [3.5, 4.5])],
    },
    {
      attributes: { mode: "max", spatial_scale: 0.5 },
      inputs: [
        tensorFrom("f32", [2, 1, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]),
        tensorFrom("f32", [2, 4], [1, 1, 3, 3, 0, 0, 2, 4]),
        tensorFrom("i64", [2], [1, 0]),
      ],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 1, 1, 1], [0]),
        tensorFrom("f32", [1, 4], [0, 0, 1, 1]),
        tensorFrom("i64", [1], [1]),
      ],
      message: /batch index 1 of region 0 must be in 0..0/,
    },
    {
      attributes: { mode: "min" },
      inputs: [
        tensorFrom("f32", [1, 1, 1, 1], [0]),
        tensorFrom("f32", [1, 4], [0, 0, 1, 1]),
        tensorFrom("i64", [1], [0]),
      ],
      message: /mode "min" must be avg or max/,
    },
    {
      inputs: [
        tensorFrom("f32", [1, 1, 1, 1], [0]),
        tensorFrom("f32", [1, 4], [0, 0, 1e30, 1]),
        tensorFrom("i64", [1], [0]),
      ],
      message: /region 0 asks for .* samples a bin/,
    },
  ],
});

interface Rules {
  fail(rule: string): never;
}

interface AlignAttributes {
  readonly coordinate_transformation_mode: string;
  readonly mode: string;
  readonly output_height: number;
  readonly output_width: number;
  readonly sampling_ratio: number;
  readonly spatial_scale: number;
}

function checkAttributes(attributes: AlignAttributes, context: Rules): void {
  const { mode, coordinate_transformation_mode: coordinates, output_height: rows, output_width: columns } = attributes;
  if (mode !== "avg" && mode !== "max") context.fail(`mode "${mode}" must be avg or max`);
  if (coordinates !== "half_pixel" && coordinates !== "output_half_pixel") {
    context.fail(`coordinate_transformation_mode "${coordinates}" must be half_pixel or output_half_pixel`);
  }
  if (!(rows >= 1 && columns >= 1)) context.fail(`the output size ${rows} x ${columns} must be at least 1 x 1`);
  if (!(attributes.sampling_ratio >= 0))
    context.fail(`sampling_ratio ${attributes.sampling_ratio} must not be negative`);
}

function checkShapes(
  x: readonly Dim[] | undefined,
  rois: readonly Dim[] | undefined,
  batch: readonly Dim[] | undefined,
  context: Rules,
): void {
  if (x !== undefined && x.length !== 4) context.fail(`X has rank ${x.length}, expected 4`);
  if (rois !== undefined && (rois.length !== 2 || (typeof rois[1] === "number" && rois[1] !== 4))) {
    context.fail(`rois has shape ${formatShape(rois)}, expected [R, 4]`);
  }
  if (batch !== undefined && batch.length !== 1) context.fail(`batch_indices has rank ${batch.length}, expected 1`);
  const [regions, images] = [rois?.[0], batch?.[0]];
  if (typeof regions === "number" && typeof images === "number" && regions !== images) {
    context.fail(`batch_indices has ${images} values, expected the ${regions} of rois`);
  }
}

/** Where the samples of an axis fall: sample i has `low` and `high` as neighbours and `part` of the way between; NaN when outside. */
interface Samples {
  /** Samples a bin. */
  readonly grid: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly part: Float64Array;
}

/** Most samples that a bin may ask for along an axis. */
const MOST_SAMPLES = 1 << 16;

function samplesOf(
  from: number,
  to: number,
  bins: number,
  size: number,
  attributes: AlignAttributes,
  region: number,
  context: KernelContext,
): Samples {
  const { spatial_scale: scale, sampling_ratio: ratio } = attributes;
  if (size === 0) context.fail("X has planes without elements");
  const half = attributes.coordinate_transformation_mode === "half_pixel";
  const start = from * scale - (half ? 0.5 : 0);
  const length = half ? (to - from) * scale : Math.max((to - from) * scale, 1);
  const grid = Math.max(0, ratio > 0 ? ratio : Math.ceil(length / bins));
  if (!(grid <= MOST_SAMPLES)) {
    context.fail(`region ${region} asks for ${grid} samples a bin, expected at most ${MOST_SAMPLES}`);
  }
  const count = bins * grid;
  context.reserve(16 * count);
  const samples = { grid, low: new Int32Array(count), high: new Int32Array(count), part: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const bin = Math.floor(i / grid);
    placeSample(samples, i, start + (length / bins) * (bin + (i - bin * grid + 0.5) / grid), size);
  }
  return samples;
}

function placeSample({ low, high, part }: Samples, i: number, at: number, size: number): void {
  const inside = Math.max(0, at);
  low[i] = Math.min(size - 1, Math.floor(inside));
  high[i] = Math.min(size - 1, low[i] + 1);
  if (at < -1 || at > size) part[i] = NaN;
  else part[i] = low[i] === size - 1 ? 0 : inside - low[i];
}

function* alignRegion(
  data: NumberData,
  image: number,
  [, channels, height, width]: readonly number[],
  down: Samples,
  across: Samples,
  mode: string,
  out: NumberData,
  region: number,
): Steps<void> {
  if (down.grid === 0 || across.grid === 0) return;
  const [rows, columns] = [down.low.length / down.grid, across.low.length / across.grid];
  const mean = mode === "avg";
  let work = 0;
  for (let bin = 0; bin < channels * rows * columns; bin++) {
    const plane = (image * channels + Math.floor(bin / (rows * columns))) * height * width;
    const i = Math.floor(bin / columns) % rows;
    let total = mean ? 0 : -Infinity;
    for (let y = i * down.grid; y < (i + 1) * down.grid; y++) {
      const [top, bottom] = [plane + down.low[y] * width, plane + down.high[y] * width];
      const line = { data, top, bottom, part: down.part[y], across, first: (bin % columns) * across.grid };
      total = mean ? total + sumOfLine(line) : Math.max(total, largestOfLine(line));
      work += 8 * across.grid;
      if (work < 1 << 21) continue;
      work = 0;
      yield undefined;
    }
    out[region * channels * rows * columns + bin] = mean ? total / (down.grid * across.grid) : total;
  }
}

/** The samples of a bin between two rows of X. */
interface Line {
  readonly data: NumberData;
  readonly top: number;
  readonly bottom: number;
  /** How far it is from the upper row to the lower one. */
  readonly part: number;
  readonly across: Samples;
  /** The first of across.grid samples. */
  readonly first: number;
}

function sumOfLine({ data, top, bottom, part: v, across, first }: Line): number {
  let sum = 0;
  for (let x = first; x < first + across.grid; x++) {
    const [left, right, u] = [across.low[x], across.high[x], across.part[x]];
    if (Number.isNaN(u + v)) continue;
    sum += (1 - v) * ((1 - u) * data[top + left] + u * data[top + right]);
    sum += v * ((1 - u) * data[bottom + left] + u * data[bottom + right]);
  }
  return sum;
}

function largestOfLine({ data, top, bottom, part: v, across, first }: Line): number {
  let max = -Infinity;
  for (let x = first; x < first + across.grid; x++) {
    const [left, right, u] = [across.low[x], across.high[x], across.part[x]];
    if (Number.isNaN(u + v)) max = Math.max(max, 0);
    else {
      const upper = Math.max((1 - v) * (1 - u) * data[top + left], (1 - v) * u * data[top + right]);
      const lower = Math.max(v * (1 - u) * data[bottom + left], v * u * data[bottom + right]);
      max = Math.max(max, upper, lower);
    }
  }
  return max;
}

function withoutCoordinates(node: Node): Node | undefined {
  const mode = attributeOf(node, "coordinate_transformation_mode");
  if (mode?.kind !== "string" || mode.value !== "output_half_pixel") return undefined;
  return withoutAttributes(node, "coordinate_transformation_mode");
}
