import type { Graph, Node, Weight } from "@hodu/core";
import { readsOf } from "./captures.ts";

/** A graph of a model, with who makes and who reads its values; those of the graphs around it are seen through `parent`. */
export interface Scope {
  readonly graph: Graph;
  readonly parent: Scope | undefined;
  /** The node of `parent` that the graph belongs to. */
  readonly owner: Node | undefined;
  readonly producers: ReadonlyMap<string, Node>;
  /** Nodes of this graph that read a value, be it in a graph inside them; each once, in order. */
  readonly consumers: ReadonlyMap<string, readonly Node[]>;
  readonly outputs: ReadonlySet<string>;
  /** Weights that nobody can replace: no defaults of inputs. */
  readonly constants: ReadonlyMap<string, Weight>;
  /** Names of inputs and of all weights. */
  readonly given: ReadonlySet<string>;
}

/** The scopes of a graph and of all graphs inside it, outer ones first. */
export function scopesOf(graph: Graph, parent?: Scope, owner?: Node): readonly Scope[] {
  const scope = scopeOf(graph, parent, owner);
  const inner = graph.nodes.flatMap((node) =>
    node.attributes.flatMap(({ value }) => (value.kind === "graph" ? scopesOf(value.value, scope, node) : [])),
  );
  return [scope, ...inner];
}

function scopeOf(graph: Graph, parent: Scope | undefined, owner: Node | undefined): Scope {
  const producers = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) if (name !== "") producers.set(name, node);
    for (const name of readsOf(node)) {
      const readers = consumers.get(name);
      if (readers === undefined) consumers.set(name, [node]);
      else readers.push(node);
    }
  }
  const defaults = new Set(graph.inputs.map((input) => input.default));
  return {
    graph,
    parent,
    owner,
    producers,
    consumers,
    outputs: new Set(graph.outputs.map(({ name }) => name)),
    constants: new Map(graph.weights.filter(({ name }) => !defaults.has(name)).map((weight) => [weight.name, weight])),
    given: new Set([...graph.inputs, ...graph.weights].map(({ name }) => name)),
  };
}

/** The scope that defines a value that is read in `scope`; undefined when none does. */
export function definingScope(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.producers.has(name) || at.given.has(name)) return at;
  }
  return undefined;
}
