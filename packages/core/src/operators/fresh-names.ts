import type { Graph } from "../snapshot/types.ts";

/** Names of values and nodes that are in use, so that new ones can be made. */
export class FreshNames {
  readonly #taken = new Set<string>();

  /** Takes every name of a graph and of the graphs inside it. */
  constructor(graph: Graph) {
    this.#takeAll(graph);
  }

  #takeAll(graph: Graph): void {
    for (const { name } of [...graph.inputs, ...graph.weights]) this.#taken.add(name);
    for (const node of graph.nodes) {
      this.#taken.add(node.name);
      for (const name of node.outputs) this.#taken.add(name);
      for (const { value } of node.attributes) if (value.kind === "graph") this.#takeAll(value.value);
    }
  }

  /** `base`, or `base_1`, `base_2`, ... when it is taken. */
  fresh(base: string): string {
    let name = base;
    for (let i = 1; this.#taken.has(name); i++) name = `${base}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
