import { doublesOf } from "../../kernels/read-numbers.ts";
import { type DType, integerRange, isBig, isInteger, lanesOf } from "../../dtypes/dtypes.ts";
import { roundHalfEven } from "../../dtypes/float-codec.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { contiguous, move, OUTSIDE, pick } from "../../kernels/move.ts";
import { type RealOutput, realOutput } from "../../kernels/real-output.ts";
import { knownShape } from "../../lowering/known-numbers.ts";
import { nearestPoints, resampledPoints } from "../../lowering/resize-points.ts";
import { type Dim, floorDivDim, formatDim, scaleDim, staticShape } from "../../snapshot/dims.ts";
import { doubles, indices, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, denseData, elementCount, type NumberData, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";
import {
  type AxisScale,
  COORDINATE_MODES,
  coordinateOf,
  type Filter,
  isIdentity,
  isOutside,
  nearestTo,
  resample,
  weightsOf,
} from "./resampling.ts";
import { fromOpset10, isSymmetric, toOpset10, toOpset13, withEmptyInputs } from "./resize-versions.ts";

/**
 * X resampled to floor(size * scales) or `sizes` along `axes`: each element is the nearest one of X, or a weighted mean of its
 * neighbours (linear, cubic), at the coordinate that coordinate_transformation_mode gives. ONNX Resize.
 */
export const resize = defineOperator({
  name: "Resize",
  versions: [
    { since: 19 },
    {
      since: 18,
      changed: "half_pixel_symmetric was added",
      downgrade: (node) => (isSymmetric(node) ? undefined : node),
    },
    {
      since: 13,
      changed: "antialias, axes and keep_aspect_ratio_policy were added",
      downgrade: toOpset13,
      attributes: {
        coordinate_transformation_mode: string({ default: "half_pixel" }),
        cubic_coeff_a: float({ default: -0.75 }),
        exclude_outside: int({ default: 0 }),
        extrapolation_value: float({ default: 0 }),
        mode: string({ default: "nearest" }),
        nearest_mode: string({ default: "round_prefer_floor" }),
      },
    },
    {
      since: 11,
      changed: "roi and scales became optional",
      downgrade: withEmptyInputs,
      inputs: [required("X", "T1"), required("roi", "T2"), required("scales", "f32"), optional("sizes", "i64")],
      types: { T1: ANY_1, T2: types("f16 f32 f64") },
    },
    {
      since: 10,
      changed: "roi, sizes, coordinate transformations and cubic were added",
      upgrade: fromOpset10,
      downgrade: toOpset10,
      inputs: [required("X", "T"), required("scales", "f32")],
      outputs: [required("Y", "T")],
      types: { T: ANY_1 },
      attributes: { mode: string({ default: "nearest" }) },
    },
  ],
  inputs: [required("X", "T1"), optional("roi", "T2"), optional("scales", "f32"), optional("sizes", "i64")],
  outputs: [required("Y", "T1")],
  types: { T1: ANY_13, T2: types("f16 f32 f64") },
  attributes: {
    antialias: int({ default: 0 }),
    axes: ints(),
    coordinate_transformation_mode: string({ default: "half_pixel" }),
    cubic_coeff_a: float({ default: -0.75 }),
    exclude_outside: int({ default: 0 }),
    extrapolation_value: float({ default: 0 }),
    keep_aspect_ratio_policy: string({ default: "stretch" }),
    mode: string({ default: "nearest" }),
    nearest_mode: string({ default: "round_prefer_floor" }),
  },
  infer: inferResized,
  *reference(inputs, attributes, context) {
    const [x, roi, scales, sizes] = inputs as [Tensor, Tensor?, Tensor?, Tensor?];
    checkAttributes(attributes, context);
    const plan = planOf(x.shape, attributes, given(scales), given(sizes), given(roi), context);
    const shape = [...x.shape];
    for (const { axis, to } of plan) shape[axis] = to;
    if (attributes.mode === "nearest") return [yield* resizeNearest(x, shape, plan, attributes, context)];
    if (x.dtype === "string") context.fail(`mode must be nearest for strings, not ${attributes.mode}`);
    return [yield* resizeSmoothly(x, shape, plan, attributes, context)];
  },
  lower(node) {
    const { attributes } = node;
    const known = (i: number): Tensor | undefined => {
      const input = node.inputs[i];
      if (input === undefined || knownShape(node, input).includes(0)) return undefined;
      return input.constant ?? node.cannot("its scales, sizes or region are not known before the run");
    };
    const rules = { fail: (rule: string) => node.cannot(rule) };
    const plan = planOf(knownShape(node, node.inputs[0]!), attributes, known(2), known(3), known(1), rules);
    return attributes.mode === "nearest"
      ? nearestPoints(node, plan)
      : resampledPoints(node, plan, filterOf(attributes));
  },
  accuracy: "rounding",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 4]), undefined, tensorFrom("f32", [4], [1, 1, 2, 3])],
      outputs: [
        tensorFrom("f32", [1, 1, 4, 6], [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4]),
      ],
    },
    {
      attributes: { mode: "linear" },
      inputs: [tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 4]), undefined, tensorFrom("f32", [4], [1, 1, 2, 2])],
      outputs: [
        tensorFrom(
          "f32",
          [1, 1, 4, 4],
          [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4],
        ),
      ],
    },
    {
      attributes: { mode: "cubic", antialias: 1, axes: [1], keep_aspect_ratio_policy: "not_larger" },
      inputs: [
        tensorFrom("u8", [2, 8], [0, 10, 200, 90, 30, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
        undefined,
        undefined,
        tensorFrom("i64", [1], [3]),
      ],
    },
    {
      attributes: {
        mode: "nearest",
        coordinate_transformation_mode: "tf_crop_and_resize",
        extrapolation_value: 9,
        axes: [-1],
      },
      inputs: [
        tensorFrom("i64", [1, 4], [1, 2, 3, 4]),
        tensorFrom("f32", [2], [0.4, 1.4]),
        undefined,
        tensorFrom("i64", [1], [3]),
      ],
      outputs: [tensorFrom("i64", [1, 3], [2, 4, 9])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), undefined, tensorFrom("f32", [2], [1, 2])],
      message: /scales has 2 values, expected 1/,
    },
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), undefined, tensorFrom("f32", [1], [-1])],
      message: /scale -1 must be greater than 0/,
    },
    {
      attributes: { mode: "area" },
      inputs: [tensorFrom("f32", [2], [1, 2]), undefined, tensorFrom("f32", [1], [1])],
      message: /mode "area" must be nearest, linear or cubic/,
    },
    { inputs: [tensorFrom("f32", [2], [1, 2])], message: /one of scales and sizes must be given/ },
    {
      inputs: [tensorFrom("f32", [0], []), undefined, undefined, tensorFrom("i64", [1], [3])],
      message: /axis 0 has no elements to make 3 of/,
    },
  ],
});

