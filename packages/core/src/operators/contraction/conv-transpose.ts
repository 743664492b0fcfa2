import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { multiplyMatrices } from "../../kernels/gemm.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import {
  columnTaps,
  listOf,
  reachOf,
  rowStarts,
  type Window,
  type WindowAxis,
  windowsOf,
} from "../../kernels/windows.ts";
import { knownShape } from "../../lowering/known-numbers.ts";
import { transposedConvolutionPoints } from "../../lowering/scattered-windows.ts";
import { addDims, type Dim, dimsEqual, scaleDim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { checkBias, type ConvolutionAttributes, kernelOf } from "./convolution.ts";
import { scatterColumns } from "./scatter-columns.ts";

/**
 * The gradient of Conv in its input: each x[n, c, i] adds w[c, m, k] * x to y[n, m, i * strides - pads + k * dilations];
 * x [N, C, ...], w [C, M / group, ...], any number of spatial axes. ONNX ConvTranspose.
 */
export const convTranspose = defineOperator({
  name: "ConvTranspose",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }, { since: 1 }],
  inputs: [required("X", "T"), required("W", "T"), optional("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    output_padding: ints(),
    output_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  infer: inferTransposed,
  *reference(inputs, attributes, context) {
    const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const shape = transposedShape(x.shape, w.shape, attributes, rules) as number[];
    checkBias(bias?.shape, shape[1], context);
    const out = context.output(x.dtype, shape);
    if (out.data.length === 0) return [out.tensor()];
    const axes = placedAxes(x.shape.slice(2), w.shape.slice(2), shape.slice(2), attributes, context);
    const run = {
      x: yield* numbersOf(x, context),
      w: yield* numbersOf(w, context),
      out: out.data,
      bias: bias && (yield* numbersOf(bias, context)),
      axes,
      batch: x.shape[0],
      groups: attributes.group,
      groupChannels: x.shape[1] / attributes.group,
      groupFilters: w.shape[1],
    };
    yield* convolveTransposed(run, context);
    return [yield* out.rounded()];
  },
  lower: (node) => {
    const [x, w] = node.inputs.slice(0, 2).map((input) => knownShape(node, input!));
    const places = knownShape(node, node.outputs[0]!).slice(2);
    const rules = { fail: (rule: string) => node.cannot(rule) };
    return transposedConvolutionPoints(node, placedAxes(x.slice(2), w.slice(2), places, node.attributes, rules));
  },
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [counting([1, 1, 3, 3]), tensorFrom("f32", [1, 2, 3, 3], new Array(18).fill(1))],
      outputs: [
        tensorFrom(
          "f32",
          [1, 2, 5, 5],
          [0, 1]
            .map(() => [0, 1, 3, 3, 2, 3, 8, 15, 12, 7, 9, 21, 36, 27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8])
            .flat(),
        ),
      ],
    },
    {
      attributes: { strides: [3, 2], output_shape: [10, 8], kernel_shape: [3, 3], output_padding: [1, 1] },
      inputs: [counting([1, 1, 3, 3]), counting([1, 2, 3, 3])],
    },
    {
      attributes: { auto_pad: "SAME_UPPER", strides: [2], group: 2 },
      inputs: [counting([2, 4, 3]), counting([4, 2, 3]), counting([4])],
    },
  ],
  errors: () => [
    {
      attributes: { output_shape: [3, 3] },
      inputs: [counting([1, 1, 3]), counting([1, 1, 2])],
      message: /output_shape has 2 values, expected 1/,
    },
    {
      attributes: { pads: [9, 9] },
      inputs: [counting([1, 1, 3]), counting([1, 1, 2])],
      message: /the result of axis 2 would have -14 elements/,
    },
    { inputs: [counting([1, 2, 3]), counting([1, 1, 2])], message: /x has 2 channels, expected the 1 of w/ },
  ],
});

function counting(shape: readonly number[]): Tensor {
  const count = shape.reduce((total, dim) => total * dim, 1);
  return tensorFrom(
    "f32",
    shape,
    Array.from({ length: count }, (_, i) => i),
  );
}

interface TransposedAttributes extends ConvolutionAttributes {
  readonly output_padding?: readonly number[] | undefined;
  readonly output_shape?: readonly number[] | undefined;
}

function inferTransposed(context: InferContext<TransposedAttributes>): readonly Inferred[] {
  const [dtype, x, w] = [context.dtype(0), context.shape(0), context.shape(1)];
  if (dtype === undefined) return [undefined];
  if (x === undefined || w === undefined) return [tensorType(dtype)];
  const shape = transposedShape(x, w, context.attributes, context);
  checkBias(context.shape(2), shape[1], context);
  return [tensorType(dtype, shape)];
}

