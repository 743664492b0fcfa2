import {
  type Graph,
  type GraphInput,
  type GraphOutput,
  type NamedAttribute,
  type Node,
  quote,
  type Weight,
} from "hodu-plugin-sdk";
import { readAttribute } from "./attributes.ts";
import type { SourceFile } from "./source-file.ts";
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "./generated/onnx_pb.ts";
import { LARGE_CONSTANT_BYTES, MAX_GRAPH_DEPTH, MAX_NAME_LENGTH } from "./limits.ts";
import { densify } from "./sparse.ts";
import { named, type TensorPlace } from "./tensor-bytes.ts";
import type { NodeNames, UniqueNames } from "./unique-names.ts";
import { readType } from "./value-types.ts";
import type { WeightCollector } from "./weights.ts";

export interface GraphContext {
  readonly file: SourceFile;
  readonly weights: WeightCollector;
  readonly symbols: UniqueNames;
  /** Names of nodes in the whole model, subgraphs included. */
  readonly nodeNames: NodeNames;
  /** An initializer that is an input too is its default. Before IR version 4 all initializers had to be inputs, so there it is a constant. */
  readonly defaults: boolean;
  /** Attributes that were read: an inlined function shares those of its body. */
  readonly attributes: Map<AttributeProto, NamedAttribute>;
}

/** Reads a GraphProto, its operators as they stand. `depth` counts the graphs around it. */
export function readGraph(proto: GraphProto, field: string, context: GraphContext, depth = 0): Graph {
  if (depth > MAX_GRAPH_DEPTH) {
    throw context.file.bad({
      found: `graphs nested more than ${MAX_GRAPH_DEPTH} deep`,
      expected: "fewer",
      field,
    });
  }
  const weights = [
    ...proto.initializer.map((tensor, i) => readInitializer(tensor, i, field, context)),
    ...proto.sparseInitializer.map((_, i) => readSparseInitializer(proto, i, field, context)),
  ];
  const weightNames = new Set(weights.map((weight) => weight.name));
  const inputs = proto.input
    .map((info, i) => readInput(info, `${field}.input[${i}]`, depth, weightNames, context))
    .filter((input) => context.defaults || input.default === undefined);
  const outputs = proto.output.map((info, i) => readInfo("output", info, `${field}.output[${i}]`, context));
  const values = proto.valueInfo
    .map((info, i) => readInfo("value", info, `${field}.value_info[${i}]`, context))
    .filter((value) => value.type !== undefined);
  for (const { name } of proto.node) context.nodeNames.reserve(name);
  const nodes: Node[] = [];
  proto.node.forEach((node, i) => {
    const path = `${field}.node[${i}]`;
    const lifted = liftConstant(node, path, context);
    if (lifted !== undefined) weights.push(lifted);
    else nodes.push(readNode(node, i, path, context, depth));
  });
  return { name: proto.name, inputs, outputs, weights, nodes, values };
}

function readInitializer(tensor: TensorProto, index: number, field: string, context: GraphContext): Weight {
  const place = {
    what: named("initializer", tensor.name, index),
    field: `${field}.initializer[${index}]`,
    file: context.file,
  };
  checkName(tensor.name, place, true);
  return context.weights.add(tensor.name, tensor, place);
}

function readSparseInitializer(proto: GraphProto, index: number, field: string, context: GraphContext): Weight {
  const sparse = proto.sparseInitializer[index];
  const name = sparse.values?.name ?? "";
  const place = {
    what: named("sparse initializer", name, index),
    field: `${field}.sparse_initializer[${index}]`,
    file: context.file,
  };
  checkName(name, place, true);
  return context.weights.addBytes(name, densify(sparse, place));
}

function readInput(
  info: ValueInfoProto,
  field: string,
  depth: number,
  weights: ReadonlySet<string>,
  context: GraphContext,
): GraphInput {
  const { name, type } = readInfo("input", info, field, context);
  if (type === undefined && depth === 0) {
    throw context.file.bad({ what: `input ${quote(name)}`, found: "no type", expected: "a type", field });
  }
  return weights.has(name) ? { name, type, default: name } : { name, type };
}

