import { type Graph, graphsIn, type Node, type Patch, quote } from "@hodu/core";
import { definitionsIn, readsOf } from "./captures.ts";
import { patchError } from "./patch-error.ts";
import { definingScope, type Scope } from "./scope.ts";

/** A patch in its place: a graph, the nodes that go, what is made again, and what it reads of nodes that stay. */
export interface PlannedPatch {
  readonly patch: Patch;
  readonly scope: Scope;
  readonly removed: ReadonlySet<Node>;
  /** Names that the patch gives a meaning: outputs and weights that come, values that are renamed. */
  readonly provided: ReadonlySet<string>;
  readonly reads: readonly { readonly node: Node; readonly value: string }[];
}

/** The nodes and values of a model by name. */
export interface ModelIndex {
  readonly main: Scope;
  readonly scopes: ReadonlyMap<Graph, Scope>;
  readonly nodes: ReadonlyMap<string, { readonly node: Node; readonly scope: Scope }>;
  /** Every name of a value in any graph. */
  readonly values: ReadonlySet<string>;
}

/** Indexes the scopes of a model, the main one first. */
export function indexScopes(scopes: readonly Scope[]): ModelIndex {
  const nodes = scopes.flatMap((scope) => scope.graph.nodes.map((node) => [node.name, { node, scope }] as const));
  const values = new Set(scopes.flatMap(({ graph }) => [...definitionsIn(graph)]));
  return {
    main: scopes[0],
    scopes: new Map(scopes.map((scope) => [scope.graph, scope])),
    nodes: new Map(nodes),
    values,
  };
}

/** Finds a patch's place, and holds the patch by itself to the rules. `graph`: where one belongs that removes no node. Throws INVALID_GRAPH. */
export function planPatch(patch: Patch, index: ModelIndex, graph?: Graph): PlannedPatch {
  const places = patch.remove.map((name) => {
    const place = index.nodes.get(name);
    if (place === undefined) throw patchError(patch, `there is no node ${quote(name)} to remove`);
    return place;
  });
  const scope = places[0]?.scope ?? (graph && index.scopes.get(graph)) ?? index.main;
  if (places.some((place) => place.scope !== scope)) throw patchError(patch, "it removes nodes of several graphs");
  const removed = new Set(places.map(({ node }) => node));
  const made = [...patch.add.flatMap(({ outputs }) => outputs), ...patch.weights.map(({ name }) => name)];
  const provided = new Set([...made, ...patch.rename.map(([from]) => from)]);
  provided.delete("");
  checkNames(patch, made, removed, index);
  checkReaders(patch, scope, removed, provided);
  return { patch, scope, removed, provided, reads: readsOfPatch(patch, scope, removed) };
}

/** New values and nodes bear new names, or those of what goes. */
function checkNames(
  patch: Patch,
  made: readonly string[],
  removed: ReadonlySet<Node>,
  { values, nodes }: ModelIndex,
): void {
  const free = new Set([...removed].flatMap(({ outputs }) => outputs));
  const freeNodes = new Set([...removed].flatMap((node) => [...nodeNames(node)]));
  for (const [from] of patch.rename) {
    if (!free.has(from)) throw patchError(patch, `it renames ${quote(from)}, which no removed node makes`);
  }
  const inner = patch.add.flatMap((node) => innerNames(node));
  for (const name of [...made, ...inner]) {
    if (name !== "" && values.has(name) && !free.has(name) && !inner.includes(name)) {
      throw patchError(patch, `it makes ${quote(name)}, which is there already`);
    }
  }
  for (const { name } of patch.add) {
    if (nodes.has(name) && !freeNodes.has(name)) throw patchError(patch, `there is a node ${quote(name)} already`);
  }
}

/** The names of a node and of all nodes inside it. */
function* nodeNames(node: Node): Generator<string> {
  yield node.name;
  for (const { value } of node.attributes) {
    if (value.kind !== "graph") continue;
    for (const graph of graphsIn(value.value)) for (const { name } of graph.nodes) yield name;
  }
}

/** Names that the graphs inside a node define: the verifier looks at them. */
function innerNames(node: Node): readonly string[] {
  return node.attributes.flatMap(({ value }) =>
    value.kind === "graph" ? [...graphsIn(value.value)].flatMap((graph) => [...definitionsIn(graph)]) : [],
  );
}

function checkReaders(
  patch: Patch,
  { consumers, outputs }: Scope,
  removed: ReadonlySet<Node>,
  provided: ReadonlySet<string>,
): void {
  for (const node of removed) {
    for (const name of node.outputs) {
      if (name === "" || provided.has(name)) continue;
      const reader = consumers.get(name)?.find((consumer) => !removed.has(consumer));
      if (reader !== undefined)
        throw patchError(patch, `nothing makes ${quote(name)}, which ${quote(reader.name)} reads`);
      if (outputs.has(name)) throw patchError(patch, `nothing makes the output ${quote(name)}`);
    }
  }
}

function readsOfPatch(patch: Patch, scope: Scope, removed: ReadonlySet<Node>): PlannedPatch["reads"] {
  const names = new Set([...patch.add.flatMap((node) => [...readsOf(node)]), ...patch.rename.map(([, to]) => to)]);
  return [...names].flatMap((value) => {
    const node = definingScope(scope, value)?.producers.get(value);
    return node === undefined || removed.has(node) ? [] : [{ node, value }];
  });
}