function transposedShape(
  x: readonly Dim[],
  w: readonly Dim[],
  attributes: TransposedAttributes,
  context: { fail(rule: string): never; fresh(): Dim },
): Dim[] {
  const kernel = kernelOf(x, w, attributes, context);
  const rank = x.length - 2;
  if (typeof x[1] === "number") {
    if (typeof w[0] === "number" && !dimsEqual(x[1], w[0])) {
      context.fail(`x has ${x[1]} channels, expected the ${w[0]} of w`);
    }
    if (x[1] % attributes.group !== 0) {
      context.fail(`x has ${x[1]} channels, expected a multiple of group ${attributes.group}`);
    }
  }
  const filters = scaleDim(w[1], attributes.group);
  const stated = statedShape(attributes, rank, context);
  if (stated !== undefined) return [x[0], filters, ...stated];
  if (kernel === undefined) return [x[0], filters, ...x.slice(2).map(() => context.fresh())];
  const padding = listOf("output_padding", attributes.output_padding, rank, 0, context);
  const spatial = windowsOf(kernel, attributes, context).map((window, i) => {
    const size = transposedSize(x[i + 2], window, padding[i], attributes.auto_pad);
    if (typeof size === "number" && size < 0) context.fail(`the result of axis ${i + 2} would have ${size} elements`);
    return size;
  });
  return [x[0], filters, ...spatial];
}

/** output_shape, which some write with the batch and channel axes. */
function statedShape(
  { output_shape: stated }: TransposedAttributes,
  rank: number,
  context: { fail(rule: string): never },
): readonly number[] | undefined {
  if (stated === undefined || stated.length === 0) return undefined;
  return listOf("output_shape", stated.length === rank + 2 ? stated.slice(2) : stated, rank, 0, context);
}

function transposedSize(size: Dim, window: Window, padding: number, autoPad: string | undefined): Dim {
  if (autoPad?.startsWith("SAME")) return scaleDim(size, window.stride);
  const { stride, begin, end } = window;
  return addDims(scaleDim(addDims(size, -1), stride), padding + reachOf(window) - begin - end);
}

/** The windows as they lie on the axes of the result: one for each element of x. */
function placedAxes(
  sizes: readonly number[],
  kernel: readonly number[],
  outputs: readonly number[],
  attributes: TransposedAttributes,
  context: { fail(rule: string): never },
): WindowAxis[] {
  const { auto_pad: autoPad = "NOTSET", output_padding: padding } = attributes;
  const stated = statedShape(attributes, kernel.length, context) !== undefined;
  return windowsOf(kernel, attributes, context).map((window, i) => {
    const placed = { ...window, size: outputs[i], count: sizes[i] };
    if (!stated && !autoPad.startsWith("SAME")) return placed;
    const covered = window.stride * (sizes[i] - 1) + (padding?.[i] ?? 0) + reachOf(window);
    const total = Math.max(0, covered - outputs[i]);
    const begin = autoPad === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { ...placed, begin, end: total - begin };
  });
}

interface Run {
  readonly x: NumberData;
  readonly w: NumberData;
  readonly out: NumberData;
  readonly bias: NumberData | undefined;
  readonly axes: readonly WindowAxis[];
  readonly batch: number;
  readonly groups: number;
  readonly groupChannels: number;
  readonly groupFilters: number;
}

/** Elements of the image that sums are collected in, where one filter does not need more. */
const IMAGE = 1 << 21;
/** Rows of the product that are made at once. */
const PRODUCT_ROWS = 256;

function* convolveTransposed(run: Run, context: KernelContext): Steps<void> {
  const { axes, batch, groups, groupFilters, out, bias } = run;
  const taps = axes.reduce((total, { kernel }) => total * kernel, 1);
  const plane = axes.reduce((total, { size }) => total * size, 1);
  const most = Math.max(1, Math.min(Math.floor(IMAGE / plane), Math.floor(PRODUCT_ROWS / taps)));
  const filters = Math.min(groupFilters, most);
  context.reserve(8 * filters * plane);
  const image = new Float64Array(filters * plane);
  const columns = yield* columnTaps(axes.at(-1)!, context);
  const starts = yield* rowStarts(axes, context);
  const scatter = scatterColumns({ axes, columns, starts, image, taps, plane });
  for (let group = 0; group < groups; group++) {
    for (let n = 0; n < batch; n++) {
      for (let first = 0; first < groupFilters; first += filters) {
        const count = Math.min(filters, groupFilters - first);
        image.fill(0);
        yield* multiplyInto(run, scatter, taps, n, group, first, count);
        for (let f = 0; f < count; f++) {
          const filter = group * groupFilters + first + f;
          const to = (n * groups * groupFilters + filter) * plane;
          yield* inBlocks(plane, (start, length) => {
            const sums = image.subarray(f * plane + start, f * plane + start + length);
            if (bias !== undefined) for (let i = 0; i < length; i++) sums[i] += bias[filter];
            out.set(sums, to + start);
          });
          yield undefined;
        }
      }
    }
  }
}

/** The products of all elements of x with the taps of `count` filters, given to `scatter`. */
function multiplyInto(
  { x, w, axes, groups, groupChannels, groupFilters }: Run,
  scatter: ReturnType<typeof scatterColumns>,
  taps: number,
  n: number,
  group: number,
  first: number,
  count: number,
): Steps<void> {
  const positions = axes.reduce((total, axis) => total * axis.count, 1);
  const channel = group * groupChannels;
  const filterStride = groupFilters * taps;
  return multiplyMatrices(
    count * taps,
    positions,
    groupChannels,
    { data: w, offset: channel * filterStride + first * taps, rowStride: 1, columnStride: filterStride },
    {
      data: x,
      offset: (n * groups * groupChannels + channel) * positions,
      rowStride: positions,
      columnStride: 1,
    },
    scatter,
  );
}
