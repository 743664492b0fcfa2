import { HoduError } from "@hodu/core";
import { openConfig } from "../../config/config.ts";
import { formatDot, formatMermaid, formatTree } from "../../plugin/graph/format-graph.ts";
import { pluginGraph } from "../../plugin/graph/plugin-graph.ts";
import { discover } from "../../plugins/discover.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin graph`. */
export interface GraphFlags {
  readonly all?: boolean;
  readonly dot?: boolean;
  readonly mermaid?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin graph`: what plugins require. */
export async function graph({ all = false, dot = false, mermaid = false, json = false }: GraphFlags): Promise<void> {
  if ([dot, mermaid, json].filter((wanted) => wanted).length > 1) {
    throw new HoduError("BAD_USAGE", "Cannot print the graph in several forms: expected --dot, --mermaid or --json", {
      hint: "hodu plugin graph --dot",
    });
  }
  const { plugins } = await discover(await openConfig(), process.env);
  const found = pluginGraph(plugins, all);
  if (json) return writeResult(`${escapeJson(JSON.stringify(found, null, 2))}\n`);
  const lines = dot ? formatDot(found) : mermaid ? formatMermaid(found) : formatTree(found);
  await writeResult(`${(lines.length === 0 ? ["(none)"] : lines).join("\n")}\n`);
}
