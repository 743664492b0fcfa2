import type { Node } from "@hodu/core";
import { readsOf } from "./captures.ts";

/**
 * The nodes in an order in which every value is made before it is read, as near to the given one as that allows.
 * Undefined when they form a cycle.
 */
export function orderNodes(nodes: readonly Node[]): readonly Node[] | undefined {
  const producers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)));
  producers.delete("");
  const needs = nodes.map((node) => [...readsOf(node)].flatMap((name) => producers.get(name) ?? []));
  if (needs.every((before, i) => before.every((j) => j < i))) return nodes;
  const ordered: Node[] = [];
  const state = new Uint8Array(nodes.length);
  for (let first = 0; first < nodes.length; first++) {
    // depth first without recursion: a chain may be as long as the model
    const stack = [first];
    while (stack.length > 0) {
      const at = stack.at(-1)!;
      if (state[at] === DONE) {
        stack.pop();
        continue;
      }
      state[at] = ENTERED;
      const missing = needs[at].filter((before) => state[before] !== DONE);
      if (missing.some((before) => state[before] === ENTERED)) return undefined;
      if (missing.length > 0) stack.push(...missing.reverse());
      else {
        state[at] = DONE;
        ordered.push(nodes[at]);
        stack.pop();
      }
    }
  }
  return ordered;
}

const ENTERED = 1;
const DONE = 2;
