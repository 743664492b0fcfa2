import { expect, test } from "vitest";
import { firstAfter, isRange, satisfies } from "./ranges.ts";

test.each([
  ["1.5.0", ">=1.0", true],
  ["0.9.0", ">=1.0.0", false],
  ["2.9.9", "^2.0.0", true],
  ["3.0.0", "^2.0.0", false],
  ["1.2.7", "==1.2", true],
  ["1.3.0", "==1.2", false],
  ["1.2.3", "==1.2.3", true],
  ["1.9.0", "~=1.4", true],
  ["2.0.0", "~=1.4", false],
  ["1.4.9", "~=1.4.2", true],
  ["1.5.0", "~=1.4.2", false],
  ["1.5.0", ">=1.0, <2", true],
  ["2.0.0", ">=1.0, <2", false],
  ["1.2.9", "66051", true],
  ["1.1.0", "66051", false],
  ["0.3.4", "^0.3.0", true],
  ["0.2.0", "^0.3.0", false],
  ["1.0.0-beta.1", "^1.0.0", false],
  ["7.0.0", "*", true],
])("%s lies in %s: %s", (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

test.each([["newest"], [">=1.0,"], ["~=one"], ["99999999999999"], ["=>1"]])("%j is no range", (range) => {
  expect(isRange(range)).toBe(false);
});

test.each([
  ["0.3.0", "^0.4.0", "0.4.0"],
  ["0.3.0", "~=1.4", "1.4.0"],
  ["0.3.0", "^0.2.0", undefined],
  ["0.3.0", "^0.2.0 || ^0.4.0", undefined],
  ["0.3.0", "newest", undefined],
])("after %s, %s begins at %s", (version, range, expected) => {
  expect(firstAfter(version, range)).toBe(expected);
});
