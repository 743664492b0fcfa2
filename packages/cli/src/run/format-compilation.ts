import type { OpenModel } from "@hodu/engine";
import type { CompileReport } from "hodu-plugin-sdk";
import { escapeLine, escapeName } from "../terminal/escape.ts";
import { formatSize } from "../values/format-size.ts";

/** Lines that tell how a model was compiled: what was optimised, what its kernels take, and which nodes have none, each with the reason. */
export function formatCompilation(open: OpenModel): string[] {
  const { report } = open.artifact;
  if (report === undefined) return [];
  const { optimizations, calls } = report;
  const lines = [kernelLine(open, report)];
  lines.push(...optimizations.map(escapeLine));
  if (calls.length > 0) {
    lines.push(
      `Not compiled, run by the interpreter: ${calls.length}`,
      ...calls.map(({ node, operator, reason }) => `  ${operator} ${escapeName(node)}: ${escapeLine(reason)}`),
    );
  }
  return lines.map((line) => `  ${line}`);
}

function kernelLine(
  { isCached, snapshot }: OpenModel,
  { kernels, calls, arenaBytes, constantBytes }: CompileReport,
): string {
  const from = isCached ? " from the cache" : "";
  if (kernels === 0 && calls.length === 0) return `no kernels${from}: they are made for the inputs of a run`;
  const count = `${kernels} ${kernels === 1 ? "kernel" : "kernels"}${from} for ${snapshot.graph.nodes.length} nodes`;
  return `${count}, values of at most ${formatSize(arenaBytes)}, packed weights of ${formatSize(constantBytes)}`;
}
