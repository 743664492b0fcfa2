import { HoduError } from "../errors/hodu-error.ts";
import { dense, denseStrides, type Tensor, type TensorData } from "../tensors/tensor.ts";

/**
 * Plain data (Snapshots, values, types, requests) as JSON and binary parts, so that it can cross to another process or lie in a file.
 * JSON holds everything but what it cannot say, which is tagged:
 * {"$int": "9007199254740993"} a bigint, {"$float": "NaN"} NaN, Infinity, -Infinity or -0, {"$bytes": [kind, i]} part i as an array
 * of that kind (little-endian), {"$none": true} undefined inside a list, {"$object": [[key, value], ...]} an object with a key that begins with "$".
 * A tensor is {kind, dtype, shape, data} with its elements dense.
 */
export interface EncodedData {
  readonly json: unknown;
  readonly parts: readonly Uint8Array[];
}

/** Deepest nesting that is read; nothing of ours comes near it. */
const MAX_DEPTH = 256;

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type BinaryArray = Exclude<TensorData, string[]>;

export function encodeData(value: unknown): EncodedData {
  const parts: Uint8Array[] = [];
  return { json: encode(value, parts), parts };
}

function encode(value: unknown, parts: Uint8Array[]): unknown {
  switch (typeof value) {
    case "bigint":
      return { $int: String(value) };
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $float: Object.is(value, -0) ? "-0" : String(value) };
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return { $none: true };
    case "object":
      return value === null ? null : encodeObject(value, parts);
    default:
      throw new TypeError(`a ${typeof value} is not data`);
  }
}

function encodeObject(value: object, parts: Uint8Array[]): unknown {
  if (Array.isArray(value)) return value.map((item) => encode(item, parts));
  if (ArrayBuffer.isView(value)) return encodeArray(value as BinaryArray, parts);
  if (isTensor(value)) {
    const { kind, dtype, shape, data } = dense(value);
    return { kind, dtype, shape, data: encode(data, parts) };
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const encoded = entries.map(([key, item]) => [key, encode(item, parts)] as const);
  if (entries.some(([key]) => key.startsWith("$") || key === "__proto__")) return { $object: encoded };
  return Object.fromEntries(encoded);
}

function encodeArray(value: BinaryArray, parts: Uint8Array[]): unknown {
  const kind = Object.entries(ARRAYS).find(([, ArrayClass]) => value instanceof ArrayClass)?.[0];
  if (kind === undefined) throw new TypeError(`a ${value.constructor.name} is not data`);
  parts.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return { $bytes: [kind, parts.length - 1] };
}

function isTensor(value: object): value is Tensor {
  return "kind" in value && value.kind === "tensor" && "strides" in value && "data" in value;
}

/** The inverse of encodeData. Arrays are views of the parts where alignment allows. Throws PLUGIN_PROTOCOL on what encodeData does not write. */
export function decodeData(encoded: EncodedData): unknown {
  return decode(encoded.json, encoded.parts, 0);
}

function decode(json: unknown, parts: readonly Uint8Array[], depth: number): unknown {
  if (depth > MAX_DEPTH) throw malformed(`values nested deeper than ${MAX_DEPTH}`);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => decode(item, parts, depth + 1));
  const entries = Object.entries(json);
  if (entries.length === 1 && entries[0][0].startsWith("$"))
    return decodeTagged(entries[0][0], entries[0][1], parts, depth);
  const object = fromEntries(entries.map(([key, item]) => [key, decode(item, parts, depth + 1)] as const));
  return object.kind === "tensor" && "data" in object && !("strides" in object) ? withStrides(object) : object;
}

/** An object with own keys only: `__proto__` is a key like any other. */
function fromEntries(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

function withStrides(object: Record<string, unknown>): unknown {
  if (!Array.isArray(object.shape)) throw malformed("a tensor without a shape");
  return { ...object, strides: denseStrides(object.shape as number[]), offset: 0 };
}

function decodeTagged(tag: string, body: unknown, parts: readonly Uint8Array[], depth: number): unknown {
  switch (tag) {
    case "$int":
      if (typeof body !== "string" || !/^-?\d{1,40}$/.test(body)) throw malformed("a bad $int");
      return BigInt(body);
    case "$float":
      return Number(body);
    case "$none":
      return undefined;
    case "$bytes":
      return decodeArray(body, parts);
    case "$object":
      if (!Array.isArray(body)) throw malformed("a bad $object");
      return fromEntries(body.map(([key, item]: [string, unknown]) => [key, decode(item, parts, depth + 1)] as const));
    default:
      throw malformed(`the unknown tag ${tag}`);
  }
}

function decodeArray(body: unknown, parts: readonly Uint8Array[]): BinaryArray {
  const [kind, index] = Array.isArray(body) ? body : [];
  const part = parts[index as number];
  if (!Object.hasOwn(ARRAYS, kind) || part === undefined) throw malformed("a $bytes without its part");
  const ArrayClass = ARRAYS[kind as keyof typeof ARRAYS] as typeof Uint8Array;
  const width = ArrayClass.BYTES_PER_ELEMENT;
  if (part.byteLength % width !== 0) throw malformed(`${part.byteLength} bytes of ${kind}`);
  const aligned = part.byteOffset % width === 0 ? part : part.slice();
  return new ArrayClass(aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
}

function malformed(what: string): HoduError {
  return new HoduError("PLUGIN_PROTOCOL", `Cannot decode data: found ${what}`);
}
