import { scalarType, SCALARS } from "./scalars.ts";
import type { Expression, RegisterType } from "./types.ts";

type TypeRules = {
  readonly [Kind in Expression["kind"]]: (expression: Extract<Expression, { kind: Kind }>) => RegisterType;
};

const RULES: TypeRules = {
  constant: ({ type }) => scalarType(type),
  local: ({ type }) => type,
  size: () => scalarType("index"),
  load: ({ type }) => type,
  get: ({ type }) => type,
  unary: ({ value }) => typeOf(value),
  binary: ({ left }) => typeOf(left),
  compare: ({ left }) => ({ scalar: "bool", lanes: typeOf(left).lanes }),
  select: ({ yes }) => typeOf(yes),
  fma: ({ a }) => typeOf(a),
  cast: ({ to, value }) => ({ scalar: to, lanes: typeOf(value).lanes }),
  bits: ({ to, value }) => {
    const { scalar, lanes } = typeOf(value);
    return { scalar: to, lanes: (lanes * SCALARS[scalar].bits) / SCALARS[to].bits };
  },
  broadcast: ({ lanes, value }) => ({ scalar: typeOf(value).scalar, lanes }),
  lanes: ({ lanes, type }) => ({ scalar: type, lanes }),
  reduce: ({ value }) => scalarType(typeOf(value).scalar),
  dot2: ({ acc }) => typeOf(acc),
  dot4: ({ acc }) => typeOf(acc),
};

const known = new WeakMap<Expression, RegisterType>();

/** The type of what an expression gives, if it follows the rules: `typeFault` says whether it does. */
export function typeOf(expression: Expression): RegisterType {
  const { kind } = expression;
  if (kind === "local" || kind === "load" || kind === "get") return expression.type;
  let type = known.get(expression);
  if (type === undefined) {
    const rule = RULES[kind] as (expression: Expression) => RegisterType;
    type = rule(expression);
    known.set(expression, type);
  }
  return type;
}
