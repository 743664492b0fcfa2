import type { NamedValue } from "@hodu/core";
import { escapeLine } from "../terminal/escape.ts";
import { formatTable } from "../terminal/table.ts";
import { formatNamed } from "../values/format-value.ts";
import { formatSize } from "../values/format-size.ts";
import { fitRows, formatMetadata, grouped, type Page } from "./page.ts";
import type { TensorsReport } from "./tensors-report.ts";

/** The lines of a tensor file's report as a person reads them. `title`: of the format. */
export function formatTensors(report: TensorsReport, title: string, page: Page): readonly string[] {
  const { shown, rest } = fitRows(report.values, page);
  const rows = shown.map(({ name, type, size_bytes }) => [
    labelOf(name),
    type,
    size_bytes === undefined ? "" : formatSize(size_bytes),
  ]);
  const columns = [{ title: "Name" }, { title: "Type" }, { title: "Size", align: "right" }] as const;
  const table = formatTable(columns, rows, page.columns - 2).map((line) => `  ${line}`);
  return [
    `File: ${escapeLine(report.path ?? report.name)}`,
    `Format: ${title} (${report.plugin})`,
    `Size: ${formatSize(report.size_bytes)}`,
    ...formatMetadata(report.metadata, page),
    "",
    `Values: ${grouped(report.values.length)}`,
    ...(rows.length === 0 ? [] : [...table, ...rest]),
  ];
}

/** The values themselves, for `--verbose`: summary and elements, large ones by their corners. */
export function formatFileValues(values: readonly NamedValue[], columns: number, page: Page): readonly string[] {
  const { shown, rest } = fitRows(values, page);
  return [...shown.flatMap(({ name, value }) => ["", ...formatNamed(labelOf(name), value, columns)]), ...rest];
}

const labelOf = (name: string): string => (name === "" ? "(unnamed)" : escapeLine(name));
