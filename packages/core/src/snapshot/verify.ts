import { DTYPES, isWidened, lanesOf } from "../dtypes/dtypes.ts";
import { isPacked, packedBytes } from "../dtypes/packing.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import {
  declareGraph,
  type Facts,
  inferNode,
  type InferOptions,
  newFacts,
  subgraphOptions,
  typeFits,
  typeIn,
} from "../inference/infer.ts";
import { checkInputTypes, checkNodeForm } from "../operators/check-node.ts";
import { operatorOf, schemaOf } from "../operators/lookup.ts";
import { operatorsHint } from "../operators/operators-hint.ts";
import { tensorFromBytes } from "../tensors/bytes.ts";
import { withoutShapes } from "../inference/merge-types.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import { tensorType, type ValueType } from "../tensors/values.ts";
import { formatDim } from "./dims.ts";
import { MAX_NESTING } from "./limits.ts";
import { heldWeights } from "./held-weights.ts";
import {
  type Graph,
  type GraphOutput,
  type Node,
  type Snapshot,
  SNAPSHOT_OPSETS,
  type Weight,
  type WeightStore,
} from "./types.ts";
import { formatType } from "./format-type.ts";

/** Findings after which verification stops. */
const MAX_FINDINGS = 100;

/**
 * The grammar of the Snapshot as code: everything that is wrong with it, one sentence each; an empty list when nothing is.
 * Small weights that the Snapshot holds itself are known to inference, unless `options` say which are.
 */
export function findingsOf(snapshot: Snapshot, options: InferOptions = {}): readonly string[] {
  return look(snapshot, options).findings;
}

/** Throws INVALID_GRAPH with all findings. */
export function verifySnapshot(snapshot: Snapshot, options: InferOptions = {}): void {
  const { findings, foreign } = look(snapshot, options);
  if (findings.length === 0) return;
  const [domain] = foreign;
  throw new HoduError(
    "INVALID_GRAPH",
    `Cannot use the model: found a graph that breaks the rules:\n  ${findings.slice(0, 10).join("\n  ")}`,
    domain === undefined ? {} : { hint: operatorsHint(domain) },
  );
}

function look(snapshot: Snapshot, options: InferOptions): Verifier {
  const verifier: Verifier = {
    depth: 0,
    findings: [],
    stores: snapshot.stores,
    infer: { constantOf: heldWeights(snapshot.stores), ...options },
    nodeNames: new Set(),
    foreign: new Set(),
  };
  verifyGraph(snapshot.graph, undefined, undefined, verifier);
  return verifier;
}

interface Verifier {
  /** Graphs around the one that is looked at. */
  readonly depth: number;
  readonly findings: string[];
  readonly stores: readonly WeightStore[];
  readonly infer: InferOptions;
  readonly nodeNames: Set<string>;
  /** Domains that are not of the standard, and whose operators nobody brings. */
  readonly foreign: Set<string>;
}

/** Names that are visible in a graph: its own and those of the graphs around it. */
interface Visible {
  readonly parent: Visible | undefined;
  readonly names: Set<string>;
}

function isVisible(visible: Visible | undefined, name: string): boolean {
  for (let scope = visible; scope !== undefined; scope = scope.parent) if (scope.names.has(name)) return true;
  return false;
}

function verifyGraph(
  graph: Graph,
  parent: Visible | undefined,
  parentFacts: Facts | undefined,
  verifier: Verifier,
): void {
  const { findings } = verifier;
  if (verifier.depth > MAX_NESTING) {
    findings.push(`graph ${quote(graph.name)} lies in more than ${MAX_NESTING} others`);
    return;
  }
  const visible: Visible = { parent, names: new Set() };
  const define = (name: string, what: string): void => {
    if (name === "") findings.push(`${what} of graph ${quote(graph.name)} has no name`);
    else if (isVisible(visible, name)) findings.push(`${what} ${quote(name)} is defined twice`);
    visible.names.add(name);
  };
  for (const weight of graph.weights) define(weight.name, "weight");
  verifyInputs(graph, parent === undefined, define, findings);
  const shapes = [
    ...graph.weights.flatMap((weight) => checkWeight(weight, verifier.stores)),
    ...[...graph.inputs, ...graph.values, ...graph.outputs].flatMap(checkDeclaration),
  ];
  findings.push(...shapes);
  // inference takes sizes and dims to be sound
  if (shapes.length > 0) return;
  const facts = newFacts(parentFacts);
  declareGraph(graph, facts, verifier.infer);
  const made = outputsOf(graph);
  for (const node of graph.nodes) {
    if (findings.length > MAX_FINDINGS) return;
    verifyNode(node, visible, made, facts, verifier);
    for (const name of node.outputs) if (name !== "") define(name, "output of a node:");
  }
  for (const output of graph.outputs) {
    if (!isVisible(visible, output.name))
      findings.push(`output ${quote(output.name)} of graph ${quote(graph.name)} is never made`);
    const inferred = typeIn(facts, output.name);
    if (
      parent === undefined &&
      inferred !== undefined &&
      output.type !== undefined &&
      !sameElementType(inferred, output.type)
    ) {
      findings.push(`output ${quote(output.name)} is ${formatType(inferred)}, declared ${formatType(output.type)}`);
    }
  }
}

