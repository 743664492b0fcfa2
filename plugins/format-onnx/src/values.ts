import {
  dense,
  type DType,
  type HoduError,
  integerRange,
  isBig,
  isInteger,
  type MapValue,
  type OptionalValue,
  reshaped,
  type SequenceValue,
  sliced,
  type Tensor,
  type TensorType,
  tensorFromBytes,
  tensorType,
  typeOfValue,
  type Value,
  type ValueType,
} from "hodu-plugin-sdk";
import type { MapProto, OptionalProto, SequenceProto, SparseTensorProto, TensorProto } from "./generated/onnx_pb.ts";
import { densify } from "./sparse.ts";
import { below, readDtype, readTensorBytes, type TensorPlace } from "./tensor-bytes.ts";
import { textOf } from "./text.ts";

/** The fields of SequenceProto and OptionalProto by elem_type. */
const ITEM_FIELDS = [
  undefined,
  { name: "tensor", list: "tensorValues", single: "tensorValue" },
  { name: "sparse_tensor", list: "sparseTensorValues", single: "sparseTensorValue" },
  { name: "sequence", list: "sequenceValues", single: "sequenceValue" },
  { name: "map", list: "mapValues", single: "mapValue" },
  { name: "optional", list: "optionalValues", single: "optionalValue" },
] as const;

/** What an empty sequence or optional holds, when only the model knows. */
const UNKNOWN_ELEMENT: ValueType = tensorType("f32");

/** True when elem_type is one of the standard's and only the list that it names is filled. */
export function isSequence(proto: SequenceProto): boolean {
  return (
    proto.elemType >= 0 &&
    proto.elemType < ITEM_FIELDS.length &&
    ITEM_FIELDS.every((field, code) => field === undefined || code === proto.elemType || proto[field.list].length === 0)
  );
}

/** A tensor of its own: it outlives the file. */
export function readTensor(proto: TensorProto, place: TensorPlace): Tensor {
  const { dtype, shape, data } = readTensorBytes(proto, place);
  if (data.kind === "external") {
    throw place.file.unsupported({
      what: place.what,
      found: "values in an external file",
      expected: "them in the file itself",
      field: place.field,
    });
  }
  return tensorFromBytes(dtype, shape, data.kind === "view" ? new Uint8Array(data.bytes) : data.bytes);
}

export function readSparseTensor(proto: SparseTensorProto, place: TensorPlace): Tensor {
  const { dtype, shape, bytes } = densify(proto, place);
  return tensorFromBytes(dtype, shape, bytes);
}

/** Items of one type. An empty sequence without elem_type is an empty optional. */
export function readSequence(proto: SequenceProto, place: TensorPlace): SequenceValue | OptionalValue {
  if (!isSequence(proto)) {
    throw bad(place, `items that elem_type ${proto.elemType} does not name`, "items of one kind", "elem_type");
  }
  const field = ITEM_FIELDS[proto.elemType];
  if (field === undefined) return { kind: "optional", element: UNKNOWN_ELEMENT };
  const at = (i: number): TensorPlace => below(place, `${field.name}_values[${i}]`);
  const items = itemsOf(proto, field.list, at);
  if (items.length === 0) {
    const element: ValueType =
      field.name === "sequence" ? { kind: "sequence", element: UNKNOWN_ELEMENT } : UNKNOWN_ELEMENT;
    return { kind: "sequence", element, items };
  }
  const element = elementType(items[0]);
  const other = items.findIndex((item) => !sameElement(elementType(item), element));
  if (other >= 0) throw bad(at(other), "an item of another type than the first", "items of one type");
  return { kind: "sequence", element, items };
}

function itemsOf(
  proto: SequenceProto,
  list: NonNullable<(typeof ITEM_FIELDS)[number]>["list"],
  at: (i: number) => TensorPlace,
): Value[] {
  switch (list) {
    case "tensorValues":
      return proto.tensorValues.map((item, i) => readTensor(item, at(i)));
    case "sparseTensorValues":
      return proto.sparseTensorValues.map((item, i) => readSparseTensor(item, at(i)));
    case "sequenceValues":
      return proto.sequenceValues.map((item, i) => readSequence(item, at(i)));
    case "mapValues":
      return proto.mapValues.map((item, i) => readMap(item, at(i)));
    case "optionalValues":
      return proto.optionalValues.map((item, i) => readOptional(item, at(i)));
    default:
      return list satisfies never;
  }
}

