import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Dim, type GraphOutput, onnxCodeOfDtype, type ValueType, writeDim } from "hodu-plugin-sdk";
import type { TypeProtoSchema } from "../generated/onnx_pb.ts";
import { ValueInfoProtoSchema } from "../generated/onnx_pb.ts";
import { type Message, message } from "./message.ts";

type TypeInit = MessageInitShape<typeof TypeProtoSchema>;

/** The ValueInfoProto of a value; expressions over symbols are written as text, which a reader takes for a name. */
export function encodeValueInfo({ name, type }: GraphOutput): Message {
  if (type === undefined) return message(ValueInfoProtoSchema, { name });
  return message(ValueInfoProtoSchema, { name, type: typeInit(type) }, 1 + typeDepth(type));
}

/** The plain form of a TypeProto. */
export function typeInit(type: ValueType): TypeInit {
  switch (type.kind) {
    case "tensor": {
      const shape = type.shape && { dim: type.shape.map(dimInit) };
      return { value: { case: "tensorType", value: { elemType: onnxCodeOfDtype(type.dtype), shape } } };
    }
    case "sequence":
      return { value: { case: "sequenceType", value: { elemType: typeInit(type.element) } } };
    case "optional":
      return { value: { case: "optionalType", value: { elemType: typeInit(type.element) } } };
    case "map": {
      const value = { keyType: onnxCodeOfDtype(type.key), valueType: typeInit(type.element) };
      return { value: { case: "mapType", value } };
    }
    default:
      return type satisfies never;
  }
}

/** Messages inside the TypeProto of a type, itself included. */
export function typeDepth(type: ValueType): number {
  let depth = 2;
  for (let inner = type; inner.kind !== "tensor"; inner = inner.element) depth += 2;
  return depth + 2;
}

/** Symbols that inference made: they say nothing to a reader. */
const MADE_SYMBOL = /^\?[0-9]+$/;

function dimInit(dim: Dim) {
  if (typeof dim === "number") return { value: { case: "dimValue" as const, value: BigInt(dim) } };
  if (dim.terms.some(([symbol]) => MADE_SYMBOL.test(symbol))) return {};
  return { value: { case: "dimParam" as const, value: writeDim(dim, (symbol) => symbol) } };
}
