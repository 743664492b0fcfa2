import { type Expression, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { expressionsOf, statementsOf } from "../../c/walk.ts";

/**
 * Statements where an element that is loaded only to be put into all lanes has no name: then it is one instruction,
 * `let v = x[i]; let w = xN(v)` becomes `let w = xN(x[i])`. Names are declared once in a kernel.
 */
export function mergeSplats(body: readonly Statement[]): readonly Statement[] {
  const uses = new Map<string, number>();
  countUses(body, uses);
  return merged(body, uses);
}

function merged(body: readonly Statement[], uses: ReadonlyMap<string, number>): readonly Statement[] {
  const result: Statement[] = [];
  for (const statement of body) {
    const before = result.at(-1);
    const loaded = before === undefined ? undefined : splatOf(before, statement, uses);
    if (loaded !== undefined) result.pop();
    result.push(loaded ?? withBlocks(statement, uses));
  }
  return result;
}

function splatOf(before: Statement, next: Statement, uses: ReadonlyMap<string, number>): Statement | undefined {
  if (before.kind !== "let" || before.value.kind !== "load" || before.value.type.lanes > 1) return undefined;
  if (next.kind !== "let" || next.value.kind !== "broadcast") return undefined;
  const { value } = next.value;
  if (value.kind !== "local" || value.name !== before.name || uses.get(value.name) !== 1) return undefined;
  return { ...next, value: { ...next.value, value: before.value } };
}

function withBlocks(statement: Statement, uses: ReadonlyMap<string, number>): Statement {
  if (statement.kind === "for") return { ...statement, body: merged(statement.body, uses) };
  if (statement.kind !== "if") return statement;
  return { ...statement, yes: merged(statement.yes, uses), no: merged(statement.no, uses) };
}

function countUses(body: readonly Statement[], uses: Map<string, number>): void {
  for (const statement of body) {
    for (const expression of expressionsOf(statement)) countIn(expression, uses);
    for (const block of statementsOf(statement)) countUses(block, uses);
  }
}

function countIn(expression: Expression, uses: Map<string, number>): void {
  if (expression.kind === "local") uses.set(expression.name, (uses.get(expression.name) ?? 0) + 1);
  for (const operand of operandsOf(expression)) countIn(operand, uses);
}