function readOptional(proto: OptionalProto, place: TensorPlace): OptionalValue {
  const value = optionalContent(proto, place);
  if (value === undefined) return { kind: "optional", element: UNKNOWN_ELEMENT };
  return { kind: "optional", element: elementType(value), value };
}

function optionalContent(proto: OptionalProto, place: TensorPlace): Value | undefined {
  const filled = ITEM_FIELDS.filter((field) => field !== undefined && proto[field.single] !== undefined);
  if (filled.length > 1) throw bad(place, `${filled.length} values`, "at most one");
  if (proto.tensorValue !== undefined) return readTensor(proto.tensorValue, below(place, "tensor_value"));
  if (proto.sparseTensorValue !== undefined) {
    return readSparseTensor(proto.sparseTensorValue, below(place, "sparse_tensor_value"));
  }
  if (proto.sequenceValue !== undefined) return readSequence(proto.sequenceValue, below(place, "sequence_value"));
  if (proto.mapValue !== undefined) return readMap(proto.mapValue, below(place, "map_value"));
  if (proto.optionalValue !== undefined) return readOptional(proto.optionalValue, below(place, "optional_value"));
  return undefined;
}

/** Keys are integers or strings, as many as values, none twice. */
export function readMap(proto: MapProto, place: TensorPlace): MapValue {
  const key = readDtype(proto.keyType, place);
  if (!isInteger(key) && key !== "string") throw bad(place, `keys of ${key}`, "integers or strings", "key_type");
  const keys = readKeys(proto, key, place);
  const values = proto.values === undefined ? undefined : readSequence(proto.values, below(place, "values"));
  const items = spread(values?.kind === "sequence" ? values.items : [], keys.length);
  if (items.length !== keys.length) throw bad(place, `${keys.length} keys and ${items.length} values`, "as many");
  if (new Set(keys).size !== keys.length) throw bad(place, "a key that is there twice", "each key once");
  return { kind: "map", key, element: values?.element ?? UNKNOWN_ELEMENT, keys, values: items };
}

/** Writers give the values of a map of scalars as one tensor that holds them all. */
function spread(items: readonly Value[], count: number): readonly Value[] {
  const [only] = items;
  if (items.length !== 1 || count === 1 || only.kind !== "tensor") return items;
  const { shape } = only;
  if (shape.length !== 1 || shape[0] !== count) return items;
  return Array.from({ length: count }, (_, i) => reshaped(dense(sliced(only, 0, i, 1)), []));
}

function readKeys(proto: MapProto, key: DType, place: TensorPlace): (number | bigint | string)[] {
  const [used, other] = key === "string" ? [proto.stringKeys, proto.keys] : [proto.keys, proto.stringKeys];
  if (other.length > 0) throw bad(place, `keys that are not ${key}`, `${used.length} keys of ${key} only`);
  if (key === "string") return proto.stringKeys.map((bytes, i) => decodeUtf8(bytes, below(place, `string_keys[${i}]`)));
  const { min, max } = integerRange(key);
  return proto.keys.map((stored, i) => {
    const value = key === "u64" ? BigInt.asUintN(64, stored) : stored;
    if (value < min || value > max) throw bad(below(place, `keys[${i}]`), `key ${value}`, `a key of ${key}`);
    return isBig(key) ? value : Number(value);
  });
}

function decodeUtf8(bytes: Uint8Array, place: TensorPlace): string {
  const text = textOf(bytes);
  if (text === undefined) throw bad(place, "bytes that are not UTF-8", "UTF-8");
  return text;
}

/** The type of a value as the type of an element: shapes of elements differ. */
function elementType(value: Value): ValueType {
  return value.kind === "tensor" ? tensorType(value.dtype) : typeOfValue(value);
}

/** True for types that may stand in one sequence; what is empty goes with anything of its kind. */
function sameElement(a: ValueType, b: ValueType): boolean {
  return a.kind === b.kind && (a.kind !== "tensor" || a.dtype === (b as TensorType).dtype);
}

function bad(place: TensorPlace, found: string, expected: string, subfield?: string): HoduError {
  const { field } = subfield === undefined ? place : below(place, subfield);
  return place.file.bad({ what: place.what, found, expected, field });
}
