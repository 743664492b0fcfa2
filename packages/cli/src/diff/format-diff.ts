import { counted, fitRows, type Page } from "../inspect/page.ts";
import { escapeLine } from "../terminal/escape.ts";
import type { Paint } from "../terminal/style.ts";
import { formatTable, type TableColumn } from "../terminal/table.ts";
import { cutMiddle, textWidth } from "../terminal/text-width.ts";
import { shortNumber } from "../values/format-elements.ts";
import {
  type Change,
  type ElementChange,
  type FileDiff,
  isSame,
  type ModelDiff,
  type ValueChange,
} from "./differences.ts";

/** One of the two files, as a person names it. */
export interface Side {
  readonly path: string;
  /** Title of its format. */
  readonly title: string;
}

/** How a difference is shown. */
export interface DiffLook {
  readonly page: Page;
  readonly paint: Paint;
  /** `rtol 1e-3, atol 0`; undefined when nothing is tolerated. */
  readonly tolerance: string | undefined;
}

/** The lines of a difference as a person reads them. */
export function formatDiff(a: Side, b: Side, diff: FileDiff, look: DiffLook): readonly string[] {
  const { paint } = look;
  const name = ({ path, title }: Side): string => `${escapeLine(path)} (${title})`;
  return [
    paint(`--- ${name(a)}`, "red"),
    paint(`+++ ${name(b)}`, "green"),
    ...formatChanges("Metadata", diff.metadata, look),
    ...(diff.kind === "model" ? formatModelDiff(diff, look) : formatValueChanges("Values", diff.values, look)),
    "",
    summary(diff, look),
  ];
}

function formatModelDiff(diff: ModelDiff, look: DiffLook): string[] {
  const counts = diff.operations.map(({ operator, a, b }) => [escapeLine(operator), String(a), String(b)]);
  return [
    ...formatChanges("Inputs", diff.inputs, look),
    ...formatChanges("Outputs", diff.outputs, look),
    ...formatRows("Operations", [{ title: "Operator" }, right("A"), right("B")], counts, look),
    ...formatChanges("Nodes", diff.nodes, look),
    ...formatValueChanges("Weights", diff.weights, look),
    ...formatRenames(diff),
  ];
}

/** How many names differ, by what has them. */
function formatRenames({ renamed }: ModelDiff): string[] {
  const counts = (["node", "value", "weight"] as const).flatMap((noun) => {
    const count = renamed.filter(({ kind }) => kind === noun).length;
    return count === 0 ? [] : [counted(count, noun)];
  });
  return counts.length === 0 ? [] : ["", `Other names: ${counts.join(", ")}; --json lists them`];
}

const SIGNS = { added: ["+", "green"], removed: ["-", "red"], changed: ["~", "yellow"] } as const;

/** A line for each change; further details below it. */
function formatChanges(title: string, changes: readonly Change[], { page, paint }: DiffLook): string[] {
  if (changes.length === 0) return [];
  const { shown, rest } = fitRows(changes, page);
  const lines = shown.flatMap(({ name, change, details }) => {
    const [sign, color] = SIGNS[change];
    const line = (text: string): string => paint(cutMiddle(text, page.columns), color);
    const [first, ...others] = details.map(escapeLine);
    if (others.length === 0) return [line(`  ${sign} ${labelOf(name)}: ${first}`)];
    return [line(`  ${sign} ${labelOf(name)}`), ...[first, ...others].map((detail) => line(`      ${detail}`))];
  });
  return ["", `${title}:`, ...lines, ...rest];
}

const labelOf = (name: string): string => (name === "" ? "(unnamed)" : escapeLine(name));

/** Changes of what the values are as lines, of their elements as a table. */
function formatValueChanges(title: string, changes: readonly ValueChange[], look: DiffLook): string[] {
  const plain = changes.filter(({ elements }) => elements === undefined);
  const rows = changes.flatMap(({ name, details, elements }) =>
    elements === undefined ? [] : [[labelOf(name), details[0], ...elementCells(elements)]],
  );
  const isWide = rows.some((row) => textWidth(row.join("  ")) + 2 > look.page.columns);
  return [
    ...formatChanges(title, plain, look),
    ...formatRows(
      plain.length === 0 ? title : "",
      isWide ? ELEMENT_COLUMNS.slice(0, -1) : ELEMENT_COLUMNS,
      isWide ? rows.map((row) => row.slice(0, -1)) : rows,
      look,
    ),
  ];
}

const right = (title: string): TableColumn => ({ title, align: "right" });

/** The last one is left out where it does not fit. */
const ELEMENT_COLUMNS: readonly TableColumn[] = [
  { title: "Name" },
  { title: "Type" },
  ...["Differing", "Max abs", "Max rel"].map(right),
  { title: "First" },
];

function elementCells({ elements, differing, first, max_absolute, max_relative, nan }: ElementChange): string[] {
  const number = (value: number | null): string => (value === null ? "-" : shortNumber(Number(value.toPrecision(3))));
  const place = first === undefined ? "" : `[${first.index.join(", ")}]: ${first.a} -> ${first.b}`;
  const nans = nan[0] === nan[1] ? "" : `; ${nan[0]} -> ${nan[1]} NaN`;
  const share = `${differing} of ${elements}`;
  return [share, number(max_absolute), number(max_relative), escapeLine(`${place}${nans}`)];
}

function formatRows(
  title: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { page }: DiffLook,
): string[] {
  if (rows.length === 0) return [];
  const { shown, rest } = fitRows(rows, page);
  const lines = formatTable(columns, shown, page.columns - 2).map((line) => `  ${line}`);
  return ["", ...(title === "" ? [] : [`${title}:`]), ...lines, ...rest];
}

/** `No differences.`, or what differs in how many places. */
function summary(diff: FileDiff, { tolerance }: DiffLook): string {
  const { values, max_absolute } = diff.within_tolerance;
  const tolerated = `; ${counted(values, "value")} by at most ${shortNumber(Number(max_absolute.toPrecision(3)))}, within ${tolerance}`;
  const end = `${values === 0 ? "" : tolerated}.`;
  if (isSame(diff)) return `${values === 0 ? "No differences" : "No differences beyond the tolerance"}${end}`;
  const counts = countsOf(diff);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const places = counts.map(([noun, count]) => counted(count, noun)).join(", ");
  return `${places} ${total === 1 ? "differs" : "differ"}${end}`;
}

function countsOf(diff: FileDiff): (readonly [noun: string, count: number])[] {
  const { metadata } = diff;
  const lists: readonly (readonly [noun: string, list: readonly unknown[]])[] =
    diff.kind === "tensors"
      ? [["value", diff.values]]
      : [
          ["input", diff.inputs],
          ["output", diff.outputs],
          ["node", diff.nodes],
          ["weight", diff.weights],
        ];
  const all = [...lists, ["metadata text", metadata] as const];
  return all.map(([noun, list]) => [noun, list.length] as const).filter(([, count]) => count > 0);
}
