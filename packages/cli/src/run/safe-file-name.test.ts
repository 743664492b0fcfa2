import { expect, test } from "vitest";
import { safeFileName } from "./safe-file-name.ts";

test.each([
  ["probabilities", "probabilities"],
  ["../../etc/passwd", "_.._etc_passwd"],
  ["/etc/passwd", "_etc_passwd"],
  ["C:\\x", "C__x"],
  ["a b\n\u0000c", "a_b__c"],
  [".hidden", "hidden"],
  ["-rf", "rf"],
  ["..", "output"],
  ["", "output"],
  ["NUL", "_NUL"],
  ["con.txt", "_con.txt"],
  ["été日本", "été日本"],
  ["x\u202egnp", "x_gnp"],
  ["x".repeat(300), "x".repeat(120)],
  ["日".repeat(300), "日".repeat(40)],
])("%j becomes %j", (name, expected) => {
  expect(safeFileName(name, new Set())).toBe(expected);
});

test("two names never make one file, be it on a system that knows no case", () => {
  const taken = new Set<string>();
  expect(["a/b", "a_b", "A_B", "a_b_2"].map((name) => safeFileName(name, taken))).toEqual([
    "a_b",
    "a_b_2",
    "A_B_3",
    "a_b_2_2",
  ]);
});