interface ResizeAttributes {
  readonly antialias: number;
  readonly axes?: readonly number[] | undefined;
  readonly coordinate_transformation_mode: string;
  readonly cubic_coeff_a: number;
  readonly exclude_outside: number;
  readonly extrapolation_value: number;
  readonly keep_aspect_ratio_policy: string;
  readonly mode: string;
  readonly nearest_mode: string;
}

interface Rules {
  fail(rule: string): never;
}

const CHOICES = {
  coordinate_transformation_mode: COORDINATE_MODES,
  keep_aspect_ratio_policy: ["stretch", "not_larger", "not_smaller"],
  mode: ["nearest", "linear", "cubic"],
  nearest_mode: ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"],
} as const;

function checkAttributes(attributes: ResizeAttributes, context: Rules): void {
  for (const name of Object.keys(CHOICES) as (keyof typeof CHOICES)[]) {
    const choices: readonly string[] = CHOICES[name];
    if (choices.includes(attributes[name])) continue;
    context.fail(`${name} "${attributes[name]}" must be ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`);
  }
}

/** An input that counts as absent when it has no elements (as opset 11 wrote it). */
function given(tensor: Tensor | undefined): Tensor | undefined {
  return tensor === undefined || elementCount(tensor.shape) === 0 ? undefined : tensor;
}

function inferResized(context: InferContext<ResizeAttributes>): readonly Inferred[] {
  const { attributes } = context;
  checkAttributes(attributes, context);
  const [dtype, x] = [context.dtype(0), context.shape(0)];
  if (dtype === undefined) return [undefined];
  if (x === undefined) return [tensorType(dtype)];
  const axes = normalizeAxes(attributes.axes ?? x.map((_, i) => i), x.length, context);
  const shape = [...x];
  axes.forEach((axis, i) => {
    shape[axis] = resizedDim(context, x, axes, i) ?? context.fresh();
  });
  return [tensorType(dtype, shape)];
}

/** The size of axis axes[i], as far as it is known. */
function resizedDim(
  context: InferContext<ResizeAttributes>,
  x: readonly Dim[],
  axes: readonly number[],
  i: number,
): Dim | undefined {
  const useScales = context.has(2) && !isEmpty(context.shape(2));
  const useSizes = context.has(3) && !isEmpty(context.shape(3));
  if (useScales && useSizes) return bothGiven(context);
  if (!useScales && !useSizes) context.fail("one of scales and sizes must be given");
  const size = x[axes[i]];
  if (useScales) {
    const scales = context.constant(2);
    return scales && scaledDim(size, scalesOf(scales, axes.length, context)[i]);
  }
  const sizes = context.values(3);
  if (sizes === undefined) return undefined;
  checkLength("sizes", sizes.length, axes.length, context);
  const negative = sizes.find((dim) => typeof dim === "number" && dim < 0);
  if (negative !== undefined) context.fail(`size ${formatDim(negative)} must not be negative`);
  const { keep_aspect_ratio_policy: policy } = context.attributes;
  if (policy === "stretch") return sizes[i];
  const targets = staticShape(sizes);
  const sources = staticShape(axes.map((axis) => x[axis]));
  return targets && sources && fitSizes(sources, targets, policy)[i].to;
}

