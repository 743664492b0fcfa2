import { type Expression, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { knownIndex } from "../../c/known-index.ts";
import { expressionsOf, statementsOf } from "../../c/walk.ts";
import { hoistAddress } from "./address.ts";
import { MAX_HOISTED_ACCESSES } from "./limits.ts";
import type { Scope } from "./scope.ts";

/** Computes before a loop the parts of addresses inside it that do not change in it: engines do not move them out of most loops. */
export function hoistAddresses(body: readonly Statement[], scope: Scope): void {
  let left = MAX_HOISTED_ACCESSES;
  visit(body);

  function visit(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === "store") access(statement.buffer, statement.index);
      for (const expression of expressionsOf(statement)) visitExpression(expression);
      if (statement.kind === "for" && statement.loop === "unroll") visitTurns(statement);
      else for (const block of statementsOf(statement)) visit(block);
      if (left <= 0) return;
    }
  }

  function visitTurns({ index, extent, step, body: turn }: Extract<Statement, { kind: "for" }>): void {
    const end = knownIndex(extent, scope.unrolled) ?? 0;
    for (let at = 0; at < end && left > 0; at += step) {
      scope.unrolled.set(index, at);
      visit(turn);
    }
    scope.unrolled.delete(index);
  }

  function visitExpression(expression: Expression): void {
    if (expression.kind === "load") access(expression.buffer, expression.index);
    for (const operand of operandsOf(expression)) visitExpression(operand);
  }

  function access(buffer: string, index: Expression): void {
    if (left-- > 0) hoistAddress(scope, buffer, index);
  }
}
