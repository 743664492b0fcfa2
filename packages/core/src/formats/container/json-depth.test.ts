import { expect, test } from "vitest";
import { jsonDepth } from "./json-depth.ts";

test.each([
  ["", 0],
  ["1", 0],
  ["[]", 1],
  ['[{"a":[]},[]]', 3],
  ['["[[[["]', 1],
  ['["\\"[[[["]', 1],
  ['["\\\\",[[]]]', 3],
  ["[".repeat(5), 5],
  ["[".repeat(1_000_000), 11],
])("the depth of %.20s is %d, or past 10", (text, depth) => {
  expect(jsonDepth(new TextEncoder().encode(text), 10)).toBe(depth);
});
