import { MAX_BUFFERS, MAX_EXPRESSION_DEPTH, MAX_NODES, MAX_STATEMENT_DEPTH } from "../limits.ts";
import { isExpressionKind, operandsOf } from "../operands.ts";
import { isScalar } from "../scalars.ts";
import type { Expression, Kernel, Statement } from "../types.ts";
import { isStatementKind, partsOf } from "./statement-parts.ts";

/** What is left to count: expressions and statements, and how deep they lie. */
type Left = [node: Expression | Statement, depth: number, isStatement: boolean][];

/** Why a kernel is too large or too deep to be looked at, or made of what the IR does not have; undefined if it is none of these. */
export function sizeFault(kernel: Kernel): string | undefined {
  if (kernel.buffers.length + kernel.sizes.length > MAX_BUFFERS) return `more than ${MAX_BUFFERS} buffers and sizes`;
  const left: Left = kernel.body.map((statement) => [statement, 1, true]);
  for (const { length } of kernel.buffers) left.push([length, 1, false]);
  for (let count = 1; ; count++) {
    const next = left.pop();
    if (next === undefined) return undefined;
    if (count > MAX_NODES) return `more than ${MAX_NODES} statements and expressions`;
    const fault = next[2]
      ? openStatement(next[0] as Statement, next[1], left)
      : openExpression(next[0] as Expression, next[1], left);
    if (fault !== undefined) return fault;
  }
}

function openStatement(statement: Statement, depth: number, left: Left): string | undefined {
  if (!isStatementKind(statement.kind)) return `a statement of an unknown kind`;
  if (depth > MAX_STATEMENT_DEPTH) return `more than ${MAX_STATEMENT_DEPTH} statements inside each other`;
  if (statement.kind === "array" && !isScalar(statement.type.scalar)) return "an array of an unknown type";
  const { expressions, blocks } = partsOf(statement);
  for (const expression of expressions) left.push([expression, 1, false]);
  for (const inner of blocks.flat()) left.push([inner, depth + 1, true]);
  return undefined;
}

/** The scalars that an expression names. */
function scalarsOf(expression: Expression): readonly string[] {
  if ("to" in expression) return [expression.to];
  if (!("type" in expression)) return [];
  return [typeof expression.type === "string" ? expression.type : expression.type.scalar];
}

function openExpression(expression: Expression, depth: number, left: Left): string | undefined {
  if (!isExpressionKind(expression.kind)) return `an expression of an unknown kind`;
  if (depth > MAX_EXPRESSION_DEPTH) return `an expression of more than ${MAX_EXPRESSION_DEPTH} levels`;
  if (!scalarsOf(expression).every(isScalar)) return "an expression of an unknown type";
  for (const operand of operandsOf(expression)) left.push([operand, depth + 1, false]);
  return undefined;
}
