import { addPolynomials, constantPolynomial, type Polynomial } from "../polynomial.ts";
import { isIntegerScalar } from "../scalars.ts";
import { typeOf } from "../type-of.ts";
import type { Comparison, Expression } from "../types.ts";

/** Who learns what a condition says. */
export interface Learner {
  readonly prover: { add(fact: Polynomial): void };
  of(expression: Expression): Polynomial;
  definitionOf(name: string): Expression | undefined;
  assumeNotZero(difference: Polynomial): void;
}

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  eq: "ne",
  ge: "lt",
  gt: "le",
  le: "gt",
  lt: "ge",
  ne: "eq",
};

/** Learns what follows from a condition that holds or does not: of comparisons of indices and integers, of what `and`, `or`, `not` make of them. */
export function assumeCondition(learner: Learner, condition: Expression, holds: boolean): void {
  if (condition.kind === "broadcast") assumeCondition(learner, condition.value, holds);
  if (condition.kind === "unary" && condition.operation === "not") assumeCondition(learner, condition.value, !holds);
  if (condition.kind === "binary" && condition.operation === (holds ? "and" : "or")) {
    assumeCondition(learner, condition.left, holds);
    assumeCondition(learner, condition.right, holds);
  }
  if (condition.kind === "local") {
    const definition = learner.definitionOf(condition.name);
    if (definition !== undefined) assumeCondition(learner, definition, holds);
  }
  if (condition.kind === "compare") assumeComparison(learner, condition, holds);
}

function assumeComparison(
  learner: Learner,
  { comparison, left, right }: Extract<Expression, { kind: "compare" }>,
  holds: boolean,
): void {
  const { scalar } = typeOf(left);
  if (scalar !== "index" && !isIntegerScalar(scalar)) return;
  const difference = addPolynomials(learner.of(right), learner.of(left), -1);
  learn(learner, holds ? comparison : OPPOSITE[comparison], difference);
}

/** `difference` is right - left. */
function learn(learner: Learner, comparison: Comparison, difference: Polynomial): void {
  const { prover } = learner;
  const opposite = addPolynomials([], difference, -1);
  const one = constantPolynomial(1);
  if (comparison === "lt") prover.add(addPolynomials(difference, one, -1));
  if (comparison === "gt") prover.add(addPolynomials(opposite, one, -1));
  if (comparison === "le" || comparison === "eq") prover.add(difference);
  if (comparison === "ge" || comparison === "eq") prover.add(opposite);
  if (comparison === "ne") {
    learner.assumeNotZero(difference);
    learner.assumeNotZero(opposite);
  }
}
