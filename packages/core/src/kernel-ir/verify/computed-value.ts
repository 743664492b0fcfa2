import {
  addPolynomials,
  atomPolynomial,
  constantPolynomial,
  multiplyPolynomials,
  type Polynomial,
  polynomialValue,
  scalePolynomial,
} from "../polynomial.ts";
import { isIntegerScalar } from "../scalars.ts";
import { typeOf } from "../type-of.ts";
import type { BinaryOperation, Expression } from "../types.ts";
import { conditionFacts } from "./condition-facts.ts";
import type { ValueRanges } from "./value-ranges.ts";

type Kind<Name extends Expression["kind"]> = Extract<Expression, { kind: Name }>;

/** The value of an operation of indices or integers, where it is more than an atom: it does not wrap, or its bounds are known. */
export function computedValue(ranges: ValueRanges, expression: Expression): Polynomial | undefined {
  if (expression.kind === "cast") return castValue(ranges, expression);
  if (expression.kind === "select") return selectValue(ranges, expression);
  if (expression.kind !== "binary") return undefined;
  const { operation, left, right } = expression;
  const value = BINARY[operation]?.(ranges, ranges.of(left), ranges.of(right));
  const { scalar } = typeOf(left);
  const mayWrap = scalar !== "index" && (operation === "add" || operation === "sub" || operation === "mul");
  return value === undefined || !mayWrap || ranges.fits(value, scalar) ? value : undefined;
}

type Rule = (ranges: ValueRanges, a: Polynomial, b: Polynomial) => Polynomial | undefined;

const BINARY: Partial<Readonly<Record<BinaryOperation, Rule>>> = {
  add: (_, a, b) => addPolynomials(a, b),
  sub: (_, a, b) => addPolynomials(a, b, -1),
  mul: (_, a, b) => multiplyPolynomials(a, b),
  min: (ranges, a, b) => extremum(ranges, "min", a, b),
  max: (ranges, a, b) => extremum(ranges, "max", a, b),
  div: quotient,
  rem: remainder,
  and: masked,
};

function extremum(ranges: ValueRanges, operation: "min" | "max", a: Polynomial, b: Polynomial): Polynomial {
  const { prover } = ranges;
  const atom = `${operation}(${JSON.stringify([a, b])})`;
  const value = atomPolynomial(atom);
  const sign = operation === "min" ? 1 : -1;
  const isPositive = prover.prove(a) && prover.prove(b);
  for (const side of [a, b]) prover.add(scalePolynomial(addPolynomials(side, value, -1), sign));
  if (isPositive) prover.add(value);
  const order = scalePolynomial(addPolynomials(b, a, -1), sign);
  prover.addCases(atom, [
    { value: a, facts: [order] },
    { value: b, facts: [scalePolynomial(order, -1)] },
  ]);
  return value;
}

/** q = a / b where a >= 0 and b >= 1: b * q <= a < b * q + b. */
function quotient(ranges: ValueRanges, a: Polynomial, b: Polynomial): Polynomial | undefined {
  const { prover } = ranges;
  if (!prover.prove(a) || !prover.proveAtMost(constantPolynomial(1), b)) return undefined;
  const value = atomPolynomial(`div(${JSON.stringify([a, b])})`);
  const product = multiplyPolynomials(b, value);
  if (product === undefined) return undefined;
  const rest = addPolynomials(a, product, -1);
  prover.add(value);
  prover.add(rest);
  prover.add(addPolynomials(addPolynomials(b, rest, -1), constantPolynomial(-1)));
  return value;
}

function remainder(ranges: ValueRanges, a: Polynomial, b: Polynomial): Polynomial | undefined {
  const value = quotient(ranges, a, b);
  const product = value && multiplyPolynomials(b, value);
  return product && addPolynomials(a, product, -1);
}

/** Some bits of a number that is not negative. */
function masked(ranges: ValueRanges, a: Polynomial, b: Polynomial): Polynomial | undefined {
  const most = [a, b].map((side) => polynomialValue(side) ?? -1).find((value) => value >= 0);
  return most === undefined ? undefined : ranges.between(0, most);
}

/** A cast keeps a value that fits. */
function castValue(ranges: ValueRanges, { to, value }: Kind<"cast">): Polynomial | undefined {
  const { scalar } = typeOf(value);
  if (scalar === "bool") return ranges.between(0, 1);
  if (scalar !== "index" && !isIntegerScalar(scalar)) return undefined;
  const kept = ranges.of(value);
  return (scalar === "index" && to === "i64") || ranges.fits(kept, to) ? kept : undefined;
}

function selectValue(ranges: ValueRanges, { condition, yes, no }: Kind<"select">): Polynomial {
  const atom = ranges.newAtom();
  const { holds, fails } = conditionFacts(ranges, condition);
  const cases = [
    { value: ranges.of(yes), facts: holds.atLeastZero },
    { value: ranges.of(no), facts: fails.atLeastZero },
  ];
  const isPositive = cases.every(({ value, facts }) =>
    ranges.scope(() => {
      for (const fact of facts) ranges.prover.add(fact);
      return ranges.prover.prove(value);
    }),
  );
  if (isPositive) ranges.prover.add(atomPolynomial(atom));
  ranges.prover.addCases(atom, cases);
  return atomPolynomial(atom);
}
