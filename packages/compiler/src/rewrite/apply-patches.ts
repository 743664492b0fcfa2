import { type Graph, type Node, type Patch, type Snapshot, type Weight } from "@hodu/core";
import { definitionsIn, readsOf } from "./captures.ts";
import { choosePatches } from "./choose-patches.ts";
import { ModelNames } from "./model-names.ts";
import { orderNodes } from "./order-nodes.ts";
import { patchError } from "./patch-error.ts";
import { placeOutputs } from "./place-outputs.ts";
import { indexScopes, type PlannedPatch, planPatch } from "./plan-patch.ts";
import { mapGraphs, renameReads } from "./rename-values.ts";
import { scopesOf } from "./scope.ts";
import { WeightStores } from "./weight-stores.ts";

/** A Snapshot after patches. */
export interface PatchedSnapshot {
  readonly snapshot: Snapshot;
  readonly applied: readonly Patch[];
  /** Patches that touch what an applied one touches: they may be looked for again. */
  readonly deferred: readonly Patch[];
}

/**
 * Applies patches to a verified Snapshot, which stays as it is. Outputs of graphs keep their names, what graphs inside of nodes read is
 * renamed with the rest, and the nodes stay in a valid order. Throws INVALID_GRAPH for a patch that by itself breaks a rule.
 * `places`: the graphs of patches that remove no node; without one, that is the main graph.
 */
export function applyPatches(
  snapshot: Snapshot,
  patches: readonly Patch[],
  places: ReadonlyMap<Patch, Graph> = new Map(),
): PatchedSnapshot {
  const index = indexScopes(scopesOf(snapshot.graph));
  const planned = patches.map((patch) => planPatch(patch, index, places.get(patch)));
  const { chosen, deferred } = choosePatches(planned);
  const patched = rewrite(snapshot, chosen);
  if (patched !== undefined) {
    return { snapshot: patched, applied: chosen.map(patchOf), deferred: deferred.map(patchOf) };
  }
  // together they form a cycle
  const [first, ...others] = planned;
  const alone = rewrite(snapshot, [first]);
  if (alone === undefined) throw patchError(first.patch, "its nodes would form a cycle");
  return { snapshot: alone, applied: [first.patch], deferred: others.map(patchOf) };
}

const patchOf = ({ patch }: PlannedPatch): Patch => patch;

interface Rewriting {
  readonly patches: ReadonlyMap<Graph, readonly PlannedPatch[]>;
  readonly store: WeightStores;
  readonly names: ModelNames;
}

function rewrite(snapshot: Snapshot, chosen: readonly PlannedPatch[]): Snapshot | undefined {
  const patches = new Map<Graph, PlannedPatch[]>();
  for (const planned of chosen) {
    const { graph } = planned.scope;
    patches.set(graph, [...(patches.get(graph) ?? []), planned]);
  }
  const names = new ModelNames(snapshot.graph);
  for (const { patch } of chosen) for (const node of patch.add) names.take(node.name);
  const rewriting: Rewriting = { patches, store: new WeightStores(snapshot.stores), names };
  const graph = rewriteGraph(snapshot.graph, rewriting);
  return graph && { ...snapshot, graph, stores: rewriting.store.stores() };
}

/** Undefined for a cycle. */
function rewriteGraph(graph: Graph, rewriting: Rewriting): Graph | undefined {
  const planned = rewriting.patches.get(graph) ?? [];
  const nodes = replaceNodes(graph, planned, rewriting);
  if (nodes === undefined || planned.length === 0) return nodes && withNodes(graph, nodes);
  const renames = resolveRenames(planned);
  const { taken, copies } = placeOutputs(graph, nodes, renames);
  const rename = (name: string): string => {
    const target = renames.get(name) ?? name;
    return taken.get(target) ?? target;
  };
  const renamed = nodes.map(
    (node): Node => ({
      ...renameReads(node, rename),
      outputs: node.outputs.map((name) => taken.get(name) ?? name),
    }),
  );
  for (const { from, to } of copies) renamed.push(copyNode(from, to, graph, rewriting.names));
  const ordered = orderNodes(renamed);
  if (ordered === undefined) return undefined;
  const added = planned.flatMap(({ patch }) => patch.weights.map((made) => weightOf(made, rewriting.store)));
  const dropped = new Set(planned.flatMap(({ patch }) => patch.dropWeights ?? []));
  const read = new Set([...graph.outputs.map(({ name }) => name), ...graph.inputs.map((input) => input.default)]);
  for (const node of ordered) for (const name of readsOf(node)) read.add(name);
  const weights = graph.weights.filter(({ name }) => !dropped.has(name) || read.has(name));
  return withNodes({ ...graph, weights: [...weights, ...added] }, ordered);
}

/** The graph with other nodes, and without statements about values that are gone. */
function withNodes(graph: Graph, nodes: readonly Node[]): Graph {
  const changed = { ...graph, nodes };
  const known = new Set(definitionsIn(changed));
  return { ...changed, values: graph.values.filter(({ name }) => known.has(name)) };
}

/** The nodes that stay, those that come in the place of the last that goes for them. Undefined for a cycle in a graph inside. */
function replaceNodes(
  graph: Graph,
  planned: readonly PlannedPatch[],
  rewriting: Rewriting,
): readonly Node[] | undefined {
  const removed = new Set(planned.flatMap((patch) => [...patch.removed]));
  const comingAfter = new Map<Node | undefined, Node[]>();
  for (const patch of planned) {
    const last = graph.nodes.findLast((node) => patch.removed.has(node));
    comingAfter.set(last, [...(comingAfter.get(last) ?? []), ...addedNodes(patch)]);
  }
  const nodes: Node[] = [];
  let isCyclic = false;
  const inside = (inner: Graph): Graph => {
    const rewritten = rewriteGraph(inner, rewriting);
    isCyclic ||= rewritten === undefined;
    return rewritten ?? inner;
  };
  for (const node of graph.nodes) {
    if (!removed.has(node)) nodes.push(withAttributes(node, inside));
    nodes.push(...(comingAfter.get(node) ?? []));
  }
  nodes.push(...(comingAfter.get(undefined) ?? []));
  return isCyclic ? undefined : nodes;
}

function withAttributes(node: Node, inside: (graph: Graph) => Graph): Node {
  const attributes = mapGraphs(node.attributes, inside);
  return attributes === node.attributes ? node : { ...node, attributes };
}

function addedNodes({ patch, removed }: PlannedPatch): readonly Node[] {
  const origin = [...new Set([...removed].flatMap((node) => node.origin))];
  return patch.add.map((node) => (node.origin.length > 0 ? node : { ...node, origin }));
}

/** What is to be read in the end instead of each renamed value. */
function resolveRenames(planned: readonly PlannedPatch[]): ReadonlyMap<string, string> {
  const direct = new Map(planned.flatMap(({ patch }) => patch.rename));
  const resolve = (start: string): string => {
    let name = start;
    for (let next = direct.get(name); next !== undefined; next = direct.get(name)) name = next;
    return name;
  };
  return new Map([...direct.keys()].map((name) => [name, resolve(name)]));
}

function copyNode(from: string, to: string, graph: Graph, names: ModelNames): Node {
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(to));
  const name = names.fresh(`${to}_copy`);
  return {
    op: "Identity",
    domain: "",
    name,
    inputs: [from],
    outputs: [to],
    attributes: [],
    origin: maker?.origin ?? [],
  };
}

function weightOf(made: Patch["weights"][number], store: WeightStores): Weight {
  return "value" in made ? store.add(made.name, made.value) : made;
}
