import { type Attribute, type NamedAttribute, quote, type Tensor, tensorFromBytes } from "hodu-plugin-sdk";
import type { AttributeProto, GraphProto, SparseTensorProto, TensorProto } from "./generated/onnx_pb.ts";
import type { Graph } from "hodu-plugin-sdk";
import { densify } from "./sparse.ts";
import { readTensorBytes, type TensorPlace } from "./tensor-bytes.ts";
import { textOf } from "./text.ts";
import { readType, type TypePlace } from "./value-types.ts";

/** AttributeProto.AttributeType, by number. */
const TYPES = [
  undefined,
  "f",
  "i",
  "s",
  "t",
  "g",
  "floats",
  "ints",
  "strings",
  "tensors",
  "graphs",
  "sparseTensor",
  "sparseTensors",
  "tp",
  "typeProtos",
] as const;
type ValueField = NonNullable<(typeof TYPES)[number]>;
const VALUE_FIELDS = TYPES.filter((field) => field !== undefined);

export interface AttributePlace extends TypePlace {
  readonly node: string;
  readGraph(graph: GraphProto, field: string): Graph;
}

/** Reads an AttributeProto. Values stand in the field that its type names and in no other. */
export function readAttribute(proto: AttributeProto, place: AttributePlace): NamedAttribute {
  const { name } = proto;
  const bad = (found: string, expected: string) =>
    place.file.bad({ what: place.what, found, expected, field: place.field, node: place.node });
  if (name === "") throw bad("an attribute without a name", "a name");
  if (proto.refAttrName !== "") {
    throw bad(`a reference to attribute ${quote(proto.refAttrName)}`, "references only inside of functions");
  }
  const filled = VALUE_FIELDS.filter((field) => isFilled(proto, field));
  // IR version 1 had no types.
  const field = proto.type === 0 ? filled[0] : TYPES[proto.type];
  if (field === undefined) {
    throw bad(
      proto.type === 0 ? "an attribute without a value" : `attribute type ${proto.type}`,
      "a type from 1 to 14",
    );
  }
  const other = filled.find((candidate) => candidate !== field);
  if (other !== undefined) throw bad(`a value in "${other}"`, `one in "${field}" only`);
  return { name, value: readValue(proto, field, place) };
}

function isFilled(proto: AttributeProto, field: ValueField): boolean {
  const value = proto[field];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function readValue(proto: AttributeProto, field: ValueField, place: AttributePlace): Attribute {
  const missing = (expected: string) =>
    place.file.bad({ what: place.what, found: "no value", expected, field: place.field, node: place.node });
  switch (field) {
    // Writers of proto3 leave out what is zero or empty.
    case "f":
      return { kind: "float", value: proto.f ?? 0 };
    case "i":
      return { kind: "int", value: proto.i ?? 0n };
    case "s":
      return { kind: "string", value: readText(proto.s ?? new Uint8Array(0), place) };
    case "t":
      if (proto.t === undefined) throw missing("a tensor");
      return { kind: "tensor", value: readTensor(proto.t, `${place.field}.t`, place) };
    case "g":
      if (proto.g === undefined) throw missing("a graph");
      return { kind: "graph", value: place.readGraph(proto.g, `${place.field}.g`) };
    case "tp": {
      const type = readType(proto.tp, place);
      if (type === undefined) throw missing("a type");
      return { kind: "type", value: type };
    }
    case "floats":
      return { kind: "floats", value: proto.floats };
    case "ints":
      return { kind: "ints", value: proto.ints };
    case "strings":
      return { kind: "strings", value: proto.strings.map((string) => readText(string, place)) };
    case "tensors":
      return {
        kind: "tensors",
        value: proto.tensors.map((tensor, i) => readTensor(tensor, `${place.field}.tensors[${i}]`, place)),
      };
    case "sparseTensor":
      if (proto.sparseTensor === undefined) throw missing("a sparse tensor");
      return { kind: "tensor", value: readSparse(proto.sparseTensor, place) };
    case "graphs":
    case "sparseTensors":
    case "typeProtos":
      throw place.file.unsupported({
        what: place.what,
        found: `a list in "${field}"`,
        expected: "a kind of attribute that an operator has",
        field: place.field,
        node: place.node,
      });
    default:
      return field satisfies never;
  }
}

function readText(bytes: Uint8Array, place: AttributePlace): string {
  const text = textOf(bytes);
  if (text !== undefined) return text;
  const found = "a string of bytes that are not UTF-8";
  const { what, field, node } = place;
  throw place.file.bad({ what, found, expected: "UTF-8", field, node });
}

/** A tensor of its own: it outlives the file. */
function readTensor(proto: TensorProto, field: string, place: AttributePlace): Tensor {
  const tensorPlace: TensorPlace = { what: place.what, field, file: place.file };
  const { dtype, shape, data } = readTensorBytes(proto, tensorPlace);
  if (data.kind === "external") {
    throw place.file.unsupported({
      what: place.what,
      found: "a tensor in an external file",
      expected: "it in the file, or as an initializer",
      field,
      node: place.node,
    });
  }
  return tensorFromBytes(dtype, shape, data.kind === "view" ? new Uint8Array(data.bytes) : data.bytes);
}

function readSparse(sparse: SparseTensorProto, place: AttributePlace): Tensor {
  const field = `${place.field}.sparse_tensor`;
  const { dtype, shape, bytes } = densify(sparse, { what: place.what, field, file: place.file });
  return tensorFromBytes(dtype, shape, bytes);
}
