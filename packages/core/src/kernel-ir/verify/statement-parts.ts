import type { Expression, Statement } from "../types.ts";

/** The expressions of a statement, and the blocks inside it. */
export interface StatementParts {
  readonly expressions: readonly Expression[];
  readonly blocks: readonly (readonly Statement[])[];
}

type PartRules = {
  readonly [Kind in Statement["kind"]]: (statement: Extract<Statement, { kind: Kind }>) => StatementParts;
};

const only = (...expressions: readonly Expression[]): StatementParts => ({ expressions, blocks: [] });

const PARTS: PartRules = {
  for: ({ extent, splits, body }) => ({
    expressions: [extent, ...(splits === undefined ? [] : [splits])],
    blocks: [body],
  }),
  let: ({ value }) => only(value),
  var: ({ value }) => only(value),
  assign: ({ value }) => only(value),
  array: () => only(),
  set: ({ index, value }) => only(index, value),
  store: ({ index, value, mask }) => (mask === undefined ? only(index, value) : only(index, value, mask)),
  if: ({ condition, yes, no }) => ({ expressions: [condition], blocks: [yes, no] }),
  guard: ({ condition }) => only(condition),
  barrier: () => only(),
};

/** What a statement is made of. */
export function partsOf(statement: Statement): StatementParts {
  const parts = PARTS[statement.kind] as (statement: Statement) => StatementParts;
  return parts(statement);
}

/** Whether the IR has statements of that kind. */
export const isStatementKind = (kind: string): boolean => Object.hasOwn(PARTS, kind);
