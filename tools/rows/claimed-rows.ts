import { rowIds } from "./row-ids.ts";

const START = "<!-- rows: what is claimed as done -->";
const END = "<!-- end of rows -->";

/** The rows that docs/status.md claims as done, between its two marks. Throws an Error for a page without them. */
export function claimedRows(page: string): readonly string[] {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`Cannot read docs/status.md: expected the marks ${START} and ${END}`);
  return rowIds(page.slice(start + START.length, end));
}
