import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import {
  constantIn,
  declareGraph,
  type Facts,
  inferNode,
  type InferOptions,
  newFacts,
  subgraphOptions,
  typeIn,
} from "../inference/infer.ts";
import { graphsIn } from "../snapshot/graphs.ts";
import { heldWeights } from "../snapshot/held-weights.ts";
import { type Graph, type GraphOutput, type Node, type Snapshot, SNAPSHOT_OPSETS } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";
import { chooseOpsets, LOWEST_OPSET, type NodeOpsets } from "./choose-opsets.ts";
import { ConstantStore } from "./constant-store.ts";
import { nodeInOpset, type NodeSurroundings, olderNodes } from "./downgrade-node.ts";
import { dropUnread } from "./drop-unread.ts";
import { FreshNames } from "./fresh-names.ts";
import { operatorOf } from "./lookup.ts";
import { namesRead } from "./names-read.ts";
import type { VersionedModel } from "./upgrade.ts";

/** What a model is written in. */
export interface DowngradeOptions {
  /** Opset of ai.onnx; default: the lowest from 7 on that holds the model. */
  readonly opset?: number;
  /** Versions of operators, by the opset that brought them, that are not chosen unasked although they could say the node. */
  readonly avoids?: (node: Node, since: number, inputs: readonly (ValueType | undefined)[]) => boolean;
}

/**
 * A verified Snapshot in the lowest opset of each domain that can say all its nodes: the inverse of `upgradeModel`. Outputs of the graph
 * whose types were left open get the inferred ones; constants that only newer versions read are dropped.
 * Throws UNSUPPORTED with all nodes that the opset asked for cannot say, or whose domain is not of the standard.
 */
export function downgradeModel(snapshot: Snapshot, { opset, avoids }: DowngradeOptions = {}): VersionedModel {
  const infer = { constantOf: heldWeights(snapshot.stores) };
  const plan: Plan = {
    facts: new Map(),
    nodes: [],
    floor: Math.min(opset ?? LOWEST_OPSET, LOWEST_OPSET),
    isAsked: opset !== undefined,
    read: namesRead(snapshot.graph),
    avoids: opset === undefined ? avoids : undefined,
  };
  planGraph(snapshot.graph, plan, infer, undefined);
  let nodes: readonly NodeOpsets[] = plan.nodes;
  for (;;) {
    const names = new FreshNames(snapshot.graph);
    const constants = new ConstantStore(snapshot.stores);
    const opsets = chooseOpsets(nodes, opset);
    const kept = new Set(nodes.map(({ node }) => node));
    const graph = dropUnread(writeGraph(snapshot.graph, { plan, kept, opsets, names, constants }), plan.read);
    const made = namesMade(graph);
    const left = nodes.filter(({ node }) => node.outputs.some((name) => made.has(name)) || isUnnamed(node));
    if (left.length === nodes.length) {
      const outputs = graph.outputs.map((output) => withType(output, plan.facts.get(snapshot.graph)!));
      return { ...snapshot, graph: { ...graph, outputs }, stores: constants.stores(), opsets };
    }
    // what only newer versions read is not written, and need not be sayable
    nodes = left;
  }
}

/** The names that nodes of a graph and of those inside it, or weights in their place, give. */
function namesMade(graph: Graph): ReadonlySet<string> {
  const graphs = [...graphsIn(graph)];
  return new Set(
    graphs.flatMap(({ nodes, weights }) => [
      ...nodes.flatMap(({ outputs }) => outputs),
      ...weights.map(({ name }) => name),
    ]),
  );
}

const isUnnamed = ({ outputs }: Node): boolean => outputs.every((name) => name === "");

function withType({ name, type }: GraphOutput, facts: Facts): GraphOutput {
  return { name, type: type ?? typeIn(facts, name) };
}

/** What is known of a model before its opsets are chosen. */
interface Plan {
  readonly facts: Map<Graph, Facts>;
  readonly nodes: NodeOpsets[];
  /** The opset of ai.onnx below which nobody asks. */
  readonly floor: number;
  /** Whether an opset was asked for. */
  readonly isAsked: boolean;
  /** The names that something in the model reads. */
  readonly read: ReadonlySet<string>;
  readonly avoids: DowngradeOptions["avoids"];
}

