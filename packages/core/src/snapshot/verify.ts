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
import { elementCount } from "../tensors/tensor.ts";
import type { Graph, Node, Snapshot, Weight, WeightStore } from "./types.ts";
import { formatType } from "./format-type.ts";

/** Findings after which verification stops. */
const MAX_FINDINGS = 100;

/** The grammar of the Snapshot as code: everything that is wrong with it, one sentence each; an empty list when nothing is. */
export function findingsOf(snapshot: Snapshot, options: InferOptions = {}): readonly string[] {
  const verifier: Verifier = {
    findings: [],
    stores: snapshot.stores,
    infer: { ...options, counter: { next: 0 } },
    nodeNames: new Set(),
  };
  verifyGraph(snapshot.graph, undefined, undefined, verifier);
  return verifier.findings;
}

/** Throws INVALID_GRAPH with all findings. */
export function verifySnapshot(snapshot: Snapshot, options: InferOptions = {}): void {
  const findings = findingsOf(snapshot, options);
  if (findings.length === 0) return;
  throw new HoduError(
    "INVALID_GRAPH",
    `Cannot use the model: found a graph that breaks the rules:\n  ${findings.slice(0, 10).join("\n  ")}`,
  );
}

interface Verifier {
  readonly findings: string[];
  readonly stores: readonly WeightStore[];
  readonly infer: InferOptions;
  readonly nodeNames: Set<string>;
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
  const visible: Visible = { parent, names: new Set() };
  const define = (name: string, what: string): void => {
    if (name === "") findings.push(`${what} of graph ${quote(graph.name)} has no name`);
    else if (isVisible(visible, name)) findings.push(`${what} ${quote(name)} is defined twice`);
    visible.names.add(name);
  };
  const weights = new Map(graph.weights.map((weight) => [weight.name, weight]));
  for (const weight of graph.weights) {
    define(weight.name, "weight");
    findings.push(...checkWeight(weight, verifier.stores));
  }
  for (const input of graph.inputs) {
    // a default is a weight; when it bears the input's own name, that is one definition
    if (input.default !== input.name) define(input.name, "input");
    if (input.default !== undefined && !weights.has(input.default)) {
      findings.push(`input ${quote(input.name)} has the default ${quote(input.default)}, which is not a weight`);
    }
  }
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

/** Declared shapes of outputs are often stale in real models; a wrong dtype or kind is an error. */
function sameElementType(inferred: Parameters<typeof typeFits>[0], stated: Parameters<typeof typeFits>[1]): boolean {
  if (inferred.kind === "tensor" && stated.kind === "tensor") return inferred.dtype === stated.dtype;
  return typeFits(inferred, stated);
}

function outputsOf(graph: Graph): ReadonlySet<string> {
  return new Set(graph.nodes.flatMap((node) => node.outputs));
}

function verifyNode(node: Node, visible: Visible, made: ReadonlySet<string>, facts: Facts, verifier: Verifier): void {
  const { findings } = verifier;
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
  const definition = operatorOf(node.domain, node.op);
  if (definition?.reference === undefined) {
    find(`found operator ${quote(node.op)} of domain ${quote(node.domain)}, expected one of this opset`);
    return;
  }
  const schema = schemaOf(definition);
  const types = node.inputs.map((name) => (name === "" ? undefined : typeIn(facts, name)));
  const wrong = [...checkNodeForm(node, schema), ...checkInputTypes(node, schema, types)];
  wrong.forEach(find);
  const inner = { ...verifier, infer: subgraphOptions(node, verifier.infer) };
  for (const { value } of node.attributes) if (value.kind === "graph") verifyGraph(value.value, visible, facts, inner);
  if (wrong.length > 0) return;
  try {
    inferNode(node, facts, verifier.infer);
  } catch (error) {
    if (!(error instanceof HoduError)) throw error;
    findings.push(error.message.replace(/^Cannot infer /, ""));
  }
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
  if (weight.dtype === "string") return [];
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
