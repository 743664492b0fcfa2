import { nameText } from "./names.ts";
import { typeText } from "./scalars.ts";
import type { BinaryOperation, Expression } from "./types.ts";

type Printers = {
  readonly [Kind in Expression["kind"]]: (expression: Extract<Expression, { kind: Kind }>) => string;
};

const call = (name: string, ...operands: readonly (Expression | undefined)[]): string =>
  `${name}(${operands
    .filter((operand) => operand !== undefined)
    .map(printExpression)
    .join(", ")})`;

const SIGNS: Partial<Readonly<Record<BinaryOperation, string>>> = { add: "+", sub: "-", mul: "*" };

const PRINTERS: Printers = {
  constant: ({ type, value }) => (type === "index" || type === "bool" ? String(value) : `${type}(${numeral(value)})`),
  local: ({ name }) => nameText(name),
  size: ({ name }) => nameText(name),
  load: ({ buffer, type, index, mask }) =>
    `${nameText(buffer)}[${printExpression(index)}${mask === undefined ? "" : ` if ${printExpression(mask)}`}]:${typeText(type)}`,
  get: ({ array, index }) => `${nameText(array)}[${printExpression(index)}]`,
  unary: ({ operation, value }) => call(operation, value),
  binary: ({ operation, left, right }) => {
    const sign = SIGNS[operation];
    return sign === undefined
      ? call(operation, left, right)
      : `(${printExpression(left)} ${sign} ${printExpression(right)})`;
  },
  compare: ({ comparison, left, right }) => call(comparison, left, right),
  select: ({ condition, yes, no }) => call("select", condition, yes, no),
  fma: ({ a, b, c, exact }) => call(exact ? "fma" : "muladd", a, b, c),
  cast: ({ to, value }) => call(to, value),
  bits: ({ to, value }) => call(`bits.${to}`, value),
  broadcast: ({ lanes, value }) => call(`x${lanes}`, value),
  lanes: ({ lanes, type }) => `lanes:${typeText({ scalar: type, lanes })}`,
  reduce: ({ reduction, value }) => call(`reduce.${reduction}`, value),
  dot2: ({ acc, a, b }) => call("dot2", acc, a, b),
  dot4: ({ acc, a, b }) => call("dot4", acc, a, b),
};

const numeral = (value: number | bigint | boolean): string => (Object.is(value, -0) ? "-0" : String(value));

/** An expression as text: equal text in one kernel is an equal expression. */
export function printExpression(expression: Expression): string {
  const print = PRINTERS[expression.kind] as (expression: Expression) => string;
  return print(expression);
}
