import { expect, it } from "vitest";
import { claimedRows } from "./claimed-rows.ts";
import { rowIds } from "./row-ids.ts";
import { readRowsPage } from "./rows-page.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

it("reads single rows and ranges, however they are written", () => {
  expect(rowIds("Rows H-004, H-037 to H-039 and B-097..B-098, S-001..002.")).toEqual([
    "H-004",
    "H-037",
    "H-038",
    "H-039",
    "B-097",
    "B-098",
    "S-001",
    "S-002",
  ]);
  expect(() => rowIds("H-010..009")).toThrow("expected H-001..009");
  expect(() => rowIds("H-001..S-009")).toThrow("Cannot read the range");
});

it("wants files that are there, and words that stand in them", () => {
  const line = (where: string): string => `| row | shown by |\n| --- | --- |\n| H-001..002 | ${where} |`;
  const good = readRowsPage(line('`tools/rows/row-ids.ts` "rowIds"'), ROOT);
  expect(good.problems).toEqual([]);
  expect([...good.shown.keys()]).toEqual(["H-001", "H-002"]);
  expect(readRowsPage(line('`tools/rows/row-ids.ts` "writes nothing"'), ROOT).problems).toHaveLength(1);
  expect(readRowsPage(line("`tools/rows/none.ts`"), ROOT).problems).toHaveLength(1);
  expect(readRowsPage(line("it is clear"), ROOT).problems).toEqual(["docs/rows.md:3: no file is named"]);
});

it("reads what is claimed between the marks, and wants these", () => {
  const page = "H-001\n<!-- rows: what is claimed as done -->\nH-002, H-004..005\n<!-- end of rows -->\nH-009";
  expect(claimedRows(page)).toEqual(["H-002", "H-004", "H-005"]);
  expect(() => claimedRows("H-001")).toThrow("expected the marks");
});

it("knows the rows that are not there yet by their heading", () => {
  const line = (id: string): string => `| ${id} | \`tools/rows/row-ids.ts\` |`;
  const page = readRowsPage(
    ["## Some", line("H-001"), "## Not there yet", line("H-002"), "## More", line("H-003")].join("\n"),
    ROOT,
  );
  expect([...page.shown.keys()]).toEqual(["H-001", "H-003"]);
  expect([...page.missing.keys()]).toEqual(["H-002"]);
  expect(readRowsPage([line("H-001"), "## Not there yet", line("H-001")].join("\n"), ROOT).problems).toHaveLength(1);
});
