import { expect, test } from "vitest";
import { literal } from "./literal.ts";

test("the ends of signed types are written without a number that does not fit them", () => {
  expect(literal("i32", -(2 ** 31))).toBe("(-2147483647 - 1)");
  expect(literal("i64", -(2n ** 63n))).toBe("(-9223372036854775807ll - 1)");
  expect(literal("i64", 2n ** 62n)).toBe("(4611686018427387904ll)");
  expect(literal("u64", 2n ** 64n - 1n)).toBe("18446744073709551615ull");
  expect(literal("i8", -128)).toBe("(-128)");
});

test("floats are decimals that read back as they are, also -0, infinities and NaN", () => {
  expect(literal("f32", Math.fround(0.1))).toBe("0.10000000149011612f");
  expect(literal("f32", 5)).toBe("5.0f");
  expect(literal("f64", 1e300)).toBe("1e+300");
  expect(literal("f64", -0)).toBe("(-0.0)");
  expect(literal("f32", -Infinity)).toBe("(-__builtin_inff())");
  expect(literal("f64", NaN)).toBe('__builtin_nan("")');
});
