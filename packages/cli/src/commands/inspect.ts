import { basename } from "node:path";
import {
  formatDim,
  formatType,
  graphsIn,
  type GraphInput,
  type GraphOutput,
  HoduError,
  type Node,
  quote,
  type Snapshot,
  type ValueType,
} from "@hodu/core";
import { estimateMemory, readModel, startDeadline, weightBytes } from "@hodu/engine";
import { openFile } from "@hodu/engine/node";
import { loadInProcess } from "@hodu/plugin-host";
import { watchInterrupts } from "../interrupt.ts";
import { openRegistry, pluginLabel } from "../plugins/open-registry.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { escapeJson, escapeName } from "../terminal/escape.ts";
import { newStatus } from "../terminal/status.ts";
import { columnsOf } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";
import { formatSize } from "../values/format-size.ts";

export interface InspectFlags {
  readonly format: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly allowExternal?: readonly string[];
}

/** What is told of a model file. */
interface Inspection {
  readonly path: string;
  readonly formatName: string;
  readonly formatTitle: string;
  readonly plugin: string;
  readonly size: number;
  readonly snapshot: Snapshot;
}

/** `hodu inspect MODEL`. Reads no weights. */
export async function inspect(path: string, flags: InspectFlags): Promise<void> {
  if (flags.format !== "pretty" && flags.format !== "json") {
    throw new HoduError("BAD_USAGE", `Cannot use --format ${quote(flags.format)}: expected pretty or json`, {
      hint: `hodu inspect ${path} --format json`,
    });
  }
  const registry = openRegistry();
  const source = await openFile(path, { allowExternal: flags.allowExternal });
  const { plugin, component } = await modelFormatOf(registry, source);
  const format = (await loadInProcess(plugin)).formats![component.name];
  const { signal } = startDeadline(undefined, watchInterrupts());
  const context = callContext(signal, newStatus("normal"));
  const { snapshot } = await readAs(source, "load_model", () => readModel(source, { format, context }, () => {}));
  const found: Inspection = {
    path,
    formatName: component.name,
    formatTitle: component.title,
    plugin: pluginLabel(plugin),
    size: source.size,
    snapshot,
  };
  const isJson = flags.json === true || flags.format === "json";
  await writeResult(isJson ? asJson(found, flags.verbose ?? false) : asText(found, flags.verbose ?? false));
}

function asText({ path, formatTitle, plugin, size, snapshot }: Inspection, verbose: boolean): string {
  const { graph } = snapshot;
  const nodes = nodesOf(snapshot);
  const lines = [
    `Model: ${escapeName(path)}`,
    `Format: ${formatTitle} (${plugin})`,
    `Size: ${formatSize(size)}`,
    "",
    "Inputs:",
    ...listOf(graph.inputs.map(describeInput)),
    "",
    "Outputs:",
    ...listOf(graph.outputs.map(describeValue)),
    "",
    `Operations: ${nodes.length}`,
    ...wrap(histogram(nodes).map(([op, count]) => `${op}: ${count}`)),
  ];
  if (verbose) lines.push("", ...details(snapshot));
  return `${lines.join("\n")}\n`;
}

const listOf = (items: readonly string[]): string[] =>
  items.length === 0 ? ["  (none)"] : items.map((item) => `  ${item}`);

function describeInput(input: GraphInput): string {
  return `${describeValue(input)}${input.default === undefined ? "" : " (optional)"}`;
}

function describeValue({ name, type }: GraphOutput): string {
  return `${escapeName(name)}: ${formatType(type)}`;
}

/** Nodes of the graph and of all subgraphs. */
function nodesOf(snapshot: Snapshot): Node[] {
  return [...graphsIn(snapshot.graph)].flatMap((graph) => graph.nodes);
}

/** Operators with their numbers, most frequent first. */
function histogram(nodes: readonly Node[]): [operator: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { op } of nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Items with commas, on lines that fit. */
function wrap(items: readonly string[]): string[] {
  const columns = columnsOf(process.stdout);
  const lines: string[] = [];
  let line = " ";
  items.forEach((item, i) => {
    const piece = ` ${item}${i === items.length - 1 ? "" : ","}`;
    if (line.length > 1 && line.length + piece.length > columns) {
      lines.push(line);
      line = " ";
    }
    line += piece;
  });
  return line === " " ? lines : [...lines, line];
}

function details(snapshot: Snapshot): string[] {
  const { weightBytes: weights, peakBytes, unknownValues, assumed } = estimateMemory(snapshot, new Map());
  const lines = [
    ...(snapshot.producer === "" ? [] : [`Producer: ${escapeName(snapshot.producer)}`, ""]),
    "Nodes:",
    ...nodesOf(snapshot).map(describeNode),
    "",
    `Estimated memory: ~${formatSize(weights + peakBytes)} (inference)`,
    `Weights size: ${formatSize(weights)}`,
    `Intermediate tensors: ~${formatSize(peakBytes)} (peak)`,
  ];
  if (assumed.length > 0) lines.push(`  with ${assumed.map((name) => `${escapeName(name)} = 1`).join(", ")}`);
  if (unknownValues > 0) lines.push(`  without ${unknownValues} values whose size only a run can tell`);
  return lines;
}

function describeNode({ name, op, domain, inputs, outputs }: Node): string {
  const list = (names: readonly string[]): string =>
    names.map((value) => (value === "" ? "-" : escapeName(value))).join(", ");
  const operator = domain === "" ? op : `${domain}.${op}`;
  return `  ${escapeName(name)}: ${escapeName(operator)}(${list(inputs)}) -> ${list(outputs)}`;
}

function asJson({ path, formatName, plugin, size, snapshot }: Inspection, verbose: boolean): string {
  const { graph } = snapshot;
  const nodes = nodesOf(snapshot);
  const report = {
    name: basename(path),
    path,
    format: formatName,
    plugin,
    size_bytes: size,
    producer: snapshot.producer,
    metadata: Object.fromEntries(snapshot.metadata),
    inputs: graph.inputs.map((input) => ({ ...jsonOfValue(input), optional: input.default !== undefined })),
    outputs: graph.outputs.map(jsonOfValue),
    operation_count: nodes.length,
    operations: Object.fromEntries(histogram(nodes)),
    weights_bytes: weightBytes(snapshot),
    ...(verbose ? jsonDetails(snapshot, nodes) : {}),
  };
  return `${escapeJson(JSON.stringify(report, null, 2))}\n`;
}

function jsonDetails(snapshot: Snapshot, nodes: readonly Node[]) {
  const { weightBytes: weights, peakBytes, unknownValues, assumed } = estimateMemory(snapshot, new Map());
  return {
    estimated_memory_bytes: weights + peakBytes,
    intermediate_peak_bytes: peakBytes,
    unknown_values: unknownValues,
    symbols_assumed_1: assumed,
    nodes: nodes.map(({ name, op, domain, inputs, outputs }) => ({ name, op, domain, inputs, outputs })),
  };
}

function jsonOfValue({ name, type }: GraphOutput) {
  return { name, type: formatType(type), ...jsonOfType(type) };
}

/** Dims are numbers, or expressions over symbols as text. */
function jsonOfType(type: ValueType | undefined) {
  if (type?.kind !== "tensor") return {};
  const shape = type.shape?.map((dim) => (typeof dim === "number" ? dim : formatDim(dim)));
  return { dtype: type.dtype, ...(shape === undefined ? {} : { shape }) };
}
