import { type DType, DTYPES, integerRange, isBig } from "../dtypes/dtypes.ts";
import { decodeTable, encodeFloat, FLOAT_LAYOUTS } from "../dtypes/float-codec.ts";
import { quote } from "../errors/quote.ts";
import { encodeNumbers } from "../tensors/elements.ts";
import { newStorage, type TensorData } from "../tensors/tensor.ts";
import { wholeText } from "../tensors/whole-text.ts";
import type { Json } from "./json-reader.ts";

/** Reports what is wrong with element i. */
export type FailAt = (i: number, message: string) => never;

/** The floats that JSON has no number for, as strings. */
const SPECIAL_FLOATS: ReadonlyMap<Json, number> = new Map([
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["inf", Number.POSITIVE_INFINITY],
  ["+Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);

/** Storage of a dtype for elements as JSON has them; each must fit the dtype. Complex: real and imaginary part in turn. */
export function storageOfJson(dtype: DType, elements: readonly Json[], fail: FailAt): TensorData {
  const { kind } = DTYPES[dtype];
  switch (kind) {
    case "string":
      return elements.map((element, i) =>
        typeof element === "string" ? element : fail(i, `found ${showJson(element)}, expected a string`),
      );
    case "bool":
      return Uint8Array.from(elements, (element, i) => {
        if (typeof element === "boolean") return element ? 1 : 0;
        return element === 0 || element === 1 ? element : fail(i, `found ${showJson(element)}, expected true or false`);
      });
    case "int":
    case "uint":
      return integers(dtype, elements, fail);
    case "float":
      return floats(dtype, elements, fail);
    case "complex": {
      const parts = elements.map((element, i) => floatOf(dtype, element, i, fail));
      return dtype === "c64" ? Float32Array.from(parts) : Float64Array.from(parts);
    }
  }
}

function integers(dtype: DType, elements: readonly Json[], fail: FailAt): TensorData {
  const { min, max } = integerRange(dtype);
  const read = (element: Json, i: number): number | bigint => {
    if (typeof element === "number" && Number.isSafeInteger(element)) {
      if (element < min || element > max) fail(i, `${element} does not fit ${dtype} (${min} to ${max})`);
      return element;
    }
    if (typeof element === "bigint") {
      if (element < min || element > max) fail(i, `${element} does not fit ${dtype} (${min} to ${max})`);
      return element;
    }
    return fail(i, `found ${showJson(element)}, expected a whole number that is written without loss`);
  };
  if (!isBig(dtype))
    return encodeNumbers(
      dtype,
      Float64Array.from(elements, (element, i) => Number(read(element, i))),
    );
  const values = elements.map((element, i) => BigInt(read(element, i)));
  return dtype === "i64" ? BigInt64Array.from(values) : BigUint64Array.from(values);
}

function floats(dtype: DType, elements: readonly Json[], fail: FailAt): TensorData {
  const values = Float64Array.from(elements, (element, i) => floatOf(dtype, element, i, fail));
  const special = specialsOf(dtype);
  const largest = largestOf(dtype);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) {
      if (!special.nan) fail(i, `${dtype} has no NaN`);
    } else if (!Number.isFinite(value)) {
      if (!special.infinity) fail(i, `${dtype} has no infinity`);
    } else if (Math.abs(value) > largest) fail(i, `${value} does not fit ${dtype} (at most ${largest})`);
  });
  // Out of range was refused above: "special" keeps the infinities of the types that have them.
  const layout = FLOAT_LAYOUTS[dtype];
  if (layout !== undefined) {
    const small = newStorage(dtype, values.length) as Uint8Array | Uint16Array;
    return values.reduce((out, value, i) => {
      out[i] = encodeFloat(value, layout, "special");
      return out;
    }, small);
  }
  return encodeNumbers(dtype, values);
}

function floatOf(dtype: DType, element: Json, i: number, fail: FailAt): number {
  if (typeof element === "number") return element;
  if (typeof element === "bigint") return Number(element);
  const value = SPECIAL_FLOATS.get(element);
  if (value !== undefined) return value;
  return fail(
    i,
    `found ${showJson(element)}, expected a number for ${dtype} ("NaN", "Infinity" and "-Infinity" in quotes)`,
  );
}

/** The largest finite value of a float dtype: f32 takes what rounds to it. */
function largestOf(dtype: DType): number {
  if (dtype === "f64") return Number.MAX_VALUE;
  // Half a unit in the last place above the largest f32 rounds to infinity.
  if (dtype === "f32") return 2 ** 128 * (1 - 2 ** -25) * (1 - 2 ** -52);
  return decodeTable(dtype).reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
}

function specialsOf(dtype: DType): { readonly nan: boolean; readonly infinity: boolean } {
  if (dtype === "f64" || dtype === "f32") return { nan: true, infinity: true };
  const table = decodeTable(dtype);
  return { nan: table.some(Number.isNaN), infinity: table.includes(Number.POSITIVE_INFINITY) };
}

/** A value in a message. */
export function showJson(element: Json): string {
  if (element === null) return "null";
  if (typeof element === "object") return "an object";
  if (typeof element === "string") return quote(element.length > 60 ? `${element.slice(0, 60)}...` : element);
  const text = String(element);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Elements that are made into text at once. */
const PIECE_ELEMENTS = 8192;

/** Elements of a tensor's dense storage as JSON, in pieces that follow each other. */
export function* jsonOfStorage(dtype: DType, data: TensorData): Generator<string> {
  const format = formatterOf(dtype, data);
  for (let start = 0; start < data.length; start += PIECE_ELEMENTS) {
    const parts: string[] = [];
    const end = Math.min(start + PIECE_ELEMENTS, data.length);
    for (let i = start; i < end; i++) parts.push(format(i));
    yield start === 0 ? parts.join(",") : `,${parts.join(",")}`;
  }
}

/** How element i is written. */
function formatterOf(dtype: DType, data: TensorData): (i: number) => string {
  if (Array.isArray(data)) return (i) => JSON.stringify(wholeText(data[i]));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return (i) => String(data[i]);
  const { kind } = DTYPES[dtype];
  if (kind === "bool") return (i) => (data[i] === 0 ? "false" : "true");
  if (kind === "int" || kind === "uint") return (i) => String(data[i]);
  const isSingle = data instanceof Float32Array;
  const decode = isSingle || data instanceof Float64Array ? undefined : decodeTable(dtype);
  return (i) => formatFloat(decode === undefined ? data[i] : decode[data[i]], isSingle);
}

/** The shortest decimal that reads back as the same double, or the same single. */
function formatFloat(value: number, single: boolean): string {
  if (Number.isNaN(value)) return '"NaN"';
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
  if (Object.is(value, -0)) return "-0.0";
  if (!single || Number.isInteger(value)) return String(value);
  return shortestSingle(value);
}

/** The shortest decimal of a single: at most 9 digits are needed. */
function shortestSingle(value: number): string {
  const fewest = Math.abs(value) < 2 ** -126 ? 1 : 6;
  for (let digits = fewest; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
