import {
  type MapValue,
  type NamedValue,
  onnxCodeOfDtype,
  type OptionalValue,
  type SequenceValue,
  type Value,
  wholeText,
} from "hodu-plugin-sdk";
import { MapProtoSchema, OptionalProtoSchema, SequenceProtoSchema } from "../generated/onnx_pb.ts";
import { encodeTensor } from "./encode-tensor.ts";
import { type Message, merged, message, messageField } from "./message.ts";

/** elem_type and the field of a value of each kind, the same in SequenceProto and OptionalProto. */
const ITEMS: Readonly<Record<Value["kind"], { readonly elemType: number; readonly field: number }>> = {
  tensor: { elemType: 1, field: 3 },
  sequence: { elemType: 3, field: 5 },
  map: { elemType: 4, field: 6 },
  optional: { elemType: 5, field: 7 },
};

const MAP_VALUES = 5;

/** The TensorProto, SequenceProto, MapProto or OptionalProto of a value. */
export function encodeValue({ name, value }: NamedValue): Message {
  switch (value.kind) {
    case "tensor":
      return encodeTensor(name, value);
    case "sequence":
      return encodeSequence(name, value);
    case "map":
      return encodeMap(name, value);
    case "optional":
      return encodeOptional(name, value);
    default:
      return value satisfies never;
  }
}

function encodeSequence(name: string, { element, items }: SequenceValue): Message {
  const { elemType, field } = ITEMS[element.kind];
  const encoded = items.map((value) => messageField(field, encodeValue({ name: "", value })));
  return merged([message(SequenceProtoSchema, { name, elemType }), ...encoded]);
}

function encodeOptional(name: string, { value }: OptionalValue): Message {
  if (value === undefined) return message(OptionalProtoSchema, { name });
  const { elemType, field } = ITEMS[value.kind];
  const head = message(OptionalProtoSchema, { name, elemType });
  return merged([head, messageField(field, encodeValue({ name: "", value }))]);
}

const utf8 = new TextEncoder();

function encodeMap(name: string, { key, element, keys, values }: MapValue): Message {
  const head = { name, keyType: onnxCodeOfDtype(key) };
  const named =
    key === "string"
      ? { ...head, stringKeys: keys.map((text) => utf8.encode(wholeText(String(text)))) }
      : { ...head, keys: keys.map((number) => BigInt.asIntN(64, BigInt(number))) };
  const items = encodeSequence("", { kind: "sequence", element, items: values });
  return merged([message(MapProtoSchema, named), messageField(MAP_VALUES, items)]);
}
