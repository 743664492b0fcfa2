import { escapeLine, escapeName } from "../terminal/escape.ts";
import { formatTable } from "../terminal/table.ts";
import { cutMiddle, textWidth } from "../terminal/text-width.ts";
import { formatSize } from "../values/format-size.ts";
import type { ModelDetails, NodeReport, WeightReport } from "./model-details.ts";
import { type InputReport, type ModelReport, operatorName } from "./model-report.ts";
import { counted, fitRows, formatMetadata, grouped, type Page } from "./page.ts";
import type { ValueReport } from "./value-report.ts";

/** The lines of a model's report as a person reads them. `title`: of the format. */
export function formatModel(
  report: ModelReport,
  title: string,
  details: ModelDetails | undefined,
  page: Page,
): readonly string[] {
  const operations = Object.entries(report.operations).map(([operator, count]) => `${escapeName(operator)}: ${count}`);
  return [
    `Model: ${escapeLine(report.path ?? report.name)}`,
    `Format: ${title} (${report.plugin})`,
    `Size: ${formatSize(report.size_bytes)}`,
    ...(details === undefined || report.producer === "" ? [] : [`Producer: ${escapeName(report.producer)}`]),
    "",
    "Inputs:",
    ...formatValues(report.inputs, page),
    "",
    "Outputs:",
    ...formatValues(report.outputs, page),
    "",
    `Operations: ${report.operation_count}`,
    ...wrap(operations, page),
    "",
    `Weights: ${grouped(report.weight_count)} (${counted(report.parameters, "parameter")}, ${formatSize(report.weights_bytes)})`,
    ...(details === undefined ? [] : formatDetails(report, details, page)),
  ];
}

function formatValues(values: readonly (ValueReport & Partial<InputReport>)[], page: Page): string[] {
  if (values.length === 0) return ["  (none)"];
  const { shown, rest } = fitRows(values, page);
  const lines = shown.map(
    ({ name, type, optional }) => `  ${escapeName(name)}: ${type}${optional ? " (optional)" : ""}`,
  );
  return [...lines, ...rest];
}

/** Columns of a list of items that no terminal limits. */
const WRAP_COLUMNS = 80;

/** Items with commas, on lines that fit. */
function wrap(items: readonly string[], { columns }: Page): string[] {
  const width = Number.isFinite(columns) ? columns : WRAP_COLUMNS;
  const lines: string[] = [];
  let line = " ";
  items.forEach((item, i) => {
    const piece = ` ${item}${i === items.length - 1 ? "" : ","}`;
    if (line.length > 1 && line.length + piece.length > width) {
      lines.push(line);
      line = " ";
    }
    line += piece;
  });
  return line === " " ? lines : [...lines, line];
}

function formatDetails(report: ModelReport, details: ModelDetails, page: Page): string[] {
  return [
    ...formatMetadata(report.metadata, page),
    ...formatWeights(details.weights, page),
    ...formatNodes(details.nodes, page),
    "",
    ...formatEstimate(report, details),
  ];
}

function formatWeights(weights: readonly WeightReport[], page: Page): string[] {
  if (weights.length === 0) return [];
  const { shown, rest } = fitRows(weights, page);
  const hasFiles = weights.some(({ file }) => file !== null);
  const columns = [{ title: "Weight" }, { title: "Type" }, { title: "Size", align: "right" }] as const;
  const rows = shown.map(({ name, dtype, shape, size_bytes, file }) => [
    escapeLine(name),
    `${dtype}[${shape.join(", ")}]`,
    formatSize(size_bytes),
    ...(hasFiles ? [file === null ? "" : escapeLine(file)] : []),
  ]);
  const lines = formatTable(hasFiles ? [...columns, { title: "File" }] : columns, rows, page.columns - 2);
  return ["", ...indent(lines), ...rest];
}

function formatNodes(nodes: readonly NodeReport[], page: Page): string[] {
  const { shown, rest } = fitRows(nodes, page);
  return ["", "Nodes:", ...shown.map((node) => formatNode(node, page)), ...rest];
}

/** Parts of a line that is too long: its name and its inputs get this share of the columns each, its outputs what is left. */
const SHARE = 0.3;

function formatNode(node: NodeReport, { columns }: Page): string {
  const list = (names: readonly string[]): string => names.map((name) => name || "-").join(", ");
  const name = escapeLine(node.name);
  const operator = escapeLine(operatorName(node));
  const inputs = list(node.inputs.map(escapeLine));
  const outputs = list(node.outputs.map((value, i) => value && `${escapeLine(value)}: ${node.output_types[i]}`));
  const line = `  ${name}: ${operator}(${inputs}) -> ${outputs}`;
  if (textWidth(line) <= columns) return line;
  const room = columns - operator.length - "  : () -> ".length;
  const [shortName, shortInputs] = [name, inputs].map((text) => cutMiddle(text, Math.max(8, Math.floor(room * SHARE))));
  const left = room - textWidth(shortName) - textWidth(shortInputs);
  return `  ${shortName}: ${operator}(${shortInputs}) -> ${cutMiddle(outputs, Math.max(8, left))}`;
}

function formatEstimate({ weights_bytes }: ModelReport, details: ModelDetails): string[] {
  const lines = [
    `Estimated memory: ~${formatSize(details.estimated_memory_bytes)} (inference)`,
    `Weights size: ${formatSize(weights_bytes)}`,
    `Intermediate tensors: ~${formatSize(details.intermediate_peak_bytes)} (peak)`,
    `Arithmetic: ~${formatFlops(details.estimated_flops)} (matrix products and convolutions)`,
  ];
  const assumed = details.symbols_assumed_1.map((name) => `${escapeName(name)} = 1`);
  if (assumed.length > 0) lines.push(`  with ${assumed.join(", ")}`);
  if (details.unknown_values > 0)
    lines.push(`  without ${counted(details.unknown_values, "value")} whose size only a run can tell`);
  return lines;
}

const PREFIXES = ["", "K", "M", "G", "T", "P"] as const;

/** `3.9 GFLOP`: powers of 1000. */
function formatFlops(flops: number): string {
  const power = flops < 1000 ? 0 : Math.min(PREFIXES.length - 1, Math.floor(Math.log10(flops) / 3));
  return power === 0 ? `${grouped(flops)} FLOP` : `${(flops / 1000 ** power).toFixed(1)} ${PREFIXES[power]}FLOP`;
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
