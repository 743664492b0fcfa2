import fc from "fast-check";
import { expect, it } from "vitest";
import { findCycles } from "./cycles.ts";

it("finds no cycle in a graph whose edges all lead down", () => {
  const edges = fc.array(fc.tuple(fc.nat(20), fc.nat(20)));
  fc.assert(
    fc.property(edges, (pairs) => {
      const graph = graphOf(pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1]));
      expect(findCycles(graph)).toEqual([]);
    }),
  );
});

it("finds a cycle, made of edges of the graph, wherever one was put in", () => {
  const pairs = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 20 });
  const ring = fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pairs, ring, (others, members) => {
      const graph = graphOf([...others, ...members.map((a, at) => [a, members[(at + 1) % members.length]!])]);
      const cycles = findCycles(graph);
      expect(cycles.length).toBeGreaterThan(0);
      for (const cycle of cycles) {
        for (const [at, node] of cycle.entries()) expect(graph.get(node)).toContain(cycle[(at + 1) % cycle.length]);
      }
    }),
  );
});

it("ignores edges that leave the graph", () => {
  expect(findCycles(new Map([["a", ["b"]]]))).toEqual([]);
});

function graphOf(pairs: readonly (readonly number[])[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const [from, to] of pairs) {
    for (const node of [from, to]) if (!graph.has(String(node))) graph.set(String(node), []);
    graph.get(String(from))?.push(String(to));
  }
  return graph;
}
