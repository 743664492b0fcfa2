import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { multiplyMatrices } from "../../kernels/gemm.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import type { WindowAxis } from "../../kernels/windows.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import {
  checkBias,
  type Convolution,
  type ConvolutionAttributes,
  convolutionOf,
  convolutionShape,
  outputShape,
} from "./convolution.ts";

/**
 * Conv whose taps are moved by `offset` [N, offset_group * taps * r, ...out] (for each tap r coordinates, r spatial axes) and scaled
 * by `mask` [N, offset_group * taps, ...out]; x is read by linear interpolation, 0 outside. ONNX DeformConv.
 */
export const deformConv = defineOperator({
  name: "DeformConv",
  versions: [{ since: 22 }, { since: 19, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T"), required("W", "T"), required("offset", "T"), optional("B", "T"), optional("mask", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    offset_group: int({ default: 1 }),
    pads: ints(),
    strides: ints(),
  },
  infer: inferDeformed,
  *reference(inputs, attributes, context) {
    const [x, w, offset, bias, mask] = inputs as [Tensor, Tensor, Tensor, Tensor | undefined, Tensor | undefined];
    const convolution = convolutionOf(x.shape, w.shape, attributes, context);
    const shape = outputShape(convolution);
    checkBias(bias?.shape, w.shape[0], context);
    checkOffsets(x.shape, w.shape, shape, offset.shape, mask?.shape, attributes.offset_group, context);
    const out = context.output(x.dtype, shape);
    const run: Run = {
      ...convolution,
      x: yield* numbersOf(x, context),
      w: yield* numbersOf(w, context),
      offset: yield* numbersOf(offset, context),
      mask: mask && (yield* numbersOf(mask, context)),
      bias: bias && (yield* numbersOf(bias, context)),
      out: out.data,
      offsetGroups: attributes.offset_group,
      taps: productOf(w.shape.slice(2)),
      plane: productOf(x.shape.slice(2)),
      positions: productOf(shape.slice(2)),
    };
    if (out.data.length > 0) yield* convolveDeformed(run, context);
    return [yield* out.rounded()];
  },
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { kernel_shape: [2, 2], pads: [0, 0, 0, 0] },
      inputs: [
        tensorFrom("f32", [1, 1, 3, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        tensorFrom("f32", [1, 1, 2, 2], [1, 1, 1, 1]),
        tensorFrom("f32", [1, 8, 2, 2], [0.5, ...new Array(19).fill(0), -0.1, ...new Array(11).fill(0)]),
      ],
      outputs: [tensorFrom("f32", [1, 1, 2, 2], [9.2, 12, 20, 24])],
    },
    {
      attributes: { offset_group: 2, group: 2, strides: [2] },
      inputs: [
        tensorFrom("f32", [1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
        tensorFrom("f32", [2, 1, 2], [1, 2, 3, 4]),
        tensorFrom("f32", [1, 4, 2], [0, 0.5, 0, 0, 1, 9, 0, -0.25]),
        tensorFrom("f32", [2], [1, 2]),
        tensorFrom("f32", [1, 4, 2], [1, 1, 1, 0.5, 2, 1, 1, 1]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 2], [6, 8.5, 62, 33])],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 1, 2], [1, 2]),
        tensorFrom("f32", [1, 1, 2], [1, 2]),
        tensorFrom("f32", [1, 1, 1], [1]),
      ],
      message: /offset has shape \[1, 1, 1\], expected \[1, 2, 1\]/,
    },
  ],
});

interface DeformAttributes extends ConvolutionAttributes {
  readonly offset_group: number;
}

const productOf = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);

function inferDeformed(context: InferContext<DeformAttributes>): readonly Inferred[] {
  const [dtype, x, w] = [context.dtype(0), context.shape(0), context.shape(1)];
  if (dtype === undefined) return [undefined];
  if (x === undefined || w === undefined) return [tensorType(dtype)];
  const shape = convolutionShape(x, w, context.attributes, context);
  checkBias(context.shape(3), w[0], context);
  checkOffsets(x, w, shape, context.shape(2), context.shape(4), context.attributes.offset_group, context);
  return [tensorType(dtype, shape)];
}

function checkOffsets(
  x: readonly Dim[],
  w: readonly Dim[],
  out: readonly Dim[],
  offset: readonly Dim[] | undefined,
  mask: readonly Dim[] | undefined,
  groups: number,
  context: { fail(rule: string): never },
): void {
  if (!(groups >= 1)) context.fail(`offset_group ${groups} must be at least 1`);
  if (typeof x[1] === "number" && x[1] % groups !== 0) {
    context.fail(`x has ${x[1]} channels, expected a multiple of offset_group ${groups}`);
  }
  const kernel = w.slice(2);
  if (!kernel.every((size) => typeof size === "number")) return;
  const taps = groups * productOf(kernel as number[]);
  checkShape("offset", offset, [x[0], taps * kernel.length, ...out.slice(2)], context);
  checkShape("mask", mask, [x[0], taps, ...out.slice(2)], context);
}

