import { type SequenceValue, tensorFrom, tensorType, type Value, type ValueType } from "@hodu/core";
import { expect, test } from "vitest";
import { fitValue } from "./fit-value.ts";

const f32 = tensorType("f32");
const one = tensorFrom("f32", [1], [1]);
const optional = (element: ValueType): ValueType => ({ kind: "optional", element });
const sequenceType: ValueType = { kind: "sequence", element: f32 };
const sequence = (items: readonly Value[], element: ValueType = f32): SequenceValue => ({
  kind: "sequence",
  element,
  items,
});
const holding = (element: ValueType, value: Value): Value => ({ kind: "optional", element, value });

test("a tensor fits an optional tensor", () => {
  expect(fitValue(one, optional(f32))).toEqual(holding(f32, one));
});

test("a sequence of one tensor is what an optional tensor looks like in a file", () => {
  expect(fitValue(sequence([one]), optional(f32))).toEqual(holding(f32, one));
});

test("an empty sequence is what an empty optional looks like in a file", () => {
  expect(fitValue(sequence([]), optional(f32))).toEqual({ kind: "optional", element: f32 });
});

test("a sequence of one sequence is what an optional sequence looks like in a file", () => {
  const inner = sequence([one]);
  expect(fitValue(sequence([inner], sequenceType), optional(sequenceType))).toEqual(holding(sequenceType, inner));
});

test("a sequence fits an optional sequence as it is, empty or not", () => {
  for (const value of [sequence([]), sequence([one]), sequence([one, one])]) {
    expect(fitValue(value, optional(sequenceType))).toEqual(holding(sequenceType, value));
  }
});

test("an empty sequence gets the element type that is declared", () => {
  const i64 = tensorType("i64");
  expect(fitValue(sequence([]), { kind: "sequence", element: i64 })).toEqual(sequence([], i64));
});

test("what does not fit stays as it is", () => {
  const value = sequence([one, one]);
  expect(fitValue(value, f32)).toBe(value);
});
