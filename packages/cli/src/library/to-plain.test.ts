import { tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { tensor } from "./tensor.ts";
import { toPlain } from "./to-plain.ts";

describe("toPlain", () => {
  it("nests elements as the shape says, also where there are none", () => {
    expect(toPlain(tensor("u8", [1, 2, 3, 4, 5, 6], [1, 3, 2]))).toEqual([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]);
    expect(toPlain(tensor("f32", [], [2, 0, 3]))).toEqual([[], []]);
    expect(toPlain(tensor("f32", 1))).toBe(1);
  });

  it("gives each dtype what JavaScript has for it", () => {
    expect(toPlain(tensor("i64", [2n ** 60n]))).toEqual([2n ** 60n]);
    expect(toPlain(tensor("bool", [true, false]))).toEqual([true, false]);
    expect(toPlain(tensor("string", ["a"]))).toEqual(["a"]);
    expect(toPlain(tensor("bf16", [0.5]))).toEqual([0.5]);
    expect(toPlain(tensor("c64", [[1, -1]]))).toEqual([[1, -1]]);
  });

  it("gives sequences as arrays, maps as Maps, an empty optional as null", () => {
    const element = tensorType("f32");
    const scores = { kind: "map", key: "string", element, keys: ["a"], values: [tensor("f32", 2)] } as const;
    expect(toPlain({ kind: "sequence", element, items: [scores] })).toEqual([new Map([["a", 2]])]);
    expect(toPlain({ kind: "optional", element })).toBeNull();
    expect(toPlain({ kind: "optional", element, value: tensor("f32", 3) })).toBe(3);
  });
});
