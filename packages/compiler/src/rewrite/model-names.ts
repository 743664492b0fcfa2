import { type Graph, graphsIn } from "@hodu/core";
import { definitionsIn } from "./captures.ts";

/** Names of values and nodes that are in use in a model, so that new ones can be made. */
export class ModelNames {
  readonly #taken = new Set<string>();

  /** Takes every name of a graph and of the graphs inside it. */
  constructor(main: Graph) {
    for (const graph of graphsIn(main)) {
      for (const name of definitionsIn(graph)) this.#taken.add(name);
      for (const { name } of graph.nodes) this.#taken.add(name);
    }
  }

  /** Marks a name as used. */
  take(name: string): void {
    this.#taken.add(name);
  }

  /** `base`, or `base_1`, `base_2`, ... when it is taken. */
  fresh(base: string): string {
    let name = base;
    for (let i = 1; this.#taken.has(name); i++) name = `${base}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
