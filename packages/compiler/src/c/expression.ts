import { type Expression, typeOf } from "@hodu/core/kernel-ir";
import { bare } from "./bare.ts";
import { type CType, cTypeOf, isFloat, type MaskWidth, widthOf } from "./c-type.ts";
import { knownIndex } from "./known-index.ts";
import { heightOf } from "./height.ts";
import { MAX_NESTING } from "./limits.ts";
import { literal } from "./literal.ts";
import { maskWidth } from "./mask-width.ts";
import { binaryText, compareText, pickText } from "./operations/binary.ts";
import { castFromBool, castText, castToBool } from "./operations/cast.ts";
import { dot2Text } from "./operations/dot2.ts";
import { type DotTypes, dot4Text } from "./operations/dot4.ts";
import { fmaText } from "./operations/fma.ts";
import { bitsOf, broadcastOf, convertMask, selectOf } from "./operations/lanes.ts";
import { loadText, type Place } from "./operations/memory.ts";
import { reduceText } from "./operations/reduce.ts";
import { unaryText } from "./operations/unary.ts";
import { declaredOf, type Scope } from "./scope.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type Rules = {
  readonly [Kind in Expression["kind"]]: (expression: Of<Kind>, scope: Scope, type: CType) => string;
};

const RULES: Rules = {
  constant: ({ value }, _, { scalar }) => literal(scalar, value),
  local: ({ name }, scope) => declaredOf(scope, name).identifier,
  size: ({ name }, scope) => declaredOf(scope, name).identifier,
  load: (load, scope) => loadText(scope.prelude, placeOf(load, load.type.lanes, scope)),
  get: ({ array, index }, scope) => elementText(array, index, scope),
  unary: ({ operation, value }, scope, type) => unaryText(operation, scope.prelude, type, expressionText(value, scope)),
  binary: binaryOf,
  compare: compareOf,
  select: selectText,
  fma: ({ a, b, c, exact }, scope, type) =>
    fmaText(scope.prelude, type, exact, expressionText(a, scope), expressionText(b, scope), expressionText(c, scope)),
  cast: castOf,
  bits: ({ value }, scope, type) =>
    `${bitsOf(scope.prelude, typeIn(value, scope), type)}(${expressionText(value, scope)})`,
  broadcast: ({ value }, scope, type) => {
    if (type.lanes === 1) return expressionText(value, scope);
    const text = expressionText(value, scope);
    return `${broadcastOf(scope.prelude, type)}(${typeOf(value).scalar === "bool" ? `-${text}` : text})`;
  },
  lanes: ({ lanes }, { prelude }, type) =>
    `((hodu_${prelude.type(type)}){${Array.from({ length: lanes }, (_, lane) => lane).join(", ")}})`,
  reduce: ({ reduction, value }, scope) =>
    reduceText(reduction, scope.prelude, typeIn(value, scope), expressionText(value, scope)),
  dot2: (dot, scope) => dot2Text(scope.prelude, ...dotOperands(dot, scope)),
  dot4: (dot, scope) => dot4Text(scope.prelude, ...dotOperands(dot, scope)),
};

/**
 * C text of an expression, fit to stand anywhere in another; the bools of a vector are a mask of the width that maskWidth gives. What
 * would stand in too many brackets gets a name in lines of its own before.
 */
export function expressionText(expression: Expression, scope: Scope): string {
  const known = typeOf(expression).scalar === "index" ? knownIndex(expression, scope.unrolled) : undefined;
  if (known !== undefined && typeOf(expression).lanes === 1) return literal("i64", known);
  const rule = RULES[expression.kind] as (expression: Expression, scope: Scope, type: CType) => string;
  const type = typeIn(expression, scope);
  const text = rule(expression, scope, type);
  if (heightOf(expression) % MAX_NESTING !== 0) return text;
  const name = scope.names.fresh("temporary");
  scope.lines.line(`const hodu_${scope.prelude.type(type)} ${name} = ${bare(text)};`);
  return name;
}

function dotOperands({ acc, a, b }: Of<"dot2" | "dot4">, scope: Scope): readonly [DotTypes, readonly string[]] {
  const operands = [acc, a, b].map((operand) => expressionText(operand, scope));
  return [[typeIn(acc, scope), typeIn(a, scope), typeIn(b, scope)], operands];
}

/** The C type of an expression. */
const typeIn = (expression: Expression, scope: Scope): CType =>
  cTypeOf(typeOf(expression), maskWidth(expression, scope));

/** C text of bools: int for one lane, for more a mask of that width. */
export function boolText(expression: Expression, width: MaskWidth, scope: Scope): string {
  const { lanes } = typeOf(expression);
  const text = expressionText(expression, scope);
  return lanes === 1 ? text : convertMask(scope.prelude, text, maskWidth(expression, scope), width, lanes);
}

/** C text of an element of an array: a variable of its own where all its indices are known. */
export function elementText(array: string, index: Expression, scope: Scope): string {
  const { identifier, isSplit } = declaredOf(scope, array);
  if (!isSplit) return `${identifier}[${bare(expressionText(index, scope))}]`;
  return `${identifier}_${knownIndex(index, scope.unrolled)}`;
}

