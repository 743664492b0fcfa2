import { lanesOf } from "../../dtypes/dtypes.ts";
import { roundHalfEven } from "../../dtypes/float-codec.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous, copyElement } from "../../kernels/move.ts";
import { realOutput } from "../../kernels/real-output.ts";
import { rounderOf } from "../../kernels/round-to.ts";
import { doublesOf, numbersOf } from "../../kernels/read-numbers.ts";
import { gridSamplePoints } from "../../lowering/grid-points.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { denseData, denseStrides, type NumberData, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, string } from "../attributes.ts";
import { stringAttribute, withAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";
import { cubicWeight } from "./cubic-weight.ts";

/**
 * Y[n, c, ...o] is X [N, C, ...] read at the position grid[n, ...o] (last axis of X first, -1..1 over each axis), by the nearest
 * element (half to even) or by linear or cubic (a = -0.75) interpolation; integers drop the fraction. ONNX GridSample.
 */
export const gridSample = defineOperator({
  name: "GridSample",
  versions: [
    { since: 22 },
    { since: 20, types: { T1: ANY_1, T2: types("f16 f32 f64") } },
    {
      since: 16,
      changed: "modes were renamed, any number of spatial axes",
      upgrade: (node) => renamed(node, NAMES_16, "bilinear"),
      downgrade: toOpset16,
      attributes: {
        align_corners: int({ default: 0 }),
        mode: string({ default: "bilinear" }),
        padding_mode: string({ default: "zeros" }),
      },
    },
  ],
  inputs: [required("X", "T1"), required("grid", "T2")],
  outputs: [required("Y", "T1")],
  types: { T1: ANY_13, T2: types("f16 bf16 f32 f64") },
  attributes: {
    align_corners: int({ default: 0 }),
    mode: string({ default: "linear" }),
    padding_mode: string({ default: "zeros" }),
  },
  infer(context) {
    const [dtype, x, grid] = [context.dtype(0), context.shape(0), context.shape(1)];
    checkAttributes(context.attributes, context);
    if (x !== undefined && grid !== undefined) checkShapes(x, grid, context);
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, x && grid && [x[0], x[1], ...grid.slice(1, -1)])];
  },
  *reference(inputs, attributes, context) {
    const [x, grid] = inputs as [Tensor, Tensor];
    checkAttributes(attributes, context);
    checkShapes(x.shape, grid.shape, context);
    const shape = [x.shape[0], x.shape[1], ...grid.shape.slice(1, -1)];
    if (attributes.mode !== "nearest" && x.dtype === "string") {
      context.fail(`mode must be nearest for strings, not ${attributes.mode}`);
    }
    const nearest = attributes.mode === "nearest";
    const target = nearest || lanesOf(x.dtype) === 2 ? context.allocate(x.dtype, shape) : undefined;
    const out = target === undefined ? realOutput(x.dtype, shape, context) : undefined;
    const read = nearest
      ? copier(yield* contiguous(x, context), target!)
      : yield* mixer(yield* contiguous(x, context), target, (i, value) => out?.write(i, value), context);
    yield* samplePoints(x.shape, grid, attributes, read, context);
    return [target ?? (yield* out!.rounded())];
  },
  lower: gridSamplePoints,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { align_corners: 1 },
      inputs: [
        tensorFrom("f32", [1, 1, 2, 3], [0, 1, 2, 3, 4, 5]),
        tensorFrom("f32", [1, 1, 4, 2], [-1, -1, 0, 0, 0.5, 1, 3, 0]),
      ],
      outputs: [tensorFrom("f32", [1, 1, 1, 4], [0, 2.5, 4.5, 0])],
    },
    {
      attributes: { mode: "nearest", padding_mode: "border" },
      inputs: [tensorFrom("i64", [1, 2, 3], [1, 2, 3, 4, 5, 6]), tensorFrom("f64", [1, 3, 1], [-5, 0.1, 0.9])],
      outputs: [tensorFrom("i64", [1, 2, 3], [1, 2, 3, 4, 5, 6])],
    },
    {
      attributes: { mode: "cubic", padding_mode: "reflection" },
      inputs: [
        tensorFrom("f32", [1, 1, 3, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        tensorFrom("f32", [1, 1, 3, 2], [-0.9, 0.2, 0.4, -1.3, 0, 0]),
      ],
    },
  ],
  errors: () => [
    {
      attributes: { mode: "area" },
      inputs: [tensorFrom("f32", [1, 1, 1], [0]), tensorFrom("f32", [1, 1, 1], [0])],
      message: /mode "area" must be linear, nearest or cubic/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1, 1], [0]), tensorFrom("f32", [1, 1, 2], [0, 0])],
      message: /grid has shape \[1, 1, 2\], expected rank 3 with 1 coordinates/,
    },
  ],
});