/** opset 11 left one of the two empty, which may show only when the model runs. */
function bothGiven(context: InferContext<ResizeAttributes>): undefined {
  if (context.constant(2) !== undefined && context.values(3) !== undefined) {
    context.fail("only one of scales and sizes may be given");
  }
}

const isEmpty = (shape: readonly Dim[] | undefined): boolean => shape !== undefined && shape.includes(0);

function checkLength(name: string, found: number, expected: number, context: Rules): void {
  if (found !== expected) context.fail(`${name} has ${found} values, expected ${expected}`);
}

function scalesOf(scales: Tensor, count: number, context: Rules): Float64Array {
  checkLength("scales", elementCount(scales.shape), count, context);
  const values = doubles(scales);
  const wrong = values.find((value) => !(value > 0 && value < Infinity));
  if (wrong !== undefined) context.fail(`scale ${wrong} must be greater than 0`);
  return values;
}

/** floor(size * scale) in f32, as ONNX's own shape inference has it. */
function scaledDim(size: Dim, scale: number): Dim | undefined {
  if (typeof size === "number") return Math.floor(Math.fround(size * scale));
  if (Number.isSafeInteger(scale)) return scaleDim(size, scale);
  return Number.isSafeInteger(1 / scale) && Math.fround(scale) === scale && Math.log2(scale) % 1 === 0
    ? floorDivDim(size, 1 / scale)
    : undefined;
}

/** Sizes and scales for target sizes; the policies but "stretch" take one scale for all, the least or the largest. */
function fitSizes(
  sources: readonly number[],
  targets: readonly number[],
  policy: string,
): { readonly to: number; readonly scale: number }[] {
  if (policy === "stretch") return targets.map((to, i) => ({ to, scale: to / sources[i] }));
  const ratios = targets.map((target, i) => target / sources[i]).filter((_, i) => sources[i] > 0);
  const scale = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  return sources.map((source, i) => ({ to: source === 0 ? targets[i] : Math.floor(scale * source + 0.5), scale }));
}

/** What happens to each of the axes that Resize was given. */
function planOf(
  x: readonly number[],
  attributes: ResizeAttributes,
  scales: Tensor | undefined,
  sizes: Tensor | undefined,
  roi: Tensor | undefined,
  context: Rules,
): AxisScale[] {
  const axes = normalizeAxes(attributes.axes ?? x.map((_, i) => i), x.length, context);
  if ((scales === undefined) === (sizes === undefined) && axes.length > 0) {
    context.fail(
      `${scales === undefined ? "one" : "only one"} of scales and sizes ${scales === undefined ? "must" : "may"} be given`,
    );
  }
  const sources = axes.map((axis) => x[axis]);
  const crop = attributes.coordinate_transformation_mode === "tf_crop_and_resize";
  if (crop && roi === undefined) context.fail("roi must be given for tf_crop_and_resize");
  if (crop && roi !== undefined) checkLength("roi", elementCount(roi.shape), 2 * axes.length, context);
  const region = crop && roi !== undefined ? doubles(roi) : undefined;
  return targetsOf(sources, attributes, scales, sizes, context).map(({ to, scale }, i) => {
    if (!(to >= 0)) context.fail(`axis ${axes[i]} would have ${to} elements`);
    if (to > 0 && sources[i] === 0) context.fail(`axis ${axes[i]} has no elements to make ${to} of`);
    const [start, end] = [region?.[i] ?? 0, region?.[i + axes.length] ?? 1];
    return { axis: axes[i], from: sources[i], to, scale, start, end };
  });
}

function targetsOf(
  sources: readonly number[],
  { keep_aspect_ratio_policy: policy }: ResizeAttributes,
  scales: Tensor | undefined,
  sizes: Tensor | undefined,
  context: Rules,
): { readonly to: number; readonly scale: number }[] {
  if (scales !== undefined) {
    const values = scalesOf(scales, sources.length, context);
    return sources.map((size, i) => ({ to: scaledDim(size, values[i]) as number, scale: values[i] }));
  }
  if (sizes === undefined) return [];
  checkLength("sizes", elementCount(sizes.shape), sources.length, context);
  const targets = indices(sizes);
  return fitSizes(sources, targets, policy);
}

