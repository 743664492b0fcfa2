import { type Attribute, type AttributeKind, type Graph, type NamedAttribute, wholeText } from "hodu-plugin-sdk";
import { AttributeProtoSchema } from "../generated/onnx_pb.ts";
import { encodeTensor } from "./encode-tensor.ts";
import { typeDepth, typeInit } from "./encode-type.ts";
import { type Message, merged, message, messageField } from "./message.ts";

const FIELDS = { tensor: 5, graph: 6, tensors: 10 } as const;

/** AttributeProto.AttributeType of each kind. */
const TYPES: Readonly<Record<AttributeKind, number>> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  type: 13,
};

const utf8 = new TextEncoder();

/** The AttributeProto of an attribute; graphs as `encodeGraph` writes them. */
export function encodeAttribute({ name, value }: NamedAttribute, encodeGraph: (graph: Graph) => Message): Message {
  const head = { name, type: TYPES[value.kind] };
  if (value.kind === "graph") return withField(head, FIELDS.graph, [encodeGraph(value.value)]);
  if (value.kind === "tensor") return withField(head, FIELDS.tensor, [encodeTensor("", value.value)]);
  if (value.kind === "tensors") {
    return withField(
      head,
      FIELDS.tensors,
      value.value.map((tensor) => encodeTensor("", tensor)),
    );
  }
  const depth = value.kind === "type" ? 1 + typeDepth(value.value) : 1;
  return message(AttributeProtoSchema, { ...head, ...plainValue(value) }, depth);
}

function withField(head: { name: string; type: number }, field: number, messages: readonly Message[]): Message {
  return merged([message(AttributeProtoSchema, head), ...messages.map((inner) => messageField(field, inner))]);
}

type PlainAttribute = Exclude<Attribute, { readonly kind: "graph" | "tensor" | "tensors" }>;

function plainValue(attribute: PlainAttribute) {
  switch (attribute.kind) {
    case "float":
      return { f: attribute.value };
    case "int":
      return { i: attribute.value };
    case "string":
      return { s: utf8.encode(wholeText(attribute.value)) };
    case "floats":
      return { floats: [...attribute.value] };
    case "ints":
      return { ints: [...attribute.value] };
    case "strings":
      return { strings: attribute.value.map((text) => utf8.encode(wholeText(text))) };
    case "type":
      return { tp: typeInit(attribute.value) };
    default:
      return attribute satisfies never;
  }
}
