import type { Expression, Statement } from "@hodu/core/kernel-ir";

type Lists<Item> = {
  readonly [Kind in Statement["kind"]]: (statement: Extract<Statement, { kind: Kind }>) => readonly Item[];
};

const maybe = (mask: Expression | undefined): readonly Expression[] => (mask === undefined ? [] : [mask]);

const EXPRESSIONS: Lists<Expression> = {
  for: ({ extent, splits }) => [extent, ...maybe(splits)],
  let: ({ value }) => [value],
  var: ({ value }) => [value],
  assign: ({ value }) => [value],
  array: () => [],
  set: ({ index, value }) => [index, value],
  store: ({ index, value, mask }) => [index, value, ...maybe(mask)],
  if: ({ condition }) => [condition],
  guard: ({ condition }) => [condition],
  barrier: () => [],
};

/** The expressions directly in a statement. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  return (EXPRESSIONS[statement.kind] as (statement: Statement) => readonly Expression[])(statement);
}

/** The blocks of statements directly in a statement. */
export function statementsOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.kind === "for") return [statement.body];
  return statement.kind === "if" ? [statement.yes, statement.no] : [];
}