/** Copies of elements, of any dtype. */
function* resizeNearest(
  x: Tensor,
  shape: readonly number[],
  plan: readonly AxisScale[],
  attributes: ResizeAttributes,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.allocate(x.dtype, shape);
  if (shape.includes(0)) return out;
  const { coordinate_transformation_mode: mode, nearest_mode: rounding } = attributes;
  context.reserve(8 * shape.reduce((total, size) => total + size, 0));
  const places = shape.map((size, axis) => {
    const scale = plan.find((item) => item.axis === axis);
    const coordinate = scale && coordinateOf(scale, mode);
    const table = new Float64Array(size);
    for (let o = 0; o < size; o++) {
      const at = coordinate?.(o) ?? o;
      const outside = mode === "tf_crop_and_resize" && scale !== undefined && isOutside(at, scale.from);
      table[o] = outside ? OUTSIDE : coordinate === undefined ? o : nearestTo(at, x.shape[axis], rounding);
    }
    return table;
  });
  if (places.some((table) => table.includes(OUTSIDE))) {
    const fill = elementOf(x.dtype, attributes.extrapolation_value, context);
    yield* move(out, broadcastTo(fill, shape));
  }
  yield* pick(out, x, places);
  return out;
}

/** A tensor of one element. */
function elementOf(dtype: DType, value: number, context: KernelContext): Tensor {
  if (dtype === "string") return tensorFrom(dtype, [], [String(value)]);
  if (lanesOf(dtype) === 2) return tensorFrom(dtype, [], [value, 0]);
  const out = realOutput(dtype, [], context);
  out.write(0, value);
  return out.tensor();
}

/** Linear and cubic: one axis after another, in double, those that shrink most first; rounded once. */
function* resizeSmoothly(
  x: Tensor,
  shape: readonly number[],
  plan: readonly AxisScale[],
  attributes: ResizeAttributes,
  context: KernelContext,
): Steps<Tensor> {
  const complex = lanesOf(x.dtype) === 2;
  const target = complex ? context.allocate(x.dtype, shape) : undefined;
  const out = target === undefined ? realOutput(x.dtype, shape, context) : undefined;
  const finish = (data: Float64Array) => storeReal(data, x.dtype, out!);
  if (shape.includes(0)) return target ?? out!.tensor();
  let data = yield* valuesOf(yield* contiguous(x, context), context);
  const current = complex ? [...x.shape, 2] : [...x.shape];
  for (const scale of plan.toSorted((a, b) => a.to * b.from - b.to * a.from)) {
    if (isIdentity(scale, attributes.coordinate_transformation_mode)) continue;
    const weights = yield* weightsOf(scale, filterOf(attributes), context);
    const outer = current.slice(0, scale.axis).reduce((total, size) => total * size, 1);
    const inner = current.slice(scale.axis + 1).reduce((total, size) => total * size, 1);
    context.reserve(8 * outer * inner * scale.to);
    const next = new Float64Array(outer * inner * scale.to);
    yield* resample(data, outer, scale, inner, weights, attributes.extrapolation_value, next);
    current[scale.axis] = scale.to;
    data = next;
  }
  if (target === undefined) return yield* finish(data);
  (target.data as NumberData).set(data);
  return target;
}

function filterOf(attributes: ResizeAttributes): Filter {
  return {
    mode: attributes.coordinate_transformation_mode,
    cubic: attributes.mode === "cubic",
    a: attributes.cubic_coeff_a,
    antialias: attributes.antialias === 1,
    excludeOutside: attributes.exclude_outside === 1,
  };
}

function* valuesOf(x: Tensor, context: KernelContext): Steps<Float64Array> {
  if (lanesOf(x.dtype) === 1) return yield* doublesOf(x, context);
  context.reserve(16 * elementCount(x.shape));
  return new Float64Array(denseData(x) as NumberData);
}

/** Integers are rounded half to even and kept in range. */
function* storeReal(data: Float64Array, dtype: DType, out: RealOutput): Steps<Tensor> {
  const range = isInteger(dtype) ? integerRange(dtype) : undefined;
  const [min, max] = dtype === "bool" ? [0, 1] : [Number(range?.min ?? 0), Number(range?.max ?? 0)];
  const whole = range !== undefined || dtype === "bool";
  // the largest i64 and u64 are no doubles: the next one below is
  const most = isBig(dtype) ? max - 2 ** (dtype === "i64" ? 10 : 11) : max;
  yield* inBlocks(data.length, (start, length) => {
    for (let i = start; i < start + length; i++) {
      out.write(i, whole ? Math.min(most, Math.max(min, roundHalfEven(data[i]))) : data[i]);
    }
  });
  return yield* out.rounded();
}
