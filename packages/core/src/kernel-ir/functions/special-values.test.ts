import { describe, expect, it } from "vitest";
import { errorFunction } from "../../kernels/error-function.ts";
import { power } from "../../operators/elementwise/power.ts";
import { toleranceOf } from "../../tensors/tolerance.ts";
import { OPERATIONS } from "../operations.ts";
import { operandsOf } from "../operands.ts";
import { typeOf } from "../type-of.ts";
import type { Expression } from "../types.ts";
import { ELEMENTARY_FUNCTIONS } from "./elementary-functions.ts";
import { pow } from "./power.ts";
import { spreadFloats } from "./testing/operands.ts";
import { type Function, runFunction } from "./testing/run-function.ts";

type Name = keyof typeof ELEMENTARY_FUNCTIONS;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** What the reference kernels of the operators compute. */
const REFERENCES: Readonly<Record<Name, (x: number) => number>> = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cos: Math.cos,
  cosh: Math.cosh,
  erf: errorFunction,
  exp: Math.exp,
  expm1: Math.expm1,
  gelu: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
  log: Math.log,
  log1p: Math.log1p,
  reciprocalSquareRoot: (x) => 1 / Math.sqrt(x),
  sigmoid,
  sin: Math.sin,
  sinh: Math.sinh,
  tan: Math.tan,
  tanh: Math.tanh,
};
const NAMES = Object.keys(REFERENCES) as Name[];

const ROUND = { f32: Math.fround, f64: (x: number): number => x } as const;
const SCALARS = ["f32", "f64"] as const;

/** Zeros, infinities, NaN, what is past every range, and the numbers around 0. */
const SPECIAL = [0, -0, Infinity, -Infinity, NaN, 1e30, -1e30, 2 ** -149, -(2 ** -149)];

/** Zeros, infinities and NaN as they are; of other numbers the sign. */
const kind = (x: number): string =>
  Number.isFinite(x) && x !== 0 ? (x < 0 ? "below 0" : "above 0") : Object.is(x, -0) ? "-0" : String(x);

/** 1 + erf loses its digits in double; there the bounds against exact values hold alone. */
const CANCELLING: readonly Name[] = ["gelu", "geluTanh"];

describe.each(SCALARS)("the functions of %s", (scalar) => {
  const round = ROUND[scalar];

  it.each(NAMES)("%s has the zeros, infinities and NaN of the reference", (name) => {
    const of = runFunction(ELEMENTARY_FUNCTIONS[name], [[...SPECIAL]], { scalar });
    expect(of.map(kind)).toEqual(SPECIAL.map((x) => kind(round(REFERENCES[name](round(x))))));
  });

  const comparable = NAMES.filter((name) => scalar === "f32" || !CANCELLING.includes(name));
  it.each(comparable)("%s is within the tolerance of transcendental operators of the reference", (name) => {
    const { relative, absolute } = toleranceOf("transcendental", scalar);
    const values = [...spreadFloats(scalar, 40)];
    const results = runFunction(ELEMENTARY_FUNCTIONS[name], [values], { scalar });
    const wrong = values.filter((x, i) => {
      const expected = round(REFERENCES[name](x));
      return (
        !Object.is(results[i], expected) &&
        !(Math.abs(results[i] - expected) <= absolute + relative * Math.abs(expected))
      );
    });
    expect(wrong).toEqual([]);
  });

  it("pow is that of C for every pair of special values", () => {
    const values = [...SPECIAL, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 2 ** 53, -(2 ** 53), 2 ** 24 + 1];
    const x = values.flatMap((value) => values.map(() => value));
    const y = values.flatMap(() => values);
    const expected = x.map((value, i) => round(power(round(value), round(y[i]))));
    const results = runFunction(pow, [x, y], { scalar });
    const wrong = x.map((value, i) => [value, y[i], kind(results[i]), kind(expected[i])]);
    expect(wrong.filter(([, , result, reference]) => result !== reference)).toEqual([]);
  });

  it("pow is exact where the power is a number of the scalar", () => {
    const greatest = scalar === "f32" ? 2 ** 24 : 2 ** 53;
    const pairs: [number, number, number][] = [];
    for (let base = 2; base < 20; base++) {
      let result = base;
      for (let exponent = 2; (result *= base) < greatest; exponent++) pairs.push([base, exponent, result]);
    }
    for (let exponent = scalar === "f32" ? -149 : -1074; exponent < 120; exponent += 7)
      pairs.push([2, exponent, 2 ** exponent]);
    const [x, y, expected] = [0, 1, 2].map((place) => pairs.map((pair) => pair[place]));
    expect(runFunction(pow, [x, y], { scalar })).toEqual(expected);
  });

  it.each(NAMES)("%s gives the same bits in one lane and in four", (name) => {
    const values = [...SPECIAL, ...spreadFloats(scalar, 5)];
    const f: Function = ELEMENTARY_FUNCTIONS[name];
    expect(runFunction(f, [values], { scalar, lanes: 4 })).toEqual(runFunction(f, [values], { scalar }));
  });

  it.each([...NAMES, "pow"] as const)("%s writes each value once", (name) => {
    const f: Function = name === "pow" ? pow : ELEMENTARY_FUNCTIONS[name];
    expect(sizeOf(f, scalar)).toBeLessThan(1000);
  });
});

it("refuses scalars that it has no numbers for", () => {
  expect(() => ELEMENTARY_FUNCTIONS.exp({ let: (_, value) => value }, OPERATIONS.constant("i32", 1))).toThrow(
    TypeError,
  );
});

/** Expressions of all values that a function names, and of what it returns. */
function sizeOf(f: Function, scalar: "f32" | "f64"): number {
  let size = 0;
  const count = (expression: Expression): void => {
    size += 1;
    operandsOf(expression).forEach(count);
  };
  const named = (name: string, value: Expression): Expression => {
    count(value);
    return { kind: "local", name, type: typeOf(value) };
  };
  const x: Expression = { kind: "local", name: "x", type: { scalar, lanes: 1 } };
  count(f({ let: named }, x, x));
  return size;
}
