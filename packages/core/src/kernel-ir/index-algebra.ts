import {
  addPolynomials,
  atomPolynomial,
  constantPolynomial,
  isExact,
  multiplyPolynomials,
  type Polynomial,
  polynomialValue,
  type Term,
} from "./polynomial.ts";
import { printExpression } from "./print-expression.ts";
import type { BinaryOperation, Expression } from "./types.ts";

/** Expressions by the text that stands for them in polynomials. */
type Atoms = Map<string, Expression>;

/** An operation of two `index` values of one lane, in normal form: sums of products, multiplied out, in one order. */
export function indexOperation(operation: BinaryOperation, left: Expression, right: Expression): Expression {
  const atoms: Atoms = new Map();
  const plain: Expression = { kind: "binary", operation, left, right };
  const [a, b] = [expand(left, atoms), expand(right, atoms)];
  const result = combine(operation, a, b);
  return result === undefined || !isExact(result) ? plain : collect(result, atoms);
}

/** left - right, where that is a number. */
export function indexDifference(left: Expression, right: Expression): number | undefined {
  const atoms: Atoms = new Map();
  return polynomialValue(addPolynomials(expand(left, atoms), expand(right, atoms), -1));
}

function expand(expression: Expression, atoms: Atoms): Polynomial {
  if (expression.kind === "constant") return constantPolynomial(Number(expression.value));
  if (expression.kind === "binary") {
    const { operation, left, right } = expression;
    if (operation === "add" || operation === "sub" || operation === "mul") {
      const result = combine(operation, expand(left, atoms), expand(right, atoms));
      if (result !== undefined) return result;
    }
  }
  const key = printExpression(expression);
  atoms.set(key, expression);
  return atomPolynomial(key);
}

function combine(operation: BinaryOperation, a: Polynomial, b: Polynomial): Polynomial | undefined {
  if (operation === "add" || operation === "sub") return addPolynomials(a, b, operation === "add" ? 1 : -1);
  if (operation === "mul") return multiplyPolynomials(a, b);
  const [left, right] = [polynomialValue(a), polynomialValue(b)];
  if (operation === "div" || operation === "rem") return divide(operation, a, left, right);
  if (left === undefined || right === undefined) {
    const difference = polynomialValue(addPolynomials(a, b, -1));
    if (difference === undefined) return undefined;
    return difference > 0 === (operation === "max") ? a : b;
  }
  return constantPolynomial(operation === "min" ? Math.min(left, right) : Math.max(left, right));
}

/** Quotients and remainders of what is a multiple of a number, and of two numbers; all are of numbers from 0 on. */
function divide(
  operation: "div" | "rem",
  a: Polynomial,
  left: number | undefined,
  right: number | undefined,
): Polynomial | undefined {
  if (right === undefined || right <= 0) return undefined;
  if (left !== undefined)
    return left < 0 ? undefined : constantPolynomial(operation === "div" ? Math.floor(left / right) : left % right);
  if (a.some(({ coefficient }) => coefficient % right !== 0)) return undefined;
  return operation === "rem" ? [] : a.map(({ coefficient, atoms }) => ({ coefficient: coefficient / right, atoms }));
}

/** The expression of a polynomial: what is added first, then what is taken away. */
function collect(polynomial: Polynomial, atoms: Atoms): Expression {
  const known = polynomialValue(polynomial);
  if (known !== undefined) return indexConstant(known);
  let sum: Expression | undefined;
  for (const term of polynomial.filter(({ coefficient }) => coefficient > 0)) {
    const value = product(term, atoms);
    sum = sum === undefined ? value : binary("add", sum, value);
  }
  for (const { coefficient, atoms: names } of polynomial.filter((term) => term.coefficient < 0))
    sum = binary("sub", sum ?? indexConstant(0), product({ coefficient: -coefficient, atoms: names }, atoms));
  return sum ?? indexConstant(0);
}

function product({ coefficient, atoms: names }: Term, atoms: Atoms): Expression {
  if (names.length === 0) return indexConstant(coefficient);
  const value = names.map((name) => atoms.get(name)!).reduce((left, right) => binary("mul", left, right));
  return coefficient === 1 ? value : binary("mul", value, indexConstant(coefficient));
}

const indexConstant = (value: number): Expression => ({ kind: "constant", type: "index", value });

const binary = (operation: BinaryOperation, left: Expression, right: Expression): Expression => ({
  kind: "binary",
  operation,
  left,
  right,
});
