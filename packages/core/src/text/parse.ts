import { type DType, isDtype } from "../dtypes/dtypes.ts";
import { addDims, type Dim, scaleDim, symbolDim } from "../snapshot/dims.ts";
import {
  type Attribute,
  type Graph,
  type GraphInput,
  type GraphOutput,
  type NamedAttribute,
  type Node,
  type Snapshot,
  SNAPSHOT_OPSET,
  type Weight,
  type WeightStore,
} from "../snapshot/types.ts";
import { MAX_NESTING } from "../snapshot/limits.ts";
import { verifySnapshot } from "../snapshot/verify.ts";
import { tensorFromBytes } from "../tensors/bytes.ts";
import { tensorFrom } from "../tensors/elements.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";
import { fromHex } from "./hex.ts";
import { Scanner } from "./scanner.ts";

/** Graphs, and types in the innermost of them. */
const MAX_DEPTH = 2 * MAX_NESTING;

/** Reads what printSnapshot wrote (not elided). Throws INVALID_GRAPH with the line, or with what the verifier finds. */
export function parseSnapshot(source: string): Snapshot {
  const parser: Parser = { scanner: new Scanner(source), depth: 0 };
  const { scanner } = parser;
  scanner.expect("hodu");
  scanner.expect("1");
  scanner.expect("opset");
  scanner.expect(String(SNAPSHOT_OPSET));
  const producer = scanner.accept("producer") ? scanner.text() : "";
  const metadata: [string, string][] = [];
  while (scanner.accept("metadata")) metadata.push([scanner.text(), scanner.text()]);
  const stores: WeightStore[] = [];
  while (scanner.accept("store")) stores.push(parseStore(scanner));
  scanner.expect("graph");
  const graph = parseGraph(parser);
  if (scanner.token !== undefined) scanner.fail("the end");
  const snapshot: Snapshot = { graph, stores, metadata, producer };
  verifySnapshot(snapshot);
  return snapshot;
}

interface Parser {
  readonly scanner: Scanner;
  depth: number;
}

function nested<Result>(parser: Parser, read: () => Result): Result {
  if (++parser.depth > MAX_DEPTH) parser.scanner.fail(`at most ${MAX_DEPTH} levels`);
  const result = read();
  parser.depth--;
  return result;
}

function parseStore(scanner: Scanner): WeightStore {
  if (scanner.accept("file")) return { kind: "file", location: scanner.text() };
  scanner.expect("bytes");
  return { kind: "bytes", bytes: parseHex(scanner) };
}

function parseHex(scanner: Scanner): Uint8Array {
  return fromHex(scanner.text()) ?? scanner.fail("hex digits before this");
}

function parseGraph(parser: Parser): Graph {
  const { scanner } = parser;
  const graph = {
    name: scanner.text(),
    inputs: [] as GraphInput[],
    weights: [] as Weight[],
    values: [] as GraphOutput[],
    nodes: [] as Node[],
    outputs: [] as GraphOutput[],
  };
  scanner.expect("{");
  while (!scanner.accept("}")) {
    if (scanner.accept("input")) graph.inputs.push(parseInput(parser));
    else if (scanner.accept("weight")) graph.weights.push(parseWeight(scanner));
    else if (scanner.accept("value")) graph.values.push(parseTyped(parser));
    else if (scanner.accept("node")) graph.nodes.push(parseNode(parser));
    else if (scanner.accept("output")) graph.outputs.push(parseTyped(parser));
    else scanner.fail("input, weight, value, node, output or }");
  }
  return graph;
}

function parseTyped(parser: Parser): GraphOutput {
  const name = parser.scanner.text();
  parser.scanner.expect(":");
  return { name, type: parseType(parser) };
}

function parseInput(parser: Parser): GraphInput {
  const input = parseTyped(parser);
  return parser.scanner.accept("=") ? { ...input, default: parser.scanner.text() } : input;
}

function parseWeight(scanner: Scanner): Weight {
  const name = scanner.text();
  scanner.expect(":");
  const dtype = parseDtype(scanner);
  const shape = parseSizes(scanner);
  scanner.expect("in");
  const store = scanner.count();
  scanner.expect("at");
  const offset = scanner.count();
  scanner.expect("length");
  const weight: Weight = { name, dtype, shape, store, offset, length: scanner.count() };
  return scanner.accept("sha256") ? { ...weight, digest: scanner.text() } : weight;
}

function parseDtype(scanner: Scanner): DType {
  const name = scanner.word();
  return isDtype(name) ? name : scanner.fail("a dtype before this");
}

function parseSizes(scanner: Scanner): number[] {
  scanner.expect("[");
  return scanner.list("]", () => scanner.count());
}

