import { describe, expect, it } from "vitest";
import { sameData } from "./same-data.ts";

describe("sameData", () => {
  it("does not mind the order of members, but that of items", () => {
    expect(sameData({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(sameData([1, 2], [2, 1])).toBe(false);
  });

  it.each([
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ 0: 1 }, [1]],
    [null, {}],
    ["1", 1],
  ])("tells %j from %j", (a, b) => {
    expect(sameData(a, b)).toBe(false);
  });
});