function verifyInputs(
  graph: Graph,
  isMain: boolean,
  define: (name: string, what: string) => void,
  findings: string[],
): void {
  const weights = new Map(graph.weights.map((weight) => [weight.name, weight]));
  const seen = new Set<string>();
  for (const { name, type, default: initial } of graph.inputs) {
    const input = `input ${quote(name)}`;
    // a default is a weight; when it bears the input's own name, that is one definition
    if (initial !== name || seen.has(name)) define(name, "input");
    seen.add(name);
    if (isMain && type === undefined) findings.push(`${input} has no type`);
    if (initial === undefined) continue;
    const weight = weights.get(initial);
    if (weight === undefined) findings.push(`${input} has the default ${quote(initial)}, which is not a weight`);
    else if (type !== undefined && !typeFits(tensorType(weight.dtype, weight.shape), type)) {
      const found = formatType(tensorType(weight.dtype, weight.shape));
      findings.push(`${input} is ${formatType(type)}, its default ${quote(initial)} is ${found}`);
    }
  }
}

/** Declared shapes of outputs are often stale in real models; a wrong dtype or kind is an error. */
function sameElementType(inferred: ValueType, stated: ValueType): boolean {
  return typeFits(withoutShapes(inferred), withoutShapes(stated));
}

function outputsOf(graph: Graph): ReadonlySet<string> {
  return new Set(graph.nodes.flatMap((node) => node.outputs));
}

function verifyNode(node: Node, visible: Visible, made: ReadonlySet<string>, facts: Facts, verifier: Verifier): void {
  const { findings } = verifier;
  const before = findings.length;
  const find = (finding: string): void => {
    findings.push(`node ${quote(node.name)} (${quote(node.op).slice(1, -1)}): ${finding}`);
  };
  if (node.name === "") findings.push(`a ${node.op} node has no name`);
  if (verifier.nodeNames.has(node.name)) find("another node has this name");
  verifier.nodeNames.add(node.name);
  for (const name of node.inputs) {
    if (name === "" || isVisible(visible, name)) continue;
    const why = made.has(name)
      ? "which is made only later (the nodes are unsorted or form a cycle)"
      : "which nothing makes";
    find(`it reads ${quote(name)}, ${why}`);
  }
  if (node.domain === "ai.onnx") find('its domain is "ai.onnx", which a Snapshot writes ""');
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined && verifier.infer.domains?.has(node.domain)) {
    checkData(node).forEach(find);
    verifyInner(node, visible, facts, verifier);
    inferNode(node, facts, verifier.infer);
    return;
  }
  if (definition?.reference === undefined) {
    if (!SNAPSHOT_OPSETS.has(node.domain)) verifier.foreign.add(node.domain);
    find(`found operator ${quote(node.op)} of domain ${quote(node.domain)}, expected one of this opset`);
    return;
  }
  const schema = schemaOf(definition);
  const types = node.inputs.map((name) => (name === "" ? undefined : typeIn(facts, name)));
  const wrong = [...checkNodeForm(node, schema), ...checkInputTypes(node, schema, types), ...checkData(node)];
  wrong.forEach(find);
  verifyInner(node, visible, facts, verifier);
  if (wrong.length > 0 || findings.length > before) return;
  try {
    inferNode(node, facts, verifier.infer);
  } catch (error) {
    if (!(error instanceof HoduError)) throw error;
    findings.push(error.message.replace(/^Cannot infer /, ""));
  }
}