function readInfo(kind: string, info: ValueInfoProto, field: string, context: GraphContext): GraphOutput {
  const { file, symbols } = context;
  const place = { what: `${kind} ${quote(info.name)}`, field, name: info.name, file, symbols };
  checkName(info.name, place, true);
  return { name: info.name, type: readType(info.type, { ...place, field: `${field}.type` }) };
}

function checkName(name: string, place: TensorPlace, needed = false): void {
  if (isName(name, needed)) return;
  throw place.file.bad({
    what: place.what,
    found: name === "" ? "no name" : `a name of ${name.length} characters`,
    expected: name === "" ? "a name" : `at most ${MAX_NAME_LENGTH}`,
    field: place.field,
  });
}

const isName = (name: string, needed: boolean): boolean => name.length <= MAX_NAME_LENGTH && !(needed && name === "");

/** A large Constant is a weight: it stays in the file, and folding has nothing left to do. */
function liftConstant(node: NodeProto, field: string, context: GraphContext): Weight | undefined {
  const tensor = node.attribute[0]?.t;
  if (node.opType !== "Constant" || domainOf(node) !== "" || tensor === undefined) return undefined;
  const [{ name, type }] = node.attribute;
  if (node.attribute.length !== 1 || name !== "value" || type !== 4 || node.output.length !== 1) return undefined;
  const external = tensor.dataLocation !== 0;
  const size = [tensor.rawData, ...tensor.floatData, ...tensor.doubleData, ...tensor.int64Data].reduce(
    (total, bytes) => total + (bytes?.length ?? 0),
    0,
  );
  if (!external && size <= LARGE_CONSTANT_BYTES) return undefined;
  const what = named("constant", node.output[0], 0);
  const place = { what, field: `${field}.attribute "value"`, file: context.file };
  checkName(node.output[0], place, true);
  return context.weights.add(node.output[0], tensor, place);
}

export const domainOf = ({ domain }: { readonly domain: string }): string => (domain === "ai.onnx" ? "" : domain);

function readNode(proto: NodeProto, index: number, field: string, context: GraphContext, depth: number): Node {
  checkNodeNames(proto, index, field, context);
  const name = context.nodeNames.give(proto.name, `${proto.opType}_${index}`);
  return {
    op: proto.opType,
    domain: domainOf(proto),
    name,
    inputs: proto.input,
    outputs: proto.output,
    attributes: readAttributes(proto, name, field, context, depth),
    origin: [proto.name === "" ? name : proto.name],
  };
}

function checkNodeNames(proto: NodeProto, index: number, field: string, { file }: GraphContext): void {
  const names = [proto.name, proto.domain, proto.overload, ...proto.input, ...proto.output];
  if (isName(proto.opType, true) && names.every((name) => isName(name, false)) && proto.overload === "") return;
  const what = named("node", proto.name, index);
  checkName(proto.opType, { what, field: `${field}.op_type`, file }, true);
  for (const name of names) checkName(name, { what, field, file });
  throw file.unsupported({
    what,
    found: `overload ${quote(proto.overload)} of ${quote(proto.opType)}`,
    expected: "a function of the model with that name and overload",
    field,
  });
}

function readAttributes(
  proto: NodeProto,
  node: string,
  field: string,
  context: GraphContext,
  depth: number,
): readonly NamedAttribute[] {
  const { file, symbols, attributes } = context;
  const seen = new Set<string>();
  return proto.attribute.map((attribute, i) => {
    const what = `${named("attribute", attribute.name, i)} of node ${quote(node)}`;
    const path = `${field}.attribute ${quote(attribute.name)}`;
    if (seen.has(attribute.name)) {
      throw file.bad({ what, found: "a second attribute of that name", expected: "one", field: path, node });
    }
    seen.add(attribute.name);
    const known = attributes.get(attribute);
    if (known !== undefined) return known;
    const read = readAttribute(attribute, {
      what,
      field: path,
      name: node,
      node,
      file,
      symbols,
      readGraph: (graph, at) => readGraph(graph, at, context, depth + 1),
    });
    if (read.value.kind !== "graph") attributes.set(attribute, read);
    return read;
  });
}