/** Where a load or a store goes. */
export function placeOf(access: Of<"load"> | Omit<Of<"load">, "kind" | "type">, lanes: number, scope: Scope): Place {
  const { buffer, index, mask } = access;
  const place = {
    memory: scope.buffers.get(buffer)!.memory,
    buffer: declaredOf(scope, buffer).identifier,
    index: expressionText(index, scope),
    lanes,
  };
  if (mask === undefined) return place;
  const width = maskWidth(mask, scope);
  return { ...place, mask: { text: boolText(mask, width, scope), width } };
}

const WRAPPING: Readonly<Record<string, string>> = { add: "+", mul: "*", sub: "-" };

function binaryOf(expression: Of<"binary">, scope: Scope, type: CType): string {
  const { operation, left, right } = expression;
  const { scalar, lanes } = typeOf(expression);
  if (scalar === "index" && lanes === 1 && operation in WRAPPING)
    return `((hodu_i64)${wrappingText(expression, scope)})`;
  if (operation === "max" || operation === "min") {
    const text = pickConstantText(operation, expression, scope, type);
    if (text !== undefined) return text;
  }
  const isMask = scalar === "bool" && lanes > 1;
  const width = isMask ? maskWidth(left, scope) : 32;
  const [a, b] = isMask
    ? [boolText(left, width, scope), boolText(right, width, scope)]
    : [expressionText(left, scope), expressionText(right, scope)];
  return binaryText(operation, scope.prelude, type, a, b);
}

/** Of floats, the greater or lesser of a value and a constant that is no NaN is one comparison. */
function pickConstantText(
  operation: "max" | "min",
  { left, right }: Of<"binary">,
  scope: Scope,
  type: CType,
): string | undefined {
  const [value, constant] = constantOf(left) === undefined ? [left, right] : [right, left];
  const number = constantOf(constant);
  if (typeof number !== "number" || Number.isNaN(number) || !isFloat(type)) return undefined;
  const losing = Object.is(number, operation === "max" ? -0 : 0);
  const [a, b] = [expressionText(value, scope), expressionText(constant, scope)];
  return pickText(operation, losing, scope.prelude, type, a, b);
}

/** The value of a constant, also in all lanes. */
function constantOf(expression: Expression): number | bigint | boolean | undefined {
  if (expression.kind === "broadcast") return constantOf(expression.value);
  return expression.kind === "constant" ? expression.value : undefined;
}

/** Sums and products of indices wrap on the way to what they give: they are made of unsigned numbers. */
function wrappingText(expression: Expression, scope: Scope): string {
  const known = knownIndex(expression, scope.unrolled);
  if (known !== undefined && known >= 0 && known < 2 ** 31) return `${known}`;
  if (known === undefined && expression.kind === "binary" && expression.operation in WRAPPING) {
    const [left, right] = [wrappingText(expression.left, scope), wrappingText(expression.right, scope)];
    return `(${left} ${WRAPPING[expression.operation]} ${right})`;
  }
  return `(hodu_u64)${expressionText(expression, scope)}`;
}

function compareOf({ comparison, left, right }: Of<"compare">, scope: Scope): string {
  const type = typeIn(left, scope);
  const width = maskWidth(left, scope);
  const isMask = typeOf(left).scalar === "bool";
  const [a, b] = isMask
    ? [boolText(left, width, scope), boolText(right, width, scope)]
    : [expressionText(left, scope), expressionText(right, scope)];
  return compareText(comparison, scope.prelude, type, a, b);
}

function selectText({ condition, yes, no }: Of<"select">, scope: Scope, type: CType): string {
  if (type.lanes === 1)
    return `(${expressionText(condition, scope)} ? ${expressionText(yes, scope)} : ${expressionText(no, scope)})`;
  const width = widthOf(type.scalar);
  const isMask = typeOf(yes).scalar === "bool";
  const [mask, a] = [boolText(condition, width, scope), expressionText(yes, scope)];
  const b = isMask ? boolText(no, width, scope) : expressionText(no, scope);
  return `${selectOf(scope.prelude, type, width)}(${mask}, ${a}, ${b})`;
}

function castOf({ to, value }: Of<"cast">, scope: Scope, type: CType): string {
  const { prelude } = scope;
  const from = typeIn(value, scope);
  const source = typeOf(value).scalar;
  if (source === to) return expressionText(value, scope);
  if (source === "bool") return castFromBool(prelude, type, boolText(value, widthOf(type.scalar), scope));
  const text = expressionText(value, scope);
  if (to === "bool") return castToBool(prelude, from, text);
  if (to !== "index" || (source !== "f32" && source !== "f64")) return castText(prelude, from, type, text);
  const narrow: CType = { scalar: "i32", lanes: type.lanes };
  return castText(prelude, narrow, type, castText(prelude, from, narrow, text));
}
