import { describe, expect, it } from "vitest";
import { newKernel } from "./kernel-builder.ts";
import { printExpression } from "./print-expression.ts";
import { typeOf } from "./type-of.ts";
import type { Expression, Scalar } from "./types.ts";

const k = newKernel("kernel");
const [m, n] = [k.size("m"), k.size("n")];
const local = (name: string, scalar: Scalar, lanes = 1): Expression => ({
  kind: "local",
  name,
  type: { scalar, lanes },
});
const f = local("f", "f32");
const i = local("i", "i32");

describe("indices", () => {
  it.each<[string, Expression, Expression]>([
    ["sums in any order", k.add(k.add(m, 1), n), k.add(n, k.add(1, m))],
    ["products of sums", k.mul(k.add(m, 1), k.sub(n, 2)), k.sub(k.add(k.mul(m, n), n), k.add(k.mul(2, m), 2))],
    ["what is taken away again", k.sub(k.add(m, n), m), n],
    ["multiples that are divided", k.div(k.add(k.mul(m, 12), 8), 4), k.add(k.mul(m, 3), 2)],
    ["remainders of multiples", k.rem(k.mul(m, 12), 4), k.constant("index", 0)],
    ["minima of what differs by a number", k.min(k.add(m, 3), k.add(m, 1)), k.add(1, m)],
    ["nothing", k.sub(m, m), k.constant("index", 0)],
    ["numbers", k.div(k.mul(7, 3), 2), k.constant("index", 10)],
  ])("have one form: %s", (_, a, b) => {
    expect(a).toEqual(b);
  });

  it("are compared by their difference", () => {
    expect(k.lt(k.add(m, 1), k.add(m, 2))).toEqual(k.constant("bool", true));
    expect(k.eq(m, n).kind).toBe("compare");
  });

  it("are not divided where that would not be exact, or is not defined", () => {
    expect(printExpression(k.div(k.add(m, 4), 4))).toBe("div((m + 4), 4)");
    expect(printExpression(k.div(m, 0))).toBe("div(m, 0)");
    expect(printExpression(k.rem(k.sub(0, 3), 2))).toBe("rem(-3, 2)");
  });

  it("stay as they are where a number would lose digits", () => {
    const large = k.constant("index", Number.MAX_SAFE_INTEGER);
    expect(printExpression(k.add(large, 1))).toBe("(9007199254740991 + 1)");
  });
});

describe("identities", () => {
  it.each<[string, Expression]>([
    ["x * 1", k.mul(f, 1)],
    ["1 * x", k.mul(1, f)],
    ["x - 0", k.sub(f, 0)],
    ["x + -0", k.add(f, -0)],
    ["x / 1", k.div(f, 1)],
    ["a choice that is made", k.select(k.constant("bool", true), f, 0)],
    ["a cast to its own type", k.cast("f32", f)],
  ])("%s is x", (_, expression) => {
    expect(expression).toBe(f);
  });

  it.each<[string, Expression]>([
    ["x + 0, for -0", k.add(f, 0)],
    ["x * 0, for NaN", k.mul(f, 0)],
    ["x - -0, for -0", k.sub(f, -0)],
  ])("%s is kept", (_, expression) => {
    expect(expression.kind).toBe("binary");
  });

  it("of integers: x + 0, x * 0, x & 0, x << 0", () => {
    expect([k.add(0, i), k.shl(i, 0), k.or(i, 0)]).toEqual([i, i, i]);
    expect([k.mul(i, 0), k.and(0, i)]).toEqual([k.constant("i32", 0), k.constant("i32", 0)]);
  });
});

describe("operands", () => {
  it("broadcasts scalars and gives constants the type of the other operand", () => {
    const vector = local("v", "f32", 8);
    expect(typeOf(k.add(vector, 0.1))).toEqual({ scalar: "f32", lanes: 8 });
    expect(printExpression(k.mul(0.1, vector))).toBe("(x8(f32(0.10000000149011612)) * v)");
    expect(printExpression(k.select(k.gt(f, 0), vector, f))).toBe("select(x8(gt(f, f32(0))), v, x8(f))");
    expect(k.add(local("l", "i64"), 1)).toMatchObject({ right: { type: "i64", value: 1n } });
  });

  it.each<[string, () => unknown, RegExp]>([
    ["of two types", () => k.add(f, i), /operands of types f32 and i32/],
    ["of two vector lengths", () => k.add(local("v", "f32", 8), local("w", "f32", 4)), /Cannot broadcast f32x4/],
    ["that the operation does not take", () => k.sqrt(i), /sqrt of i32/],
    ["out of the type's range", () => k.add(local("b", "u8"), 256), /256/],
    ["that are fractions of integers", () => k.add(i, 0.5), /0\.5/],
    ["that are indices and shifted", () => k.shl(m, 1), /shl of index/],
    ["bits that fill no lane", () => k.bits("f64", f), /the bits of f32 as f64/],
  ])("are refused %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

it("keeps NaN out of constants that have its bits", () => {
  expect(k.bits("f32", k.constant("u32", 0x7fc00001)).kind).toBe("bits");
  expect(k.bits("f32", k.constant("u32", 0x3f800000))).toEqual(k.constant("f32", 1));
});
