import { type Expression, isFloatScalar, type Kernel, operandsOf, type Statement, typeOf } from "@hodu/core/kernel-ir";
import { knownIndex } from "../c/known-index.ts";

/** Floating-point operations of one call of a kernel, with that size: a multiply-add is two. Of branches, the longer one counts. */
export function countFlops(kernel: Kernel, size = 1): number {
  const known = kernel.sizes.length === 0 ? undefined : new Map(kernel.sizes.map((name) => [name, size]));
  return inStatements(kernel.body, known);
}

/** Indices that are known by name: sizes, what follows from them, and of loops the first turn; undefined in a kernel without sizes. */
type Known = Map<string, number> | undefined;

const NONE: ReadonlyMap<string, number> = new Map();

function inStatements(statements: readonly Statement[], known: Known): number {
  let flops = 0;
  for (const statement of statements) flops += inStatement(statement, known);
  return flops;
}

function inStatement(statement: Statement, known: Known): number {
  switch (statement.kind) {
    case "for": {
      const { index, extent, step, body } = statement;
      const turns = Math.ceil((knownIndex(extent, known ?? NONE) ?? 1) / step);
      if (turns <= 0) return 0;
      known?.set(index, 0);
      return turns * inStatements(body, known);
    }
    case "let": {
      const value = known && knownIndex(statement.value, known);
      if (value !== undefined) known?.set(statement.name, value);
      return inExpression(statement.value);
    }
    case "var":
    case "assign":
    case "set":
    case "store":
      return inExpression(statement.value);
    case "if":
      return (
        inExpression(statement.condition) +
        Math.max(inStatements(statement.yes, known), inStatements(statement.no, known))
      );
    case "guard":
      return inExpression(statement.condition);
    case "array":
    case "barrier":
      return 0;
  }
}

function inExpression(expression: Expression): number {
  let flops = own(expression);
  for (const operand of operandsOf(expression)) flops += inExpression(operand);
  return flops;
}

/** Arithmetic on floats; moves, casts, comparisons and what changes only a sign are free. */
function own(expression: Expression): number {
  switch (expression.kind) {
    case "fma":
      return 2 * floats(expression);
    case "binary":
      return floats(expression);
    case "unary":
      return expression.operation === "neg" || expression.operation === "abs" ? 0 : floats(expression);
    case "reduce":
      return Math.max(0, floats(expression.value) - 1);
    default:
      return 0;
  }
}

function floats(expression: Expression): number {
  const { scalar, lanes } = typeOf(expression);
  return isFloatScalar(scalar) ? lanes : 0;
}
