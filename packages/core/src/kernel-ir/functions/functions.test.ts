import { describe, expect, it } from "vitest";
import { ELEMENTARY_FUNCTIONS } from "./elementary-functions.ts";
import { FUNCTION_BOUNDS, type FunctionBound } from "./function-bounds.ts";
import { pow } from "./power.ts";
import { exactly } from "./testing/exact-functions.ts";
import { type Domain, floatsAtPowers, inside, spreadFloats } from "./testing/operands.ts";
import { type Function, type RunOptions, runFunction } from "./testing/run-function.ts";
import { ulps } from "./testing/ulps.ts";

type Name = keyof typeof ELEMENTARY_FUNCTIONS;

const ALL: Domain = { least: -Infinity, greatest: Infinity };

/** Where the exact value is a number; past `exp` and its kin, results are 0 or infinite. */
const DOMAINS: Readonly<Record<Name, Domain>> = {
  acos: { least: -1 + 2 ** -53, greatest: 1 },
  acosh: { least: 1, greatest: Infinity },
  asin: { least: -1 + 2 ** -53, greatest: 1 - 2 ** -53 },
  asinh: ALL,
  atan: ALL,
  atanh: { least: -1 + 2 ** -53, greatest: 1 - 2 ** -53 },
  cos: ALL,
  cosh: { least: -720, greatest: 720 },
  erf: { least: -8, greatest: 8 },
  exp: { least: -760, greatest: 720 },
  expm1: { least: -760, greatest: 720 },
  gelu: { least: -8, greatest: 8 },
  geluTanh: { least: -40, greatest: 40 },
  log: { least: 0, greatest: Infinity },
  log1p: { least: -1 + 2 ** -53, greatest: Infinity },
  reciprocalSquareRoot: { least: 0, greatest: Infinity },
  sigmoid: { least: -760, greatest: 40 },
  sin: ALL,
  sinh: { least: -720, greatest: 720 },
  tan: ALL,
  tanh: { least: -40, greatest: 40 },
};

/** The result that is farthest from its exact value, if it is past the bound. */
function fault(name: Name | "pow", operands: readonly (readonly number[])[], options: RunOptions): string | undefined {
  const { absolute, ulps: bounds }: FunctionBound = FUNCTION_BOUNDS[name];
  const f: Function = name === "pow" ? pow : ELEMENTARY_FUNCTIONS[name];
  const results = runFunction(f, operands, options);
  const off = results.map((result, i) => {
    const exact = exactly(name, ...operands.map((values) => values[i]));
    return ulps(result, exact, options.scalar, absolute?.[options.scalar]);
  });
  const most = Math.max(...off);
  const at = off.indexOf(most);
  if (most <= bounds[options.scalar]) return undefined;
  return `${name}(${operands.map((values) => values[at]).join(", ")}) = ${results[at]} is ${most} off`;
}

/** e to more than this is past the greatest number, and the inverse of that is 0. */
const GREATEST = { f32: 105, f64: 750 } as const;

const rounded = (scalar: "f32" | "f64", x: number): number => (scalar === "f32" ? Math.fround(x) : x);

const MODES = [
  { scalar: "f32", fused: false },
  { scalar: "f32", fused: true },
  { scalar: "f64", fused: false },
  { scalar: "f64", fused: true },
] as const;

describe.each(MODES)("the functions of $scalar, fused: $fused", (options) => {
  const values = [
    ...spreadFloats(options.scalar, 30),
    ...floatsAtPowers(options.scalar, options.scalar === "f32" ? 19 : 149),
  ];

  it.each(Object.entries(DOMAINS) as [Name, Domain][])("%s holds its bound", (name, domain) => {
    expect(fault(name, [inside(values, domain)], options)).toBeUndefined();
  });

  it("pow holds its bound", () => {
    const bases = inside(values, { least: 0, greatest: Infinity });
    const near = bases.map((_, i) => 1 + (i - bases.length / 2) * 2 ** -20);
    const exponents = (of: readonly number[]): number[] =>
      of.map((x, i) =>
        rounded(options.scalar, ((((i * 37) % 100) - 50) * GREATEST[options.scalar]) / 50 / Math.log(x)),
      );
    const pairs = [...bases, ...near].filter((x) => x !== 1);
    expect(fault("pow", [pairs, exponents(pairs)], options)).toBeUndefined();
  });
});
