import { cutMiddle, textWidth } from "./text-width.ts";

/** A column of a table; what it holds is free of control characters. */
export interface TableColumn {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Never shortened: names that are typed again. */
  readonly isWhole?: boolean;
}

/** Columns between two cells. */
const GAP = 2;
/** What a column keeps however narrow the terminal is. */
const LEAST = 8;

/** Lines of a table with a head. Where it is wider than `width`, its widest cells lose their middle. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = fit(
    columns.map((_, i) => all.reduce((most, row) => Math.max(most, textWidth(row[i])), 0)),
    columns,
    width - GAP * (columns.length - 1),
  );
  return all.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i], columns[i].align))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** Narrows the widest columns until they fit together; numbers, which stand at the right, and names that are typed again stay whole. */
function fit(widths: readonly number[], columns: readonly TableColumn[], room: number): readonly number[] {
  const fitted = [...widths];
  const least = columns.map(({ align, isWhole }, i) => (align === "right" || isWhole ? widths[i] : LEAST));
  for (let over = fitted.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const spare = fitted.map((width, i) => (width > least[i] ? width : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) break;
    fitted[widest] -= 1;
  }
  return fitted;
}

function pad(cell: string, width: number, align: TableColumn["align"]): string {
  const text = cutMiddle(cell, width);
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "right" ? `${space}${text}` : `${text}${space}`;
}
