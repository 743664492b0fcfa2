import type { ListedPlugin } from "@hodu/plugin-host";
import { findRequired, requirementsOf, thisMachine } from "@hodu/plugin-host/develop";

/** What plugins require of each other and of the machine. */
export interface PluginGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A plugin, a library, or something that is not there. */
export interface GraphNode {
  /** Id of a plugin, or what is required: `library:openblas`. */
  readonly id: string;
  readonly version: string | undefined;
  readonly isMissing: boolean;
}

interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly range: string;
}

/** The graph of plugins, with what they require; all of them, or those that are not Hodu's own. */
export function pluginGraph(plugins: readonly ListedPlugin[], isAll: boolean): PluginGraph {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const open = plugins.filter(({ origin }) => isAll || (origin !== "bundled" && origin !== "builtin"));
  for (const plugin of open) {
    const { id, version } = plugin.manifest;
    if (nodes.has(id)) continue;
    nodes.set(id, { id, version, isMissing: false });
    for (const requirement of requirementsOf(plugin.manifest)) {
      const required = findRequired(requirement, plugins, thisMachine());
      if ("plugin" in required) open.push(required.plugin);
      else
        nodes.set(requirement.text, { id: requirement.text, version: undefined, isMissing: required.kind === "unmet" });
      const to = "plugin" in required ? required.plugin.manifest.id : requirement.text;
      edges.push({ from: id, to, range: requirement.range });
    }
  }
  return { nodes: [...nodes.values()], edges };
}