function checkShape(
  name: string,
  found: readonly Dim[] | undefined,
  expected: readonly Dim[],
  context: { fail(rule: string): never },
): void {
  if (found === undefined) return;
  const fits =
    found.length === expected.length &&
    found.every((dim, i) => typeof dim !== "number" || typeof expected[i] !== "number" || dim === expected[i]);
  if (!fits) context.fail(`${name} has shape ${formatShape(found)}, expected ${formatShape(expected)}`);
}

interface Run extends Convolution {
  readonly x: NumberData;
  readonly w: NumberData;
  readonly offset: NumberData;
  readonly mask: NumberData | undefined;
  readonly bias: NumberData | undefined;
  readonly out: NumberData;
  readonly offsetGroups: number;
  readonly taps: number;
  readonly plane: number;
  readonly positions: number;
}

/** Positions that are sampled at once. */
const TILE = 128;
/** Reads of x between two yields. */
const SAMPLES = 1 << 16;

function* convolveDeformed(run: Run, context: KernelContext): Steps<void> {
  const { batch, groups, filters, channels, positions, taps, w, out, bias } = run;
  const depth = (channels / groups) * taps;
  const rows = filters / groups;
  const width = Math.min(TILE, positions);
  context.reserve(8 * depth * width);
  const columns = new Float64Array(depth * width);
  const sampled = { data: columns, offset: 0, rowStride: width, columnStride: 1 };
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const weights = { data: w, offset: group * rows * depth, rowStride: depth, columnStride: 1 };
      for (let q = 0; q < positions; q += width) {
        const count = Math.min(width, positions - q);
        yield* sampleColumns(run, n, (group * channels) / groups, q, count, columns, width);
        yield* multiplyMatrices(rows, count, depth, weights, sampled, (sums, start, length, row, column) => {
          const filter = group * rows + row;
          const at = (n * filters + filter) * positions + q + column;
          const add = bias?.[filter] ?? 0;
          for (let i = 0; i < length; i++) out[at + i] = sums[start + i] + add;
        });
      }
    }
  }
}

/** Fills row c * taps + tap of the columns with what each position reads of channel first + c through that tap. */
function* sampleColumns(
  run: Run,
  n: number,
  first: number,
  q: number,
  count: number,
  columns: Float64Array,
  width: number,
): Steps<void> {
  const { axes, channels, groups, offsetGroups, taps, plane, positions, x, offset, mask } = run;
  const rank = axes.length;
  const at = new Float64Array(rank);
  let work = 0;
  for (let c = 0; c < channels / groups; c++) {
    const offsetGroup = Math.floor((first + c) / (channels / offsetGroups));
    const image = (n * channels + first + c) * plane;
    for (let tap = 0; tap < taps; tap++) {
      const row = (n * offsetGroups + offsetGroup) * taps + tap;
      for (let i = 0; i < count; i++) {
        place(axes, tap, q + i, at);
        for (let axis = 0; axis < rank; axis++) at[axis] += offset[(row * rank + axis) * positions + q + i];
        const value = sampleLinear(x, image, axes, at, 0);
        columns[(c * taps + tap) * width + i] = mask === undefined ? value : value * mask[row * positions + q + i];
      }
      work += count << rank;
      if (work < SAMPLES) continue;
      work = 0;
      yield undefined;
    }
  }
}

/** The position that a tap covers for an output, before it is moved. */
function place(axes: readonly WindowAxis[], tap: number, position: number, at: Float64Array): void {
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { kernel, count, stride, begin, dilation } = axes[axis];
    at[axis] = (position % count) * stride - begin + (tap % kernel) * dilation;
    tap = Math.floor(tap / kernel);
    position = Math.floor(position / count);
  }
}

/** The value at fractional coordinates by linear interpolation along each axis from `axis` on, 0 outside. */
function sampleLinear(
  x: NumberData,
  base: number,
  axes: readonly WindowAxis[],
  at: Float64Array,
  axis: number,
): number {
  if (axis === axes.length) return x[base];
  const { size } = axes[axis];
  const low = Math.floor(at[axis]);
  const part = at[axis] - low;
  let stride = 1;
  for (let i = axis + 1; i < axes.length; i++) stride *= axes[i].size;
  let value = 0;
  if (low >= 0 && low < size) value += (1 - part) * sampleLinear(x, base + low * stride, axes, at, axis + 1);
  if (part > 0 && low + 1 >= 0 && low + 1 < size) {
    value += part * sampleLinear(x, base + (low + 1) * stride, axes, at, axis + 1);
  }
  return value;
}
