import { type DType, DTYPES, isBig, isDtype, isWidened } from "../dtypes/dtypes.ts";
import { isPacked } from "../dtypes/packing.ts";
import { HoduError } from "../errors/hodu-error.ts";
import type { Dim, DimExpression } from "../snapshot/dims.ts";
import { bytesOfTensor, tensorFromBytes } from "../tensors/bytes.ts";
import { denseData, elementCount, isWide, type Tensor, tensorOf } from "../tensors/tensor.ts";
import type {
  MapType,
  MapValue,
  NamedValue,
  OptionalType,
  OptionalValue,
  SequenceType,
  SequenceValue,
  TensorType,
  Value,
  ValueType,
} from "../tensors/values.ts";
import {
  bigint,
  type Codec,
  integer,
  lazy,
  list,
  natural,
  oneOf,
  optional,
  pair,
  type PartReader,
  record,
  text,
  union,
} from "./codec.ts";
import type { WireDim, WireNamedValue, WireTensor, WireValue, WireValueType } from "./types.ts";

type Of<W, K extends string> = Extract<W, { readonly kind: K }>;

export const dtype: Codec<DType, DType> = {
  encode: (value) => value,
  decode: (wire, from) => (typeof wire === "string" && isDtype(wire) ? wire : from.fail(wire, "a dtype")),
};

export const tensor: Codec<Tensor, WireTensor> = {
  encode(value, out) {
    const head = { kind: "tensor", dtype: value.dtype, shape: value.shape } as const;
    if (!isWide(value)) return { ...head, data: out.add(bytesOfTensor(value)) };
    const data = denseData(value) as Float64Array;
    return { ...head, wide: true, data: out.add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
  },
  decode(wire, from) {
    const head = tensorHead.decode(wire, from);
    const bytes = from.part((wire as { readonly data?: unknown }).data);
    checkBits(head, bytes, from);
    try {
      return (wire as { readonly wide?: unknown }).wide === true
        ? wideTensor(head.dtype, head.shape, bytes, from)
        : tensorFromBytes(head.dtype, head.shape, bytes);
    } catch (error) {
      if (error instanceof HoduError && error.code === "BAD_TENSOR_FILE") {
        return from.fail(wire, `a tensor ${head.dtype}[${head.shape.join(", ")}]`, error);
      }
      throw error;
    }
  },
};

interface TensorHead {
  readonly kind: "tensor";
  readonly dtype: DType;
  readonly shape: readonly number[];
}

const sizes = list(natural);

/** The shape of a tensor that is there: fewer than 2^53 elements. */
const tensorShape: Codec<readonly number[], readonly number[]> = {
  encode: (value, out) => sizes.encode(value, out),
  decode(wire, from) {
    const shape = sizes.decode(wire, from);
    try {
      elementCount(shape);
    } catch (cause) {
      return from.fail(shape.join(" x "), "at most 2^53 elements", cause);
    }
    return shape;
  },
};

const tensorHead = record<TensorHead, TensorHead>({ kind: oneOf("tensor"), dtype, shape: tensorShape });

/** Refuses bools that are neither 0 nor 1, and bits after the last packed element: one tensor has one form. */
function checkBits({ dtype: name, shape }: TensorHead, bytes: Uint8Array, from: PartReader): void {
  if (name === "bool") {
    const found = bytes.find((byte) => byte > 1);
    if (found !== undefined) from.fail(found, "bools of 0 or 1");
  }
  const used = isPacked(name) ? (elementCount(shape) * DTYPES[name].bits) % 8 : 0;
  if (used > 0 && (bytes.at(-1) ?? 0) >> used !== 0) from.fail(bytes.at(-1), "zeros after the last element");
}

function wideTensor(name: DType, shape: readonly number[], bytes: Uint8Array, from: PartReader): Tensor {
  if (!isWidened(name)) from.fail(name, "f16, bf16 or f32 for a wide tensor");
  if (bytes.length !== elementCount(shape) * 8) from.fail(bytes.length, `${elementCount(shape) * 8} bytes`);
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  return tensorOf(name, shape, new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8));
}

const dimExpression = record<DimExpression, Exclude<WireDim, number>>({
  constant: integer,
  terms: list(pair(text, integer)),
});

const dim: Codec<Dim, WireDim> = {
  encode: (value, out) => (typeof value === "number" ? value : dimExpression.encode(value, out)),
  decode: (wire, from) => (typeof wire === "number" ? natural.decode(wire, from) : dimExpression.decode(wire, from)),
};

export const valueType: Codec<ValueType, WireValueType> = lazy(() => valueTypes);

const valueTypes = union<ValueType, WireValueType>({
  tensor: record<TensorType, Of<WireValueType, "tensor">>({
    kind: oneOf("tensor"),
    dtype,
    shape: optional(list(dim)),
  }),
  sequence: record<SequenceType, Of<WireValueType, "sequence">>({ kind: oneOf("sequence"), element: valueType }),
  optional: record<OptionalType, Of<WireValueType, "optional">>({ kind: oneOf("optional"), element: valueType }),
  map: record<MapType, Of<WireValueType, "map">>({ kind: oneOf("map"), key: dtype, element: valueType }),
});

export const value: Codec<Value, WireValue> = lazy(() => values);

type WireMap = Of<WireValue, "map">;

const rawMap = record<Omit<MapValue, "keys">, Omit<WireMap, "keys">>({
  kind: oneOf("map"),
  key: dtype,
  element: valueType,
  values: list(value),
});

const map: Codec<MapValue, WireMap> = {
  encode: (item, out) => ({
    ...rawMap.encode(item, out),
    keys: item.keys.map((key) => (typeof key === "bigint" ? key.toString() : key)),
  }),
  decode(wire, from) {
    const item = rawMap.decode(wire, from);
    const key: Codec<number | bigint | string> = isBig(item.key) ? bigint : item.key === "string" ? text : integer;
    const keys = from.inside("keys", () => list(key).decode((wire as { readonly keys?: unknown }).keys, from));
    if (keys.length !== item.values.length) from.fail(keys.length, `${item.values.length} keys`);
    return { kind: "map", key: item.key, element: item.element, keys, values: item.values };
  },
};

const values = union<Value, WireValue>({
  tensor,
  sequence: record<SequenceValue, Of<WireValue, "sequence">>({
    kind: oneOf("sequence"),
    element: valueType,
    items: list(value),
  }),
  optional: record<OptionalValue, Of<WireValue, "optional">>({
    kind: oneOf("optional"),
    element: valueType,
    value: optional(value),
  }),
  map,
});

export const namedValue = record<NamedValue, WireNamedValue>({ name: text, value });
