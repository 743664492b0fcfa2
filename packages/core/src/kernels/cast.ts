import { type DType, DTYPES, isBig } from "../dtypes/dtypes.ts";
import {
  type E8m0Rounding,
  encodeE8m0,
  encodeFloat,
  FLOAT_LAYOUTS,
  type FloatLayout,
  type Overflow,
} from "../dtypes/float-codec.ts";
import type { NumberData, Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";
import { BLOCK, inBlocks } from "./elementwise.ts";
import { formatNumber, parseInteger, parseNumber } from "./number-text.ts";
import { bigintsOf, numbersOf, stringsOf } from "./read-numbers.ts";

/** How values past the range of an 8-bit float are stored ("saturate"), and how f8e8m0 rounds ("up"); ONNX Cast. */
export interface CastOptions {
  readonly overflow?: Overflow;
  readonly rounding?: E8m0Rounding;
}

/**
 * x in another dtype (any but complex). The rules are those of ONNX Cast; where it leaves the result open:
 * floats become integers by dropping the fraction and keeping the low bits, NaN and infinities become 0;
 * text that is no number fails; numbers become text as the shortest plain decimal that reads back the same
 * (1, 0.25, -INF, NaN; bool 1 and 0).
 */
export function* castTo(x: Tensor, to: DType, options: CastOptions, context: KernelContext): Steps<Tensor> {
  if (x.dtype === to) return x;
  if (to === "string") return yield* castToText(x, context);
  if (isBig(to)) return yield* castToBig(x, to, context);
  const source = yield* numberSource(x, to, context);
  const encode = encoderOf(to, options);
  if (encode !== undefined) {
    const out = context.allocate(to, x.shape);
    yield* fill(out.data as NumberData, source, encode);
    return out;
  }
  const out = context.output(to, x.shape);
  const convert = converterOf(to);
  if (convert === undefined && typeof source !== "function") yield* copyNumbers(out.data, source);
  else yield* fill(out.data, source, convert ?? ((value) => value));
  return yield* out.rounded();
}

/** The elements to cast: an array of numbers, or a function that makes one of each element. */
type NumberSource = NumberData | ((i: number) => number);

function* numberSource(x: Tensor, to: DType, context: KernelContext): Steps<NumberSource> {
  if (x.dtype === "string") {
    const texts = yield* stringsOf(x, context);
    const { kind } = DTYPES[to];
    if (kind === "float" || kind === "bool") return (i) => parseNumber(texts[i], context);
    return (i) => Number(BigInt.asIntN(32, parseInteger(texts[i], context)));
  }
  if (!isBig(x.dtype)) return yield* numbersOf(x, context);
  const values = yield* bigintsOf(x, context);
  const { kind } = DTYPES[to];
  if (to === "f64" || kind === "bool") return (i) => Number(values[i]);
  if (kind === "float") return (i) => numberRoundedToOdd(values[i]);
  return (i) => Number(BigInt.asIntN(32, values[i]));
}

/** An integer as a double, inexact ones with an odd last bit, so that rounding again to a smaller float rounds once. */
function numberRoundedToOdd(value: bigint): number {
  const nearest = Number(value);
  if (Math.abs(nearest) < 2 ** 53) return nearest;
  const lost = (value & 0x7ffn) !== 0n ? 1n : 0n;
  return Number((value >> 11n) | lost) * 2048;
}

/** The function that gives the bit pattern of a number, for floats below 16 bits. */
function encoderOf(to: DType, options: CastOptions): ((value: number) => number) | undefined {
  const { overflow = "saturate", rounding = "up" } = options;
  if (to === "f8e8m0") return (value) => encodeE8m0(value, rounding, overflow);
  if (DTYPES[to].kind !== "float" || DTYPES[to].bits > 8) return undefined;
  const layout = FLOAT_LAYOUTS[to] as FloatLayout;
  return (value) => encodeFloat(value, layout, overflow);
}

/** What has to be done to a number before storage does the rest. */
function converterOf(to: DType): ((value: number) => number) | undefined {
  const { kind, bits } = DTYPES[to];
  if (kind === "bool") return (value) => (value === 0 ? 0 : 1);
  if (bits >= 8 || kind === "float") return undefined;
  const shift = 32 - bits;
  return kind === "int" ? (value) => (value << shift) >> shift : (value) => (value << shift) >>> shift;
}

function* fill(out: NumberData, source: NumberSource, convert: (value: number) => number): Steps<void> {
  yield* inBlocks(out.length, (start, length) => {
    const end = start + length;
    if (typeof source === "function") for (let i = start; i < end; i++) out[i] = convert(source(i));
    else for (let i = start; i < end; i++) out[i] = convert(source[i]);
  });
}

function* copyNumbers(out: NumberData, source: NumberData): Steps<void> {
  yield* inBlocks(out.length, (start, length) => out.set(source.subarray(start, start + length), start));
}

function* castToBig(x: Tensor, to: DType, context: KernelContext): Steps<Tensor> {
  const out = context.bigOutput(to, x.shape);
  const read = yield* bigSource(x, context);
  yield* inBlocks(out.data.length, (start, length) => {
    for (let i = start; i < start + length; i++) out.data[i] = read(i);
  });
  return out.tensor();
}

function* bigSource(x: Tensor, context: KernelContext): Steps<(i: number) => bigint> {
  if (x.dtype === "string") {
    const texts = yield* stringsOf(x, context);
    return (i) => parseInteger(texts[i], context);
  }
  if (isBig(x.dtype)) {
    const values = yield* bigintsOf(x, context);
    return (i) => values[i];
  }
  const values = yield* numbersOf(x, context);
  return (i) => (Number.isFinite(values[i]) ? BigInt(Math.trunc(values[i])) : 0n);
}

/** Bytes that a number's text is taken to need. */
const TEXT_BYTES = 32;
/** Numbers written between two yields. */
const TEXT_CHUNK = 4 * BLOCK;

function* castToText(x: Tensor, context: KernelContext): Steps<Tensor> {
  const out = context.allocate("string", x.shape);
  const texts = out.data as string[];
  context.reserve(texts.length * TEXT_BYTES);
  const values = yield* isBig(x.dtype) ? bigintsOf(x, context) : numbersOf(x, context);
  const dtype = values instanceof Float64Array ? "f64" : x.dtype;
  const write = (start: number, length: number) => {
    for (let i = start; i < start + length; i++) texts[i] = formatNumber(values[i], dtype);
  };
  yield* inBlocks(texts.length, write, TEXT_CHUNK);
  return out;
}