interface GridAttributes {
  readonly align_corners: number;
  readonly mode: string;
  readonly padding_mode: string;
}

interface Rules {
  fail(rule: string): never;
}

function checkAttributes({ mode, padding_mode: padding }: GridAttributes, context: Rules): void {
  if (!["linear", "nearest", "cubic"].includes(mode)) context.fail(`mode "${mode}" must be linear, nearest or cubic`);
  if (!["zeros", "border", "reflection"].includes(padding)) {
    context.fail(`padding_mode "${padding}" must be zeros, border or reflection`);
  }
}

function checkShapes(x: readonly Dim[], grid: readonly Dim[], context: Rules): void {
  if (x.length < 3) context.fail(`X has shape ${formatShape(x)}, expected at least one spatial axis`);
  const coordinates = grid.at(-1);
  if (grid.length !== x.length || (typeof coordinates === "number" && coordinates !== x.length - 2)) {
    context.fail(`grid has shape ${formatShape(grid)}, expected rank ${x.length} with ${x.length - 2} coordinates`);
  }
  if (typeof x[0] === "number" && typeof grid[0] === "number" && x[0] !== grid[0]) {
    context.fail(`grid has batch size ${grid[0]}, expected ${x[0]} as X has`);
  }
}

/** The elements of a plane that make up one result, and their weights. */
interface Mix {
  readonly places: number[];
  readonly weights: number[];
}

/** Makes output element `to` of the plane of X that starts at `plane`. */
type Read = (mix: Mix, plane: number, to: number) => void;

function copier(x: Tensor, out: Tensor): Read {
  return ({ places }, plane, to) => {
    if (places.length > 0) copyElement(out, to, x, plane + places[0]);
  };
}

function* mixer(
  x: Tensor,
  out: Tensor | undefined,
  write: (i: number, value: number) => void,
  context: KernelContext,
): Steps<Read> {
  const lanes = lanesOf(x.dtype);
  const data = lanes === 2 ? (denseData(x) as NumberData) : yield* doublesOf(x, context);
  const mix = ({ places, weights }: Mix, plane: number, lane: number): number => {
    let sum = 0;
    for (let i = 0; i < places.length; i++) sum += weights[i] * data[(plane + places[i]) * lanes + lane];
    return sum;
  };
  if (out === undefined) return (parts, plane, to) => write(to, mix(parts, plane, 0));
  const target = out.data as NumberData;
  return (parts, plane, to) => {
    for (let lane = 0; lane < lanes; lane++) target[to * lanes + lane] = mix(parts, plane, lane);
  };
}

function* samplePoints(
  x: readonly number[],
  grid: Tensor,
  attributes: GridAttributes,
  read: Read,
  context: KernelContext,
): Steps<void> {
  const [batch, channels, ...sizes] = x;
  const rank = sizes.length;
  const positions = yield* numbersOf(grid, context);
  const plane = sizes.reduce((total, size) => total * size, 1);
  if (plane === 0) return;
  const points = positions.length / rank / batch;
  const round = rounderOf(grid.dtype === "f64" ? "f64" : "f32", context.wide);
  const mix: Mix = { places: [], weights: [] };
  const strides = denseStrides(sizes);
  let work = 0;
  for (let i = 0; i < batch * points; i++) {
    mixAt(positions, i * rank, sizes, strides, attributes, round, mix);
    const n = Math.floor(i / points);
    for (let c = 0; c < channels; c++) {
      read(mix, (n * channels + c) * plane, (n * channels + c) * points + i - n * points);
    }
    work += (channels + 4 * rank) * (mix.places.length + 1);
    if (work < 1 << 19) continue;
    work = 0;
    yield undefined;
  }
}

