import fc from "fast-check";
import { expect, it } from "vitest";
import { fmaValue } from "./fused-multiply-add.ts";

const words = new DataView(new ArrayBuffer(8));

/** value * 2^1074 * 2^1074: doubles and their products are integers at this scale. */
const SCALE = 2n * 1074n;

function exact(value: number): bigint {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n);
  const magnitude = (mantissa << (exponent === 0n ? 0n : exponent - 1n)) << 1074n;
  return value < 0 ? -magnitude : magnitude;
}

/** The doubles or f32 on both sides of a finite value. */
function neighbours(value: number, isF32: boolean): readonly number[] {
  const read = (step: bigint): number => {
    if (isF32) {
      words.setFloat32(0, Math.abs(value));
      words.setUint32(0, words.getUint32(0) + Number(step));
      return words.getFloat32(0);
    }
    words.setFloat64(0, Math.abs(value));
    words.setBigUint64(0, words.getBigUint64(0) + step);
    return words.getFloat64(0);
  };
  const sign = value < 0 || Object.is(value, -0) ? -1 : 1;
  return value === 0 ? [read(1n), -read(1n)] : [sign * read(1n), sign * read(-1n)];
}

function expectNearest(scalar: "f32" | "f64", a: number, b: number, c: number): void {
  const result = fmaValue(scalar, a, b, c, true);
  if (!Number.isFinite(result)) {
    expect(scalar === "f32" ? Math.fround(a * b + c) : a * b + c).toBe(result);
    return;
  }
  const wanted = exact(a) * exact(b) + (exact(c) << SCALE);
  const distance = (value: number): bigint => {
    const difference = (exact(value) << SCALE) - wanted;
    return difference < 0n ? -difference : difference;
  };
  const near = neighbours(result, scalar === "f32")
    .filter(Number.isFinite)
    .map(distance);
  expect(near.every((other) => distance(result) <= other)).toBe(true);
}

const cancelling = (a: number, b: number): number => -(a * b);

it("rounds f32 once", () => {
  const f32 = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(f32, f32, f32, fc.boolean(), (a, b, c, cancels) =>
      expectNearest("f32", a, b, cancels ? Math.fround(cancelling(a, b)) : c),
    ),
    { numRuns: 2000 },
  );
});

it("rounds f64 once", () => {
  const f64 = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 });
  fc.assert(
    fc.property(f64, f64, f64, fc.boolean(), (a, b, c, cancels) =>
      expectNearest("f64", a, b, cancels ? cancelling(a, b) : c),
    ),
    { numRuns: 2000 },
  );
});

it("keeps what two roundings would lose", () => {
  const near = 1 + 2 ** -12;
  expect(fmaValue("f32", near, near, -1, true)).toBe(2 ** -11 + 2 ** -24);
  expect(fmaValue("f32", 1 + 2 ** -23, 1 + 2 ** -23, 2 ** -80, true)).toBe(1 + 2 ** -22);
  expect(fmaValue("f64", 1 + 2 ** -30, 1 + 2 ** -30, -1, true)).toBe(2 ** -29 + 2 ** -60);
});

it.each([
  ["f32", Infinity, 0, 1, NaN],
  ["f64", Infinity, 0, 1, NaN],
  ["f64", 1e200, 1e200, -Infinity, -Infinity],
  ["f64", 1e200, 1e200, -1e300, Infinity],
  ["f64", 0, -1, -0, -0],
  ["f64", 3, 2, -6, 0],
  ["f64", 2 ** -600, -(2 ** -600), 0, -0],
  ["f32", 2 ** -100, 2 ** -100, 0, 0],
] as const)("gives of %s %d * %d + %d %d", (scalar, a, b, c, result) => {
  expect(fmaValue(scalar, a, b, c, true)).toBe(result);
});
