import { escapeLine } from "../terminal/escape.ts";
import { columnsOf, type Output } from "../terminal/style.ts";

/** What a page of text may take. A pipe gets everything whole; a terminal what a person can take in. */
export interface Page {
  readonly columns: number;
  /** Rows of one list. */
  readonly rows: number;
}

/** Rows of a list that a terminal shows; `hodu inspect ... | less` has them all. */
const TERMINAL_ROWS = 100;

export function pageOf(output: Output): Page {
  if (output.isTTY !== true) return { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY };
  return { columns: columnsOf(output), rows: TERMINAL_ROWS };
}

/** The part of a list that the page has room for, and a line that says what it has not. */
export function fitRows<Item>(items: readonly Item[], { rows }: Page): { shown: readonly Item[]; rest: string[] } {
  if (items.length <= rows) return { shown: items, rest: [] };
  return { shown: items.slice(0, rows), rest: [`  ... and ${grouped(items.length - rows)} more; add | less for all`] };
}

/** `12,345,678`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 weight`, `2 weights`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Lines of `key: value` under a title; none for an empty record. */
export function formatMetadata(metadata: Readonly<Record<string, string>>, page: Page): string[] {
  const { shown, rest } = fitRows(Object.entries(metadata), page);
  if (shown.length === 0) return [];
  const lines = shown.map(([key, value]) => cutEnd(`  ${escapeLine(key)}: ${escapeLine(value)}`, page.columns));
  return ["", "Metadata:", ...lines, ...rest];
}

function cutEnd(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 3)}...`;
}
