import { bytesToHex } from "@noble/hashes/utils.js";
import { isBig } from "../dtypes/dtypes.ts";
import { writeDim } from "../snapshot/dims.ts";
import {
  type Attribute,
  type Graph,
  type Node,
  type Snapshot,
  SNAPSHOT_OPSET,
  type Weight,
  type WeightStore,
} from "../snapshot/types.ts";
import { bytesOfTensor } from "../tensors/bytes.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";

/** Tensors of at most this many elements are printed as values, larger ones as hex. */
const LISTED_ELEMENTS = 64;

/** What of a Snapshot is printed. */
export interface PrintOptions {
  /** Leave out the bytes of tensors with more than 64 elements and of weight stores: for people; cannot be parsed. */
  readonly elide?: boolean;
}

/** The textual form of a Snapshot. `parseSnapshot` reads it back to the same Snapshot, bit by bit. */
export function printSnapshot(snapshot: Snapshot, options: PrintOptions = {}): string {
  const lines = ["hodu 1", `opset ${SNAPSHOT_OPSET}`];
  if (snapshot.producer !== "") lines.push(`producer ${text(snapshot.producer)}`);
  for (const [key, value] of snapshot.metadata) lines.push(`metadata ${text(key)} ${text(value)}`);
  for (const store of snapshot.stores) lines.push(printStore(store, options));
  lines.push(...printGraph(snapshot.graph, options));
  return `${lines.join("\n")}\n`;
}

/** A name or other text, as JSON writes it. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** A name bare when it is an identifier, else as JSON writes it. */
function word(value: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) ? value : text(value);
}

function printStore(store: WeightStore, options: PrintOptions): string {
  if (store.kind === "file") return `store file ${text(store.location)}`;
  return options.elide ? `store bytes <${store.bytes.length}>` : `store bytes ${text(bytesToHex(store.bytes))}`;
}

function printGraph(graph: Graph, options: PrintOptions): string[] {
  return [
    `graph ${text(graph.name)} {`,
    ...indent([
      ...graph.inputs.map(({ name, type, default: initial }) => {
        return `input ${text(name)}: ${printType(type)}${initial === undefined ? "" : ` = ${text(initial)}`}`;
      }),
      ...graph.weights.map(printWeight),
      ...graph.values.map(({ name, type }) => `value ${text(name)}: ${printType(type)}`),
      ...graph.nodes.flatMap((node) => printNode(node, options)),
      ...graph.outputs.map(({ name, type }) => `output ${text(name)}: ${printType(type)}`),
    ]),
    "}",
  ];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function printWeight({ name, dtype, shape, store, offset, length, digest }: Weight): string {
  const place = `in ${store} at ${offset} length ${length}`;
  return `weight ${text(name)}: ${dtype}[${shape.join(", ")}] ${place}${digest === undefined ? "" : ` sha256 ${text(digest)}`}`;
}

function printNode(node: Node, options: PrintOptions): string[] {
  const names = (list: readonly string[]): string => list.map(text).join(", ");
  const operator = node.domain === "" ? word(node.op) : `${word(node.op)} of ${text(node.domain)}`;
  const head = `node ${text(node.name)} = ${operator}(${names(node.inputs)}) -> (${names(node.outputs)}) from [${names(node.origin)}]`;
  if (node.attributes.length === 0) return [head];
  return [
    `${head} {`,
    ...indent(node.attributes.flatMap(({ name, value }) => printAttribute(name, value, options))),
    "}",
  ];
}

function printAttribute(name: string, attribute: Attribute, options: PrintOptions): string[] {
  const head = `${word(name)}: ${attribute.kind}`;
  switch (attribute.kind) {
    case "float":
      return [`${head} ${printNumber(attribute.value)}`];
    case "int":
      return [`${head} ${attribute.value}`];
    case "string":
      return [`${head} ${text(attribute.value)}`];
    case "tensor":
      return [`${head} ${printTensor(attribute.value, options)}`];
    case "type":
      return [`${head} ${printType(attribute.value)}`];
    case "floats":
      return [`${head} [${attribute.value.map(printNumber).join(", ")}]`];
    case "ints":
      return [`${head} [${attribute.value.join(", ")}]`];
    case "strings":
      return [`${head} [${attribute.value.map(text).join(", ")}]`];
    case "tensors":
      return [`${head} [${attribute.value.map((tensor) => printTensor(tensor, options)).join(", ")}]`];
    case "graph": {
      const [first, ...rest] = printGraph(attribute.value, options);
      return [`${head} ${first.replace(/^graph /, "")}`, ...rest];
    }
  }
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function printTensor(tensor: Tensor, options: PrintOptions): string {
  const head = `${tensor.dtype}[${tensor.shape.join(", ")}]`;
  const count = elementCount(tensor.shape);
  if (count <= LISTED_ELEMENTS) {
    const listed = listElements(tensor);
    if (listed !== undefined) return `${head} {${listed.join(", ")}}`;
  }
  return options.elide ? `${head} <${count}>` : `${head} hex ${text(bytesToHex(bytesOfTensor(tensor)))}`;
}

/** Elements as text; undefined for those that text does not keep bit by bit (NaN has many patterns; complex). */
function listElements(tensor: Tensor): string[] | undefined {
  if (tensor.dtype === "string") return strings(tensor).map(text);
  if (isBig(tensor.dtype)) return Array.from(bigints(tensor), String);
  if (tensor.dtype === "c64" || tensor.dtype === "c128") return undefined;
  const values = Array.from(numbers(tensor));
  return values.some(Number.isNaN) ? undefined : values.map(printNumber);
}

function printType(type: ValueType | undefined): string {
  if (type === undefined) return "?";
  switch (type.kind) {
    case "tensor":
      return type.shape === undefined
        ? `${type.dtype}[...]`
        : `${type.dtype}[${type.shape.map((dim) => writeDim(dim, word)).join(", ")}]`;
    case "sequence":
      return `seq(${printType(type.element)})`;
    case "optional":
      return `optional(${printType(type.element)})`;
    case "map":
      return `map(${type.key}, ${printType(type.element)})`;
  }
}
