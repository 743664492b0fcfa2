import fc from "fast-check";
import { expect, test } from "vitest";
import { compareCodePoints } from "./compare-code-points.ts";

test("texts are in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("a code point above U+FFFF comes after U+FFFF", () => {
  expect(compareCodePoints("\u{1f600}", "\uffff")).toBeGreaterThan(0);
  expect(compareCodePoints("a\uffff", "a\u{10000}b")).toBeLessThan(0);
});
