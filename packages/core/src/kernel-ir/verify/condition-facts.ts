import { addPolynomials, constantPolynomial, type Polynomial, scalePolynomial } from "../polynomial.ts";
import { isIntegerScalar } from "../scalars.ts";
import { typeOf } from "../type-of.ts";
import type { Comparison, Expression } from "../types.ts";

/** What is known: polynomials that are at least 0, and such that are not 0. */
interface Facts {
  readonly atLeastZero: readonly Polynomial[];
  readonly notZero: readonly Polynomial[];
}

/** What is known where a condition holds, and where it does not. */
export interface ConditionFacts {
  readonly holds: Facts;
  readonly fails: Facts;
}

/** The values that conditions are about. */
interface Values {
  of(expression: Expression): Polynomial;
  definitionOf(name: string): Expression | undefined;
}

/** Parts of a condition that are looked at: definitions may lead to the same ones again and again. */
const MAX_PARTS = 64;

const NOTHING: Facts = { atLeastZero: [], notZero: [] };

/** What follows from a condition: from comparisons of indices and integers, and what `and`, `or`, `not` make of them. */
export function conditionFacts(values: Values, condition: Expression, left = { parts: MAX_PARTS }): ConditionFacts {
  const nothing = { holds: NOTHING, fails: NOTHING };
  if (left.parts-- <= 0) return nothing;
  if (condition.kind === "broadcast") return conditionFacts(values, condition.value, left);
  if (condition.kind === "compare") return comparisonFacts(values, condition);
  if (condition.kind === "local") {
    const definition = values.definitionOf(condition.name);
    return definition === undefined ? nothing : conditionFacts(values, definition, left);
  }
  if (condition.kind === "unary" && condition.operation === "not") {
    const { holds, fails } = conditionFacts(values, condition.value, left);
    return { holds: fails, fails: holds };
  }
  if (condition.kind !== "binary" || (condition.operation !== "and" && condition.operation !== "or")) return nothing;
  const [a, b] = [conditionFacts(values, condition.left, left), conditionFacts(values, condition.right, left)];
  return condition.operation === "and"
    ? { holds: both(a.holds, b.holds), fails: NOTHING }
    : { holds: NOTHING, fails: both(a.fails, b.fails) };
}

const both = (a: Facts, b: Facts): Facts => ({
  atLeastZero: [...a.atLeastZero, ...b.atLeastZero],
  notZero: [...a.notZero, ...b.notZero],
});

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  eq: "ne",
  ge: "lt",
  gt: "le",
  le: "gt",
  lt: "ge",
  ne: "eq",
};

function comparisonFacts(
  values: Values,
  { comparison, left, right }: Extract<Expression, { kind: "compare" }>,
): ConditionFacts {
  const { scalar } = typeOf(left);
  if (scalar !== "index" && !isIntegerScalar(scalar)) return { holds: NOTHING, fails: NOTHING };
  const above = addPolynomials(values.of(right), values.of(left), -1);
  return { holds: FACTS[comparison](above), fails: FACTS[OPPOSITE[comparison]](above) };
}

const negative = (a: Polynomial): Polynomial => scalePolynomial(a, -1);
const lessOne = (a: Polynomial): Polynomial => addPolynomials(a, constantPolynomial(-1));

/** What each comparison says of right - left. */
const FACTS: Readonly<Record<Comparison, (above: Polynomial) => Facts>> = {
  eq: (above) => ({ atLeastZero: [above, negative(above)], notZero: [] }),
  ge: (above) => ({ atLeastZero: [negative(above)], notZero: [] }),
  gt: (above) => ({ atLeastZero: [lessOne(negative(above))], notZero: [] }),
  le: (above) => ({ atLeastZero: [above], notZero: [] }),
  lt: (above) => ({ atLeastZero: [lessOne(above)], notZero: [] }),
  ne: (above) => ({ atLeastZero: [], notZero: [above, negative(above)] }),
};
