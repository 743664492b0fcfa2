import type { Expression } from "./types.ts";

type OperandLists = {
  readonly [Kind in Expression["kind"]]: (expression: Extract<Expression, { kind: Kind }>) => readonly Expression[];
};

const none = (): readonly Expression[] => [];

const LISTS: OperandLists = {
  constant: none,
  local: none,
  size: none,
  lanes: none,
  load: ({ index, mask }) => (mask === undefined ? [index] : [index, mask]),
  get: ({ index }) => [index],
  unary: ({ value }) => [value],
  binary: ({ left, right }) => [left, right],
  compare: ({ left, right }) => [left, right],
  select: ({ condition, yes, no }) => [condition, yes, no],
  fma: ({ a, b, c }) => [a, b, c],
  cast: ({ value }) => [value],
  bits: ({ value }) => [value],
  broadcast: ({ value }) => [value],
  reduce: ({ value }) => [value],
  dot2: ({ acc, a, b }) => [acc, a, b],
  dot4: ({ acc, a, b }) => [acc, a, b],
};

/** The expressions directly inside an expression, in the order of its type. */
export function operandsOf(expression: Expression): readonly Expression[] {
  const list = LISTS[expression.kind] as (expression: Expression) => readonly Expression[];
  return list(expression);
}

/** Whether the IR has expressions of that kind. */
export const isExpressionKind = (kind: string): boolean => Object.hasOwn(LISTS, kind);
