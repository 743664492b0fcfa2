import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterAll, expect, test } from "vitest";
import { readPackageJson } from "./read-package-json.ts";

const root = mkdtempSync(join(tmpdir(), "hodu-manifest-"));
afterAll(() => rmSync(root, { recursive: true }));

function folderWith(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(root, "plugin-"));
  writeFileSync(join(folder, "package.json"), content);
  return folder;
}

const codeOf = (folder: string): string => {
  try {
    readPackageJson(folder);
  } catch (error) {
    if (error instanceof HoduError) return error.code;
  }
  return "none";
};

test("a byte order mark before the JSON is passed over", () => {
  expect(readPackageJson(folderWith('\uFEFF{"name": "x"}'))).toEqual({ name: "x" });
});

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d)],
  ["more than a package.json has", `"${"x".repeat(1 << 20)}"`],
])("%s is refused", (_, content) => {
  expect(codeOf(folderWith(content))).toBe("BAD_PLUGIN");
});

test("a folder without one, and a folder in its place, are told apart", () => {
  expect(codeOf(join(root, "none"))).toBe("MISSING_INPUT");
  const folder = mkdtempSync(join(root, "plugin-"));
  mkdirSync(join(folder, "package.json"));
  expect(codeOf(folder)).toBe("BAD_PLUGIN");
});