/** The mix for the position at `at` of the grid: the products of what each axis takes. */
function mixAt(
  positions: NumberData,
  at: number,
  sizes: readonly number[],
  strides: readonly number[],
  attributes: GridAttributes,
  round: (value: number) => number,
  mix: Mix,
): void {
  mix.places.length = 1;
  mix.weights.length = 1;
  mix.places[0] = 0;
  mix.weights[0] = 1;
  const rank = sizes.length;
  for (let axis = 0; axis < rank; axis++) {
    const size = sizes[axis];
    const position = positions[at + rank - 1 - axis];
    const coordinate =
      attributes.align_corners === 1 ? ((position + 1) / 2) * (size - 1) : ((position + 1) * size - 1) / 2;
    const taps = tapsAt(round(coordinate), size, attributes);
    const [places, weights] = [mix.places.slice(), mix.weights.slice()];
    mix.places.length = 0;
    mix.weights.length = 0;
    for (let i = 0; i < places.length; i++) {
      for (const [index, weight] of taps) {
        mix.places.push(places[i] + index * strides[axis]);
        mix.weights.push(weights[i] * weight);
      }
    }
  }
}

/** The elements of an axis that a coordinate reads, each once, with their weights. */
function tapsAt(coordinate: number, size: number, attributes: GridAttributes): Map<number, number> {
  const { mode, padding_mode: padding } = attributes;
  const [low, high] = attributes.align_corners === 1 ? [0, size - 1] : [-0.5, size - 0.5];
  const x = inBorders(mode === "nearest" ? roundHalfEven(coordinate) : coordinate, size, low, high, padding);
  const taps = new Map<number, number>();
  const base = Math.floor(x);
  const [first, last] = mode === "nearest" ? [0, 0] : mode === "linear" ? [0, 1] : [-1, 2];
  for (let i = first; i <= last; i++) {
    const distance = base + i - x;
    const weight = mode === "cubic" ? cubicWeight(distance, CUBIC_A) : mode === "linear" ? 1 - Math.abs(distance) : 1;
    const index = Math.trunc(inBorders(base + i, size, low, high, padding));
    if (weight !== 0 && index >= 0 && index < size) taps.set(index, (taps.get(index) ?? 0) + weight);
  }
  return taps;
}

const CUBIC_A = -0.75;

/** A coordinate outside of low..high brought inside as the padding mode says; zeros: left where it is. */
function inBorders(x: number, size: number, low: number, high: number, padding: string): number {
  if (padding === "zeros" || (x >= low && x <= high)) return x;
  if (padding === "border") return Math.min(size - 1, Math.max(0, Number.isNaN(x) ? 0 : x));
  const range = high - low;
  if (range === 0 || !Number.isFinite(x)) return 0;
  const away = x < low ? low - x : x - high;
  const turns = Math.floor(away / range);
  const rest = away - turns * range;
  return x < low === (turns % 2 === 0) ? low + rest : high - rest;
}

const NAMES_16: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };
const NAMES_20: Readonly<Record<string, string>> = { linear: "bilinear", cubic: "bicubic" };

function renamed(node: Node, names: Readonly<Record<string, string>>, absent: string): Node {
  const mode = attributeOf(node, "mode");
  const value = mode?.kind === "string" ? mode.value : absent;
  return withAttributes(node, stringAttribute("mode", Object.hasOwn(names, value) ? names[value] : value));
}

/** opset 16 knows images only. */
function toOpset16(node: Node, rewrite: RewriteContext): Node | undefined {
  const x = rewrite.typeOf(node.inputs[0]);
  if (x?.kind !== "tensor" || x.shape?.length !== 4) return undefined;
  return renamed(node, NAMES_20, "linear");
}