/** The graphs inside of a node. */
function verifyInner(node: Node, visible: Visible, facts: Facts, verifier: Verifier): void {
  const inner = { ...verifier, depth: verifier.depth + 1, infer: subgraphOptions(node, verifier.infer) };
  for (const { value } of node.attributes) if (value.kind === "graph") verifyGraph(value.value, visible, facts, inner);
}

/** What is wrong with the types and tensors in a node's attributes. */
function checkData(node: Node): string[] {
  return node.attributes.flatMap(({ name, value }) => {
    if (value.kind === "type") return checkDims(value.value).map((finding) => `attribute ${quote(name)}: ${finding}`);
    const tensors = value.kind === "tensor" ? [value.value] : value.kind === "tensors" ? value.value : [];
    return tensors.some((tensor) => !isSound(tensor)) ? [`attribute ${quote(name)} has data that does not fit it`] : [];
  });
}

/** True when a tensor's storage is of its dtype's class and holds all its elements. */
function isSound({ dtype, shape, strides, offset, data }: Tensor): boolean {
  const storage = Array.isArray(data) ? "Array" : data[Symbol.toStringTag];
  const isWide = isWidened(dtype) && data instanceof Float64Array;
  if (storage !== DTYPES[dtype].storage && !isWide) return false;
  const numbers = [...shape, ...strides, offset];
  if (shape.length !== strides.length || !numbers.every(Number.isSafeInteger)) return false;
  if (shape.some((dim) => dim < 0)) return false;
  if (shape.includes(0)) return true;
  let [first, last] = [offset, offset];
  shape.forEach((dim, axis) => {
    const reach = (dim - 1) * strides[axis];
    if (reach < 0) first += reach;
    else last += reach;
  });
  return first >= 0 && (last + 1) * lanesOf(dtype) <= data.length;
}

function checkDeclaration({ name, type }: GraphOutput): string[] {
  return type === undefined ? [] : checkDims(type).map((finding) => `the type of ${quote(name)}: ${finding}`);
}

/** What is wrong with the dims of a type: sizes are whole numbers from 0 on, expressions have whole factors of at least one symbol. */
function checkDims(whole: ValueType): string[] {
  let type = whole;
  for (let depth = 1; type.kind !== "tensor"; depth++) {
    if (depth > MAX_NESTING) return [`found more than ${MAX_NESTING} levels`];
    type = type.element;
  }
  return (type.shape ?? []).flatMap((dim) => {
    if (typeof dim === "number") {
      return Number.isSafeInteger(dim) && dim >= 0 ? [] : [`found dim ${dim}, expected a whole number from 0 on`];
    }
    const factors = dim.terms.map(([, factor]) => factor);
    const isLinear = factors.length > 0 && [dim.constant, ...factors].every(Number.isSafeInteger);
    return isLinear && !factors.includes(0) ? [] : [`found dim ${quote(formatDim(dim))}, expected factors of symbols`];
  });
}

function checkWeight(weight: Weight, stores: readonly WeightStore[]): string[] {
  const place = `weight ${quote(weight.name)}`;
  const store = stores[weight.store];
  if (store === undefined) return [`${place} is in store ${weight.store}, expected 0..${stores.length - 1}`];
  if (![weight.offset, weight.length, ...weight.shape].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    return [`${place} has a negative or fractional offset, length or dim`];
  }
  if (store.kind === "bytes" && weight.offset + weight.length > store.bytes.length) {
    return [`${place} ends at byte ${weight.offset + weight.length} of a store of ${store.bytes.length}`];
  }
  if (weight.dtype === "string") return store.kind === "bytes" ? checkStrings(weight, store.bytes) : [];
  const count = weight.shape.reduce((product, dim) => product * BigInt(dim), 1n);
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) return [`${place} has ${count} elements, expected at most 2^53`];
  const expected = packedBytes(weight.dtype, elementCount(weight.shape));
  if (weight.length !== expected) {
    const note = isPacked(weight.dtype) ? " (packed)" : "";
    return [
      `${place} has ${weight.length} bytes, ${weight.dtype}[${weight.shape.join(", ")}] needs ${expected}${note}`,
    ];
  }
  return [];
}

function checkStrings({ name, shape, offset, length }: Weight, bytes: Uint8Array): string[] {
  try {
    tensorFromBytes("string", shape, bytes.subarray(offset, offset + length));
    return [];
  } catch (error) {
    if (error instanceof HoduError) return [`weight ${quote(name)}: ${error.message}`];
    throw error;
  }
}