function parseNode(parser: Parser): Node {
  const { scanner } = parser;
  const texts = (open: string, close: string): string[] => {
    scanner.expect(open);
    return scanner.list(close, () => scanner.text());
  };
  const name = scanner.text();
  scanner.expect("=");
  const op = scanner.wordOrText();
  const domain = scanner.accept("of") ? scanner.text() : "";
  const inputs = texts("(", ")");
  scanner.expect("->");
  const outputs = texts("(", ")");
  scanner.expect("from");
  const origin = texts("[", "]");
  const attributes: NamedAttribute[] = [];
  if (scanner.accept("{")) while (!scanner.accept("}")) attributes.push(parseAttribute(parser));
  return { op, domain, name, inputs, outputs, attributes, origin };
}

function parseAttribute(parser: Parser): NamedAttribute {
  const name = parser.scanner.wordOrText();
  parser.scanner.expect(":");
  const kind = parser.scanner.word();
  if (!Object.hasOwn(ATTRIBUTE_PARSERS, kind)) parser.scanner.fail("an attribute kind before this");
  return { name, value: ATTRIBUTE_PARSERS[kind as Attribute["kind"]](parser) };
}

const ATTRIBUTE_PARSERS: { readonly [Kind in Attribute["kind"]]: (parser: Parser) => Attribute } = {
  float: ({ scanner }) => ({ kind: "float", value: scanner.number() }),
  int: ({ scanner }) => ({ kind: "int", value: scanner.integer() }),
  string: ({ scanner }) => ({ kind: "string", value: scanner.text() }),
  tensor: ({ scanner }) => ({ kind: "tensor", value: parseTensor(scanner) }),
  type: (parser) => ({ kind: "type", value: parseType(parser) ?? parser.scanner.fail("a type before this") }),
  graph: (parser) => ({ kind: "graph", value: nested(parser, () => parseGraph(parser)) }),
  floats: ({ scanner }) => ({ kind: "floats", value: parseList(scanner, () => scanner.number()) }),
  ints: ({ scanner }) => ({ kind: "ints", value: parseList(scanner, () => scanner.integer()) }),
  strings: ({ scanner }) => ({ kind: "strings", value: parseList(scanner, () => scanner.text()) }),
  tensors: ({ scanner }) => ({ kind: "tensors", value: parseList(scanner, () => parseTensor(scanner)) }),
};

function parseList<Item>(scanner: Scanner, item: () => Item): Item[] {
  scanner.expect("[");
  return scanner.list("]", item);
}

function parseTensor(scanner: Scanner): Tensor {
  const dtype = parseDtype(scanner);
  const shape = parseSizes(scanner);
  if (scanner.accept("hex")) return tensorFromBytes(dtype, shape, parseHex(scanner));
  scanner.expect("{");
  const element =
    dtype === "string"
      ? () => scanner.text()
      : dtype === "i64" || dtype === "u64"
        ? () => scanner.integer()
        : () => scanner.number();
  const values = scanner.list<number | bigint | string>("}", element);
  if (values.length !== elementCount(shape)) scanner.fail(`${elementCount(shape)} elements before this`);
  return tensorFrom(dtype, shape, values);
}

function parseType(parser: Parser): ValueType | undefined {
  const { scanner } = parser;
  if (scanner.accept("?")) return undefined;
  const inner = (): ValueType => nested(parser, () => parseType(parser)) ?? scanner.fail("a type before this");
  if (scanner.accept("seq")) return { kind: "sequence", element: parenthesized(scanner, inner) };
  if (scanner.accept("optional")) return { kind: "optional", element: parenthesized(scanner, inner) };
  if (scanner.accept("map")) {
    return parenthesized(scanner, () => {
      const key = parseDtype(scanner);
      scanner.expect(",");
      return { kind: "map", key, element: inner() };
    });
  }
  const dtype = parseDtype(scanner);
  scanner.expect("[");
  if (scanner.accept("...")) {
    scanner.expect("]");
    return { kind: "tensor", dtype };
  }
  return { kind: "tensor", dtype, shape: scanner.list("]", () => parseDim(scanner)) };
}

function parenthesized<Result>(scanner: Scanner, read: () => Result): Result {
  scanner.expect("(");
  const result = read();
  scanner.expect(")");
  return result;
}

/** A sum of terms: `3`, `batch`, `2*batch - 1`. */
function parseDim(scanner: Scanner): Dim {
  let dim = parseTerm(scanner);
  for (;;) {
    if (scanner.accept("+")) dim = addDims(dim, parseTerm(scanner));
    else if (scanner.accept("-")) dim = addDims(dim, scaleDim(parseTerm(scanner), -1));
    else return dim;
  }
}

function parseTerm(scanner: Scanner): Dim {
  if (!/^-?\d/.test(scanner.token ?? "")) return symbolDim(scanner.wordOrText());
  const factor = scanner.number();
  if (!Number.isSafeInteger(factor)) scanner.fail("a whole number before this");
  return scanner.accept("*") ? scaleDim(symbolDim(scanner.wordOrText()), factor) : factor;
}