function planGraph(graph: Graph, plan: Plan, infer: InferOptions, parent: Facts | undefined): void {
  const facts = newFacts(parent);
  plan.facts.set(graph, facts);
  declareGraph(graph, facts, infer);
  for (const node of graph.nodes) {
    for (const { value } of node.attributes) {
      if (value.kind === "graph") planGraph(value.value, plan, subgraphOptions(node, infer), facts);
    }
    inferNode(node, facts, infer);
    plan.nodes.push(opsetsOf(node, facts, plan));
  }
}

function opsetsOf(node: Node, facts: Facts, plan: Plan): NodeOpsets {
  const newest = SNAPSHOT_OPSETS.get(node.domain);
  const definition = operatorOf(node.domain, node.op);
  if (newest === undefined || definition === undefined) {
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot save node ${quote(node.name)}: found operator ${quote(node.op)} of domain ${quote(node.domain)}, expected one of the ONNX standard`,
      { hint: "hodu inspect --verbose", where: { node: node.name, operator: node.op } },
    );
  }
  const floor = node.domain === "" ? plan.floor : 1;
  let lowest = newest + 1;
  const around = surroundings(facts, plan, (base) => base);
  const inputs = node.inputs.map((name) => around.typeOf(name));
  for (const { since } of olderNodes(node, around)) {
    if (lowest <= newest && plan.avoids?.(node, since, inputs)) break;
    lowest = Math.max(since, floor);
    if (since <= floor) break;
  }
  const mayBeWeight = (plan.isAsked || lowest > newest) && constantOfNode(node, facts) !== undefined;
  return { node, lowest: mayBeWeight ? floor : lowest, ended: definition.endedIn };
}

/** The tensor of a Constant: where no version at hand has its dtype, a weight of its name says the same. */
function constantOfNode({ op, domain, outputs }: Node, facts: Facts): Tensor | undefined {
  return op === "Constant" && domain === "" ? constantIn(facts, outputs[0]) : undefined;
}

function surroundings(facts: Facts, plan: Plan, freshName: (base: string) => string): NodeSurroundings {
  return {
    typeOf: (value) => (value === "" ? undefined : typeIn(facts, value)),
    constantOf: (value) => (value === "" ? undefined : constantIn(facts, value)),
    isRead: (value) => plan.read.has(value),
    freshName,
  };
}

interface Writing {
  readonly plan: Plan;
  /** The nodes that are written; nothing reads what the others give. */
  readonly kept: ReadonlySet<Node>;
  readonly opsets: ReadonlyMap<string, number>;
  readonly names: FreshNames;
  readonly constants: ConstantStore;
}

function writeGraph(graph: Graph, writing: Writing): Graph {
  const { plan, opsets, names, constants } = writing;
  const facts = plan.facts.get(graph)!;
  const around = surroundings(facts, plan, (base) => names.fresh(base));
  const nodes: Node[] = [];
  const weights = [...graph.weights];
  const kept = graph.nodes.filter((node) => writing.kept.has(node));
  for (const newest of kept) {
    const older = nodeInOpset(newest, opsets.get(newest.domain)!, around);
    if (older === undefined) {
      weights.push(constants.add(newest.outputs[0], constantOfNode(newest, facts)!));
      continue;
    }
    for (const [name, value] of older.constants) weights.push(constants.add(name, value));
    nodes.push(...older.before, writeSubgraphs(older.node, writing));
  }
  if (kept.length === graph.nodes.length) return { ...graph, weights, nodes };
  const left = new Set(graph.nodes.filter((node) => !writing.kept.has(node)).flatMap(({ outputs }) => outputs));
  return { ...graph, weights, nodes, values: graph.values.filter(({ name }) => !left.has(name)) };
}

function writeSubgraphs(node: Node, writing: Writing): Node {
  if (node.attributes.every(({ value }) => value.kind !== "graph")) return node;
  const attributes = node.attributes.map(({ name, value }) =>
    value.kind === "graph"
      ? { name, value: { kind: "graph" as const, value: writeGraph(value.value, writing) } }
      : { name, value },
  );
  return { ...node, attributes };
}
