import { numbers } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { tensor } from "./tensor.ts";

describe("tensor", () => {
  it("takes the shape of nested arrays, be the innermost typed or not", () => {
    const nested = tensor("f32", [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(nested.shape).toEqual([2, 3]);
    expect(nested.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    const rows = tensor("f32", [Float64Array.of(1, 2), Float64Array.of(3, 4)]);
    expect([rows.shape, rows.data]).toEqual([[2, 2], Float32Array.of(1, 2, 3, 4)]);
  });

  it("takes one element as a tensor without axes, and no elements as an empty one", () => {
    expect(tensor("i64", 7)).toMatchObject({ shape: [], data: BigInt64Array.of(7n) });
    expect(tensor("f32", []).shape).toEqual([0]);
    expect(tensor("f32", [[], []]).shape).toEqual([2, 0]);
  });

  it("gives flat data the shape that it is told", () => {
    expect(tensor("u8", [1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2]);
    expect(tensor("f32", new Float32Array(0), [0, 3]).shape).toEqual([0, 3]);
  });

  it("does not copy an array of the dtype's own class", () => {
    const data = new Float32Array(4);
    expect(tensor("f32", data).data).toBe(data);
    const bits = Uint16Array.of(0x3c00);
    expect(numbers(tensor("f16", bits))).toEqual(Float32Array.of(1));
  });

  it("takes a complex element as a pair, or flat elements in turn", () => {
    expect(
      tensor("c64", [
        [1, 2],
        [3, 4],
      ]),
    ).toMatchObject({ shape: [2], data: Float32Array.of(1, 2, 3, 4) });
    expect(tensor("c128", Float64Array.of(1, 2)).shape).toEqual([1]);
  });

  it.each([
    ["ragged rows", () => tensor("f32", [[1, 2], [3]]), "[1]: found a row of 1, expected 2 as before"],
    ["arrays below elements", () => tensor("f32", [1, [2]]), "[1]: found an array, expected an element as before"],
    ["elements below arrays", () => tensor("f32", [[1], 2]), "[1]: found an element, not as before"],
    [
      "another number of elements",
      () => tensor("f32", [1, 2, 3], [2, 2]),
      "found 3 elements, expected 4 for shape [2, 2]",
    ],
    ["another shape of arrays", () => tensor("f32", [[1, 2]], [2, 1]), "found arrays of shape [1, 2], expected [2, 1]"],
    ["a shape of no sizes", () => tensor("f32", [1], [-1]), "found shape [-1], expected sizes of 0 or more"],
    [
      "half a complex element",
      () => tensor("c64", [1, 2, 3]),
      "expected a real and an imaginary part for each element",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("refuses arrays that hold themselves", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => tensor("f32", loop as number[])).toThrow("found arrays on more than 64 levels");
  });
});
