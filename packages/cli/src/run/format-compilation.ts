import type { OpenModel } from "@hodu/engine";
import { escapeLine, escapeName } from "../terminal/escape.ts";
import { formatSize } from "../values/format-size.ts";

/** Lines that tell how a model was compiled: what was optimised, what its kernels take, and which nodes have none, each with the reason. */
export function formatCompilation({ artifact, isCached, snapshot }: OpenModel): string[] {
  const { report } = artifact;
  if (report === undefined) return [];
  const { optimizations, kernels, calls, arenaBytes, constantBytes } = report;
  const lines = [
    `${kernels} ${kernels === 1 ? "kernel" : "kernels"}${isCached ? " from the cache" : ""} for ${snapshot.graph.nodes.length} nodes, values of at most ${formatSize(arenaBytes)}, packed weights of ${formatSize(constantBytes)}`,
  ];
  lines.push(...optimizations.map(escapeLine));
  if (calls.length > 0) {
    lines.push(
      `Not compiled, run by the interpreter: ${calls.length}`,
      ...calls.map(({ node, operator, reason }) => `  ${operator} ${escapeName(node)}: ${escapeLine(reason)}`),
    );
  }
  return lines.map((line) => `  ${line}`);
}
