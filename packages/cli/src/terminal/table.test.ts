import { expect, test } from "vitest";
import { formatTable } from "./table.ts";
import { cutMiddle, textWidth } from "./text-width.ts";

const COLUMNS = [{ title: "Name" }, { title: "Size", align: "right" }] as const;

test("cells line up under their titles", () => {
  expect(
    formatTable(COLUMNS, [
      ["a", "12"],
      ["longer", "3456 bytes"],
    ]),
  ).toEqual(["Name          Size", "a               12", "longer  3456 bytes"]);
});

test("the widest cells lose their middle where the table is too wide", () => {
  const lines = formatTable(COLUMNS, [["/encoder/layer.0/attention/query/MatMul", "12"]], 24);
  expect(lines[0]).toBe("Name                Size");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(24);
  expect(lines[1]).toMatch(/^\/encode.*\.\.\..*MatMul +12$/);
});

test("numbers stay whole however narrow the terminal is", () => {
  const [, line] = formatTable(COLUMNS, [["a-long-name-of-a-value", "256 bytes"]], 10);
  expect(line).toBe("a-l...ue  256 bytes");
});

test("wide characters count for two columns, combining marks for none", () => {
  expect([textWidth("abc"), textWidth("日本"), textWidth("e\u0301"), textWidth("😀")]).toEqual([3, 4, 1, 2]);
  expect(cutMiddle("日本語日本語", 9)).toBe("日...語");
  expect(cutMiddle("short", 9)).toBe("short");
});

test("a table of many rows takes one look at each", () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [`n${i}`, "1"]);
  expect(formatTable(COLUMNS, rows)).toHaveLength(200_001);
});

test("a column of names that are typed again stays whole, too", () => {
  const columns = [{ title: "Setting", isWhole: true }, { title: "Value" }] as const;
  const [, line] = formatTable(columns, [["runtime.gpu_memory_fraction", "a value that is rather long"]], 40);
  expect(line).toMatch(/^runtime\.gpu_memory_fraction {2}\S.*\.\.\./);
  expect(line.length).toBe(40);
});
