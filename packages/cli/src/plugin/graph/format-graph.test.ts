import { describe, expect, it } from "vitest";
import { formatDot, formatMermaid, formatTree } from "./format-graph.ts";
import type { PluginGraph } from "./plugin-graph.ts";

const node = (id: string, version?: string) => ({ id, version, isMissing: version === undefined });
const edge = (from: string, to: string, range = "*") => ({ from, to, range });

const GRAPH: PluginGraph = {
  nodes: [node("a", "1.0.0"), node("b", "2.0.0"), node("c", "3.0.0"), node('kernel:"x"')],
  edges: [edge("a", "b", "^2.0"), edge("a", "c"), edge("b", "c", ">=3"), edge("c", 'kernel:"x"')],
};

describe("the graph of plugins", () => {
  it("is a tree in which a plugin stands in full once", () => {
    expect(formatTree(GRAPH)).toEqual([
      "a 1.0.0",
      "├── b 2.0.0 (^2.0)",
      "│   └── c 3.0.0 (>=3)",
      '│       └── kernel:"x" missing (*)',
      "└── c 3.0.0 (*) (above)",
    ]);
  });

  it("comes to an end where plugins require each other", () => {
    const circle = { nodes: [node("a", "1.0.0"), node("b", "1.0.0")], edges: [edge("a", "b"), edge("b", "a")] };
    expect(formatTree(circle)).toEqual(["a 1.0.0", "└── b 1.0.0 (*)", "    └── a 1.0.0 (*) (above)"]);
  });

  it("is text that Graphviz and Mermaid read, whatever names have in them", () => {
    expect(formatDot(GRAPH)).toContain('  "c" -> "kernel:\\"x\\"" [label = "*"];');
    expect(formatDot(GRAPH)[0]).toBe("digraph plugins {");
    expect(formatMermaid(GRAPH)).toContain('  n3["kernel:#quot;x#quot; missing"]');
    expect(formatMermaid(GRAPH)).toContain('  n0 -->|"^2.0"| n1');
  });
});
