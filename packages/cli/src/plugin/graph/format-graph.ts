import { escapeName } from "../../terminal/escape.ts";
import type { GraphNode, PluginGraph } from "./plugin-graph.ts";

/** A plugin stands there in full once; where it comes up again, in a few words. */
export function formatTree({ nodes, edges }: PluginGraph): readonly string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const targets = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const roots = nodes.filter(({ id }) => !targets.has(id));
  const shown = new Set<string>();
  const lines: string[] = [];
  // Plugins that require each other have no root: any of them begins.
  for (const root of [...roots, ...nodes]) {
    if (shown.has(root.id)) continue;
    const open = [{ id: root.id, before: "", under: "", range: "" }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { id, before, under, range } = next;
      const isAgain = shown.has(id);
      const below = isAgain ? [] : edges.filter(({ from }) => from === id);
      lines.push(
        `${before}${label(byId.get(id)!, range)}${isAgain && edges.some(({ from }) => from === id) ? " (above)" : ""}`,
      );
      shown.add(id);
      const children = below.map((edge, i) => ({
        id: edge.to,
        range: edge.range,
        before: `${under}${i === below.length - 1 ? "└── " : "├── "}`,
        under: `${under}${i === below.length - 1 ? "    " : "│   "}`,
      }));
      open.push(...children.reverse());
    }
  }
  return lines;
}

function label({ id, version, isMissing }: GraphNode, range: string): string {
  const there = isMissing ? "missing" : (version ?? "");
  const wanted = range === "" ? "" : ` (${escapeName(range)})`;
  return `${escapeName(id)}${there === "" ? "" : ` ${there}`}${wanted}`;
}

/** The graph in the language of Graphviz. */
export function formatDot({ nodes, edges }: PluginGraph): readonly string[] {
  const text = (name: string): string => `"${escapeName(name).replaceAll(/["\\]/g, "\\$&")}"`;
  return [
    "digraph plugins {",
    "  rankdir = LR;",
    ...nodes.map(
      (node) => `  ${text(node.id)} [label = ${text(label(node, ""))}${node.isMissing ? ", color = red" : ""}];`,
    ),
    ...edges.map(({ from, to, range }) => `  ${text(from)} -> ${text(to)} [label = ${text(range)}];`),
    "}",
  ];
}

/** The graph in the language of Mermaid, which has names of its own for nodes. */
export function formatMermaid({ nodes, edges }: PluginGraph): readonly string[] {
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const text = (name: string): string => `"${escapeName(name).replaceAll("#", "#35;").replaceAll('"', "#quot;")}"`;
  return [
    "flowchart LR",
    ...nodes.map((node) => `  ${names.get(node.id)}[${text(label(node, ""))}]`),
    ...edges.map(({ from, to, range }) => `  ${names.get(from)} -->|${text(range)}| ${names.get(to)}`),
  ];
}
