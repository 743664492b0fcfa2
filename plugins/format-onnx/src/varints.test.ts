import { expect, test } from "vitest";
import { varints } from "./testing/build-onnx.ts";
import { countVarints, decodeVarints } from "./varints.ts";

const NUMBERS = [0, 1, 127, 128, 300, 2 ** 31 - 1, -1, -(2 ** 31), 2 ** 35, 2 ** 53, -(2n ** 63n), 2n ** 63n - 1n];

test("varints are counted without decoding them", () => {
  expect(countVarints(varints(NUMBERS))).toBe(NUMBERS.length);
  expect(countVarints([])).toBe(0);
  expect(countVarints([...varints([1, 2]), ...varints([3])])).toBe(3);
});

test("a number that is cut off or too long is not counted", () => {
  expect(countVarints([Uint8Array.of(0x80)])).toBeUndefined();
  expect(countVarints([new Uint8Array(10).fill(0x80), Uint8Array.of(1)])).toBeUndefined();
  expect(countVarints([Uint8Array.from([...new Uint8Array(10).fill(0x80), 1])])).toBeUndefined();
});

test("64-bit integers are exact", () => {
  const out = new BigInt64Array(NUMBERS.length);
  decodeVarints(varints(NUMBERS), 8, new Uint8Array(out.buffer));
  expect([...out]).toEqual(NUMBERS.map(BigInt));
});

test("narrower integers keep the low bits", () => {
  const numbers = [0, 255, 256, -1, 70_000, -70_000];
  const wide = new Int32Array(numbers.length);
  decodeVarints(varints(numbers), 4, new Uint8Array(wide.buffer));
  expect([...wide]).toEqual(numbers);
  const narrow = new Int16Array(numbers.length);
  decodeVarints(varints(numbers), 2, new Uint8Array(narrow.buffer));
  expect([...narrow]).toEqual([...Int16Array.from(numbers)]);
  const bytes = new Uint8Array(numbers.length);
  decodeVarints(varints(numbers), 1, bytes);
  expect([...bytes]).toEqual([...Uint8Array.from(numbers)]);
});
