import type { CompileReport } from "hodu-plugin-sdk";
import { escapeLine, escapeName } from "../terminal/escape.ts";
import { formatSize } from "../values/format-size.ts";
import type { OpenedForRun } from "./open-for-run.ts";

/** Lines that tell how a model was compiled: what was optimised, what its kernels take, and which nodes have none, each with the reason. */
export function formatCompilation(open: OpenedForRun): string[] {
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
  { isCached, isForAnyBatch, snapshot }: OpenedForRun,
  { kernels, calls, arenaBytes, constantBytes }: CompileReport,
): string {
  const from = isCached ? " from the cache" : "";
  if (kernels === 0 && calls.length === 0) return `no kernels${from}: they are made for the inputs of a run`;
  const count = `${kernels} ${kernels === 1 ? "kernel" : "kernels"}${from} for ${snapshot.graph.nodes.length} nodes`;
  const values = `${formatSize(arenaBytes)}${isForAnyBatch ? " for each of a batch" : ""}`;
  return `${count}, values of at most ${values}, packed weights of ${formatSize(constantBytes)}`;
}
