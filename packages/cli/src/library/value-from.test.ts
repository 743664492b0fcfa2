import { symbolDim, tensorType, type ValueType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { tensor } from "./tensor.ts";
import { type Input, valueFrom } from "./value-from.ts";

const batch = tensorType("f32", [symbolDim("batch"), 2, 3]);
const shapeOf = (input: Input, type: ValueType): readonly number[] => {
  const value = valueFrom("x", input, type);
  return value.kind === "tensor" ? value.shape : [];
};

describe("valueFrom", () => {
  it("gives flat elements the declared shape, when it leaves one way", () => {
    expect(shapeOf(new Float32Array(12), batch)).toEqual([2, 2, 3]);
    expect(shapeOf(new Float32Array(0), batch)).toEqual([0, 2, 3]);
    expect(shapeOf([1, 2, 3, 4], tensorType("f32", [2, 2]))).toEqual([2, 2]);
    expect(shapeOf(5, tensorType("f32", [1, 1]))).toEqual([1, 1]);
    expect(shapeOf([5], tensorType("i64", []))).toEqual([]);
    expect(shapeOf([1, 2], tensorType("f32"))).toEqual([2]);
  });

  it("leaves what does not fit as it is, for the model to refuse", () => {
    expect(shapeOf(new Float32Array(7), batch)).toEqual([7]);
    expect(shapeOf([[1, 2]], batch)).toEqual([1, 2]);
  });

  it("asks for a shape where several would do", () => {
    const two = tensorType("i64", [symbolDim("batch"), symbolDim("length")]);
    expect(() => valueFrom("ids", [1, 2, 3], two)).toThrow(
      'Cannot use input "ids": found 3 elements in a flat array, expected their shape, one of [batch, length]',
    );
    expect(shapeOf({ data: [1, 2, 3], shape: [1, 3] }, two)).toEqual([1, 3]);
    expect(shapeOf([[1, 2, 3]], two)).toEqual([1, 3]);
  });

  it("leaves a tensor the dtype that it says", () => {
    const doubles = tensor("f64", [1]);
    expect(valueFrom("x", doubles, tensorType("f32", [1]))).toBe(doubles);
    expect(valueFrom("x", { data: [1], dtype: "f64" }, tensorType("f32", [1]))).toMatchObject({ dtype: "f64" });
  });

  it("makes sequences of arrays, optionals of null or a value, maps of Maps and objects", () => {
    const element = tensorType("i64");
    const sequence = valueFrom("s", [[1, 2], [3]], { kind: "sequence", element });
    expect(sequence).toMatchObject({ items: [{ shape: [2] }, { shape: [1], data: BigInt64Array.of(3n) }] });
    expect(valueFrom("o", null, { kind: "optional", element })).toEqual({ kind: "optional", element });
    expect(valueFrom("o", [4], { kind: "optional", element })).toMatchObject({ value: { data: BigInt64Array.of(4n) } });
    const scores: ValueType = { kind: "map", key: "string", element: tensorType("f32", []) };
    expect(valueFrom("m", { cat: 0.5 }, scores)).toMatchObject({ keys: ["cat"], values: [{ shape: [] }] });
    const byId: ValueType = { ...scores, key: "i64" };
    expect(valueFrom("m", new Map([[7, 1]]), byId)).toMatchObject({ keys: [7n] });
  });

  it.each<[string, Input, ValueType, string]>([
    ["null for a tensor", null, batch, 'Cannot use input "x": found null, expected elements for f32[batch, 2, 3]'],
    ["an object for a tensor", { a: 1 }, batch, "found an object"],
    ["a number for a sequence", 3, { kind: "sequence", element: batch }, "found a number, expected an array"],
    [
      "a bad item",
      [[[["x"]]]],
      { kind: "sequence", element: batch },
      'Cannot use input "x": [0]: element 0: found "x"',
    ],
    ["an array for a map", [1], { kind: "map", key: "string", element: batch }, "expected a Map or an object"],
    [
      "a word for a whole key",
      { one: 1 },
      { kind: "map", key: "i64", element: tensorType("f32") },
      'found the key "one", expected a whole number',
    ],
  ])("refuses %s", (_, input, type, message) => {
    expect(() => valueFrom("x", input, type)).toThrow(message);
  });
});
