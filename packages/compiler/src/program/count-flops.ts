import { type Expression, isFloatScalar, type Kernel, operandsOf, type Statement, typeOf } from "@hodu/core/kernel-ir";

/** Floating-point operations of one call of a kernel without sizes: a multiply-add is two. Of branches, the longer one counts. */
export function countFlops(kernel: Kernel): number {
  return inStatements(kernel.body);
}

function inStatements(statements: readonly Statement[]): number {
  let flops = 0;
  for (const statement of statements) flops += inStatement(statement);
  return flops;
}

function inStatement(statement: Statement): number {
  switch (statement.kind) {
    case "for": {
      const { extent, step, body } = statement;
      const turns = extent.kind === "constant" ? Math.ceil(Number(extent.value) / step) : 1;
      return turns === 0 ? 0 : turns * inStatements(body);
    }
    case "let":
    case "var":
    case "assign":
    case "set":
    case "store":
      return inExpression(statement.value);
    case "if":
      return inExpression(statement.condition) + Math.max(inStatements(statement.yes), inStatements(statement.no));
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
