import { MAX_LANES } from "./limits.ts";
import { isFloatScalar, isIntegerScalar, sameType, SCALARS, typeText } from "./scalars.ts";
import { typeOf } from "./type-of.ts";
import type {
  BinaryOperation,
  Comparison,
  Expression,
  Reduction,
  RegisterType,
  Scalar,
  UnaryOperation,
} from "./types.ts";

type FaultRules = {
  readonly [Kind in Expression["kind"]]: (expression: Extract<Expression, { kind: Kind }>) => string | undefined;
};

type ScalarClass = (scalar: Scalar) => boolean;
const numeric: ScalarClass = (scalar) => isFloatScalar(scalar) || isIntegerScalar(scalar);
const logical: ScalarClass = (scalar) => scalar === "bool" || isIntegerScalar(scalar);
const countable: ScalarClass = (scalar) => scalar === "index" || numeric(scalar);

const UNARY: Readonly<Record<UnaryOperation, ScalarClass>> = {
  abs: numeric,
  ceil: isFloatScalar,
  clz: isIntegerScalar,
  floor: isFloatScalar,
  neg: numeric,
  not: logical,
  popcount: isIntegerScalar,
  round: isFloatScalar,
  sqrt: isFloatScalar,
  trunc: isFloatScalar,
};

const BINARY: Readonly<Record<BinaryOperation, ScalarClass>> = {
  add: countable,
  and: logical,
  div: countable,
  max: countable,
  min: countable,
  mul: countable,
  or: logical,
  rem: (scalar) => countable(scalar) && !isFloatScalar(scalar),
  shl: isIntegerScalar,
  shr: isIntegerScalar,
  sub: countable,
  xor: logical,
};

const anything: ScalarClass = () => true;
const COMPARISONS: Readonly<Record<Comparison, ScalarClass>> = {
  eq: anything,
  ge: countable,
  gt: countable,
  le: countable,
  lt: countable,
  ne: anything,
};

const REDUCTIONS: Readonly<Record<Reduction, ScalarClass>> = { add: numeric, max: numeric, min: numeric, mul: numeric };

const RULES: FaultRules = {
  constant: ({ type, value }) => (isValueOf(type, value) ? undefined : `${String(value)} is no value of ${type}`),
  local: ({ type }) => lanesFault(type.lanes),
  size: () => undefined,
  load: ({ type, index, mask }) => lanesFault(type.lanes) ?? indexFault(index) ?? maskFault(mask, type.lanes),
  get: ({ type, index }) => lanesFault(type.lanes) ?? indexFault(index),
  unary: ({ operation, value }) => operationFault(operation, UNARY, typeOf(value)),
  binary: ({ operation, left, right }) =>
    operationFault(operation, BINARY, typeOf(left)) ?? differenceFault(left, right),
  compare: ({ comparison, left, right }) =>
    differenceFault(left, right) ?? operationFault(comparison, COMPARISONS, typeOf(left)),
  select: ({ condition, yes, no }) => differenceFault(yes, no) ?? maskFault(condition, typeOf(yes).lanes),
  fma: ({ a, b, c }) => classFault("fma", isFloatScalar, typeOf(a)) ?? differenceFault(a, b) ?? differenceFault(a, c),
  cast: () => undefined,
  bits: ({ to, value }) => bitsFault(typeOf(value), to),
  broadcast: ({ lanes, value }) =>
    lanesFault(lanes) ?? (typeOf(value).lanes === 1 ? undefined : `broadcast of ${typeText(typeOf(value))}`),
  lanes: ({ lanes, type }) => lanesFault(lanes) ?? classFault("lanes", countable, { scalar: type, lanes }),
  reduce: ({ reduction, value }) => operationFault(reduction, REDUCTIONS, typeOf(value)),
  dot2: ({ acc, a, b }) => dotFault(2, ["i16"], "i16", [acc, a, b].map(typeOf)),
  dot4: ({ acc, a, b }) => dotFault(4, ["i8", "u8"], "i8", [acc, a, b].map(typeOf)),
};

/** What is wrong with the types of an expression whose operands are right; undefined if nothing is. */
export function typeFault(expression: Expression): string | undefined {
  const rule = RULES[expression.kind] as (expression: Expression) => string | undefined;
  return rule(expression);
}

/** Whether lanes are a power of two within the limit. */
export const isLaneCount = (lanes: number): boolean =>
  Number.isInteger(lanes) && lanes >= 1 && lanes <= MAX_LANES && (lanes & (lanes - 1)) === 0;

/** Whether a value is one that a constant of that type may have. */
export function isValueOf(type: Scalar, value: unknown): boolean {
  const { kind, bits } = SCALARS[type];
  if (kind === "bool") return typeof value === "boolean";
  if (bits === 64 && kind !== "float")
    return (
      typeof value === "bigint" && (kind === "signed" ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value
    );
  if (typeof value !== "number") return false;
  if (kind === "float") return bits === 64 || Object.is(Math.fround(value), value);
  if (kind === "index") return Number.isSafeInteger(value) && !Object.is(value, -0);
  const least = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  return Number.isInteger(value) && !Object.is(value, -0) && value >= least && value < least + 2 ** bits;
}

const lanesFault = (lanes: number): string | undefined =>
  isLaneCount(lanes) ? undefined : `${lanes} lanes, expected a power of two up to ${MAX_LANES}`;

/** An index of one lane. */
export function indexFault(index: Expression): string | undefined {
  const type = typeOf(index);
  return type.scalar === "index" && type.lanes === 1 ? undefined : `an index of type ${typeText(type)}`;
}

/** A condition with one bool for each of so many lanes. */
export function maskFault(mask: Expression | undefined, lanes: number): string | undefined {
  if (mask === undefined) return undefined;
  const type = typeOf(mask);
  return type.scalar === "bool" && type.lanes === lanes
    ? undefined
    : `a condition of type ${typeText(type)}, expected ${typeText({ scalar: "bool", lanes })}`;
}

function operationFault(
  name: string,
  classes: Readonly<Record<string, ScalarClass>>,
  type: RegisterType,
): string | undefined {
  return Object.hasOwn(classes, name) ? classFault(name, classes[name], type) : "an unknown operation";
}

const classFault = (name: string, accepts: ScalarClass, type: RegisterType): string | undefined =>
  accepts(type.scalar) ? undefined : `${name} of ${typeText(type)}`;

function differenceFault(a: Expression, b: Expression): string | undefined {
  const [left, right] = [typeOf(a), typeOf(b)];
  return sameType(left, right) ? undefined : `operands of types ${typeText(left)} and ${typeText(right)}`;
}

function bitsFault(from: RegisterType, to: Scalar): string | undefined {
  const lanes = (from.lanes * SCALARS[from.scalar].bits) / SCALARS[to].bits;
  return numeric(from.scalar) && numeric(to) && isLaneCount(lanes)
    ? undefined
    : `the bits of ${typeText(from)} as ${to}`;
}

/** A sum in i32 with so many products for each lane. */
function dotFault(
  count: number,
  left: readonly Scalar[],
  right: Scalar,
  [acc, a, b]: readonly RegisterType[],
): string | undefined {
  const fits =
    acc.scalar === "i32" &&
    left.includes(a.scalar) &&
    b.scalar === right &&
    a.lanes === count * acc.lanes &&
    b.lanes === a.lanes;
  return fits ? undefined : `dot${count} of ${[acc, a, b].map(typeText).join(", ")}`;
}
