import { type Tensor, tensorFrom, tensorOf, tensorType, transposed, type Value } from "@hodu/core";
import { describe, expect, it, test } from "vitest";
import { formatSize } from "./format-size.ts";
import { formatNamed } from "./format-value.ts";

const show = (value: Value, columns = 80): string => formatNamed("y", value, columns).join("\n");
const f32 = (shape: readonly number[], values: readonly number[]): Tensor => tensorFrom("f32", shape, values);
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("formatNamed", () => {
  test.each([
    ["a scalar on one line", f32([], [0.5]), "y: f32[] = 0.5"],
    ["one element without a summary", f32([1], [0.5]), "y: f32[1]\n  [0.5]"],
    ["whole numbers as such", f32([3], [1, -2, 30]), "y: f32[3]  min -2, mean 9.6667, max 30\n  [ 1, -2, 30]"],
    [
      "up to four decimals",
      f32([2], [0.25, 1 / 3]),
      "y: f32[2]  min 0.25, mean 0.29167, max 0.33333\n  [0.2500, 0.3333]",
    ],
    [
      "small numbers with exponents",
      f32([2], [1e-5, -2e-9]),
      "y: f32[2]  min -2e-9, mean 4.999e-6, max 1e-5\n  [ 1.0000e-5, -2.0000e-9]",
    ],
    ["large ones too", f32([2], [1.5e7, 1]), "y: f32[2]  min 1, mean 7500000, max 1.5e+7\n  [15000000,        1]"],
    [
      "what is no number",
      f32([3], [Number.NaN, Infinity, 1.5]),
      "y: f32[3]  min 1.5, mean 1.5, max 1.5, 1 NaN, 1 infinite\n  [NaN, inf, 1.5]",
    ],
    ["no elements", f32([2, 0], []), "y: f32[2, 0] (no elements)"],
    [
      "64-bit integers exactly",
      tensorFrom("i64", [2], [2n ** 53n + 1n, -1n]),
      "y: i64[2]  min -1, max 9007199254740993\n  [9007199254740993,               -1]",
    ],
    ["bools", tensorFrom("bool", [2], [true, false]), "y: bool[2]  1 of 2 true\n  [ true, false]"],
    ["half floats", tensorFrom("f16", [2], [0.5, 2]), "y: f16[2]  min 0.5, mean 1.25, max 2\n  [0.5, 2.0]"],
    ["strings, escaped", tensorFrom("string", [2], ['a"', "\u001b"]), 'y: string[2]\n  ["a\\"", "\\u{1b}"]'],
    ["complex numbers", tensorFrom("c64", [2], [1, 2, 0.5, -1]), "y: c64[2]\n  [1.0+2.0i, 0.5-1.0i]"],
    [
      "views",
      transposed(f32([2, 2], [1, 2, 3, 4]), [1, 0]),
      "y: f32[2, 2]  min 1, mean 2.5, max 4\n  [[1, 3],\n   [2, 4]]",
    ],
  ])("shows %s", (_, value, text) => {
    expect(show(value)).toBe(text);
  });

  it("shows up to 100 elements whole, more by their corners", () => {
    expect(show(tensorFrom("i32", [10, 10], count(100)))).not.toContain("...");
    expect(show(tensorFrom("i32", [101], count(101)))).toBe(
      "y: i32[101]  min 0, max 100\n  [  0,   1,   2, ...,  98,  99, 100]",
    );
    const lines = show(tensorFrom("i32", [20, 2, 20], count(800))).split("\n");
    expect(lines[1]).toBe("  [[[  0,   1,   2, ...,  17,  18,  19],");
    expect(lines[2]).toBe("    [ 20,  21,  22, ...,  37,  38,  39]],");
    expect(lines).toContain("   ...");
    expect(lines.at(-1)).toBe("    [780, 781, 782, ..., 797, 798, 799]]]");
  });

  it("breaks rows where the terminal ends", () => {
    const lines = show(tensorFrom("i32", [30], count(30)), 40).split("\n");
    expect(lines).toHaveLength(5);
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("shows sequences, optionals and maps", () => {
    const one = f32([], [1]);
    const many = Array.from({ length: 12 }, () => one);
    const sequence: Value = { kind: "sequence", element: tensorType("f32"), items: many };
    expect(show(sequence).split("\n").slice(-2)).toEqual(["  [9]: f32[] = 1", "  ... and 2 more"]);
    expect(show({ kind: "sequence", element: tensorType("f32"), items: [] })).toContain("(no items)");
    expect(show({ kind: "optional", element: tensorType("f32") })).toContain("(empty)");
    const map: Value = { kind: "map", key: "string", element: tensorType("f32"), keys: ["a\u0007"], values: [one] };
    expect(show(map)).toBe("y: map(string, f32[...])\n  a\\u{7}: f32[] = 1");
  });

  it("shows a tensor that is kept in double", () => {
    expect(show(tensorOf("f32", [1], Float64Array.of(0.1)))).toBe("y: f32[1]\n  [0.1]");
  });
});

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1.0 KB"],
  [47_420_416, "45.2 MB"],
  [1_073_700_000, "1.0 GB"],
  [10 * 2 ** 30, "10.0 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
