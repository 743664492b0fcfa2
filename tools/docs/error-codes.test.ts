import { expect, it } from "vitest";
import { compareErrorCodes } from "./error-codes.ts";

const SOURCE = `export const ERROR_CODES = { BAD_INPUT: { exit: 65 }, "IO": { exit: 74 } } as const satisfies Table;`;

it("accepts a page with a heading for every code", () => {
  expect(compareErrorCodes(SOURCE, "# Errors\n## BAD_INPUT\n## `IO`\n")).toEqual({ count: 2, problems: [] });
});

it("reports a code without a heading and a heading without a code", () => {
  expect(compareErrorCodes(SOURCE, "## BAD_INPUT\n## GONE\n").problems).toEqual([
    "error code IO has no heading in docs/errors.md",
    "docs/errors.md has a heading GONE that is no error code",
  ]);
});

it("reports a source without the literal", () => {
  expect(compareErrorCodes("export const other = {};", "").problems).toHaveLength(1);
});
