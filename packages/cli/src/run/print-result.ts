import { writeJsonValue } from "@hodu/core";
import type { NamedValue, NodeTime, RunResult } from "hodu-plugin-sdk";
import { escapeJson, escapeName, jsonString } from "../terminal/escape.ts";
import { columnsOf } from "../terminal/style.ts";
import { formatNamed } from "../values/format-value.ts";
import type { TopOptions } from "../values/format-top.ts";
import { formatSize } from "../values/format-size.ts";
import type { RunTimes } from "./times.ts";

/** The outputs as a person reads them, with `top` by their largest elements. */
export function formatOutputs(outputs: readonly NamedValue[], top?: TopOptions): string {
  const columns = columnsOf(process.stdout);
  return outputs.map(({ name, value }) => `${formatNamed(name, value, columns, top).join("\n")}\n`).join("\n");
}

/** The outputs as `--json` gives them. */
export function outputsAsJson(outputs: readonly NamedValue[], times: RunTimes): string {
  const members = outputs.map(({ name, value }) => `${jsonString(name)}:${escapeJson(writeJsonValue(value))}`);
  const { load, compile, run, total, isCached } = times;
  const time = Object.entries({ load, compile, run, total }).map(([name, ms]) => `"${name}_ms":${ms.toFixed(3)}`);
  return `{"outputs":{${members.join(",")}},"times":{${time.join(",")}},"compile_cached":${isCached}}\n`;
}

/** Nodes that the table of slowest ones has. */
const SLOWEST = 5;

/** Time by operator (that of subgraphs counts for their node as well) and the slowest nodes, for `--verbose`. `total`: of the run. */
export function formatProfile({ nodes = [], peakBytes }: RunResult, total: number): string {
  const operators = new Map<string, { calls: number; milliseconds: number }>();
  for (const { operator, calls, milliseconds } of nodes) {
    const sum = operators.get(operator) ?? { calls: 0, milliseconds: 0 };
    operators.set(operator, { calls: sum.calls + calls, milliseconds: sum.milliseconds + milliseconds });
  }
  const rows = [...operators].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
  const width = Math.max(8, ...rows.map(([operator]) => operator.length));
  const lines = [
    `${"Operator".padEnd(width)}  ${"Calls".padStart(7)}  ${"Time".padStart(11)}  ${"Share".padStart(7)}`,
    ...rows.map(([operator, { calls, milliseconds }]) => {
      const share = total === 0 ? 0 : (100 * milliseconds) / total;
      return `${operator.padEnd(width)}  ${String(calls).padStart(7)}  ${`${milliseconds.toFixed(2)} ms`.padStart(11)}  ${`${share.toFixed(1)} %`.padStart(7)}`;
    }),
  ];
  const slowest = nodes.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
  const left = nodes.filter(({ compiled }) => compiled === false);
  if (left.length > 0) lines.push("", "Run by the interpreter:", ...left.map(formatNode));
  if (slowest.length > 1) lines.push("", "Slowest nodes:", ...slowest.map(formatNode));
  lines.push("", `Peak memory of values: ${formatSize(peakBytes)}`);
  return `${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}\n`;
}

function formatNode({ name, operator, milliseconds }: NodeTime): string {
  return `${`${milliseconds.toFixed(2)} ms`.padStart(11)}  ${operator}  ${escapeName(name)}`;
}
