import { type Expression, type RegisterType, type Statement, typeOf } from "@hodu/core/kernel-ir";
import { type CType, cTypeOf, type MaskWidth } from "./c-type.ts";
import { bare } from "./bare.ts";
import { boolText, elementText, expressionText, placeOf } from "./expression.ts";
import { knownIndex } from "./known-index.ts";
import { maskWidth } from "./mask-width.ts";
import { storeText } from "./operations/memory.ts";
import { capturesOf, partText } from "./part.ts";
import type { Scope } from "./scope.ts";
import { tooLarge, unsupported } from "./unsupported.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;
type Rules = { readonly [Kind in Statement["kind"]]: (statement: Of<Kind>, scope: Scope) => void };

const RULES: Rules = {
  for: (loop, scope) => LOOPS[loop.loop](loop, scope),
  let: ({ name, value }, scope) => declareValue(name, value, "const ", scope),
  var: ({ name, value }, scope) => declareValue(name, value, "", scope),
  assign: ({ name, value }, scope) => {
    const { identifier, mask } = scope.declared.get(name)!;
    scope.lines.line(`${identifier} = ${bare(valueText(value, mask, scope))};`);
  },
  array: declareArray,
  set: ({ array, index, value }, scope) => {
    const { mask } = scope.declared.get(array)!;
    const text = valueText(value, mask, scope);
    scope.lines.line(`${elementText(array, index, scope)} = ${bare(text)};`);
  },
  store: (store, scope) => {
    const place = placeOf(store, typeOf(store.value).lanes, scope);
    scope.lines.line(storeText(scope.prelude, place, valueText(store.value, 8, scope)));
  },
  if: ({ condition, yes, no }, scope) => {
    scope.lines.block(`if (${bare(expressionText(condition, scope))})`, () => writeStatements(yes, scope));
    if (no.length > 0) scope.lines.block("else", () => writeStatements(no, scope));
  },
  guard: ({ condition, status }, scope) => {
    scope.lines.line(`if (!${expressionText(condition, scope)}) return ${status};`);
  },
  barrier: (_, scope) => {
    throw unsupported(scope.prelude.target, "a barrier: the lanes of a block run one after another");
  },
};

type Loop = Of<"for">;

const LOOPS: Readonly<Record<Loop["loop"], (loop: Loop, scope: Scope) => void>> = {
  serial: writeLoop,
  lane: writeLoop,
  unroll: writeUnrolled,
  parallel: writeParallel,
  grid: writeParallel,
};

/** Adds statements to the lines of a scope. */
export function writeStatements(statements: readonly Statement[], scope: Scope): void {
  for (const statement of statements) {
    (RULES[statement.kind] as (statement: Statement, scope: Scope) => void)(statement, scope);
    tooLarge(scope.lines.length);
  }
}

/** A value as it is held or stored: masks of one width. */
function valueText(value: Expression, width: MaskWidth, scope: Scope): string {
  return typeOf(value).scalar === "bool" ? boolText(value, width, scope) : expressionText(value, scope);
}

function declareValue(name: string, value: Expression, qualifier: string, scope: Scope): void {
  const mask = maskWidth(value, scope);
  const text = expressionText(value, scope);
  const identifier = scope.names.fresh("value");
  const type = typeName(typeOf(value), mask, scope);
  scope.declared.set(name, { identifier, field: `hodu_${type} ${identifier}`, mask, isSplit: false });
  scope.lines.line(`${qualifier}hodu_${type} ${identifier} = ${bare(text)};`);
}

function declareArray({ name, type, length }: Of<"array">, scope: Scope): void {
  const identifier = scope.names.fresh("array");
  const isSplit = scope.splitArrays.has(name);
  const c = `hodu_${typeName(type, 32, scope)}`;
  scope.declared.set(name, { identifier, field: `${c}* ${identifier}`, mask: 32, isSplit });
  const elements = Array.from({ length: isSplit ? length : 0 }, (_, i) => `${identifier}_${i}`);
  scope.lines.line(`${c} ${isSplit ? elements.join(", ") : `${identifier}[${length}]`};`);
}

function typeName(type: RegisterType, mask: MaskWidth, { prelude }: Scope): string {
  const c: CType = cTypeOf(type, mask);
  return prelude.type(c);
}

function writeLoop({ index, extent, step, body }: Loop, scope: Scope): void {
  const end = namedExtent(extent, scope);
  const i = declareIndex(index, scope);
  const next = step === 1 ? `${i}++` : `${i} += ${step}`;
  scope.lines.block(`for (hodu_i64 ${i} = 0; ${i} < ${end}; ${next})`, () => writeStatements(body, scope));
}

/** An extent that is computed once. */
function namedExtent(extent: Expression, scope: Scope): string {
  const text = bare(expressionText(extent, scope));
  if (extent.kind === "constant" || extent.kind === "size" || knownIndex(extent, scope.unrolled) !== undefined)
    return text;
  const name = scope.names.fresh("extent");
  scope.lines.line(`const hodu_i64 ${name} = ${text};`);
  return name;
}

function declareIndex(name: string, scope: Scope): string {
  const identifier = scope.names.fresh("index");
  scope.declared.set(name, { identifier, field: `hodu_i64 ${identifier}`, mask: 32, isSplit: false });
  return identifier;
}

function writeUnrolled({ index, extent, step, body }: Loop, scope: Scope): void {
  const end = knownIndex(extent, scope.unrolled);
  if (end === undefined) throw new Error("a kernel that was not verified: the extent of an unrolled loop is not known");
  for (let turn = 0; turn < end; turn += step) {
    scope.unrolled.set(index, turn);
    scope.lines.block("", () => writeStatements(body, scope));
  }
  scope.unrolled.delete(index);
}

/** A loop whose turns are a function over a range of them, which the host calls on any threads. */
function writeParallel(loop: Loop, scope: Scope): void {
  const { lines, names, parts, symbol } = scope;
  const end = namedExtent(loop.extent, scope);
  const turns = loop.step === 1 ? end : `((${end} + ${loop.step - 1}) / ${loop.step})`;
  const part = `${symbol}_${names.fresh("part")}`;
  const captures = capturesOf(loop, scope);
  parts.push(partText(part, loop, captures, scope, writeStatements));
  const [input, status] = [names.fresh("value"), names.fresh("status")];
  lines.line(`struct ${part} ${input} = {${["host", ...captures.map(({ identifier }) => identifier)].join(", ")}};`);
  const host = loop.splits === undefined ? "host" : names.fresh("host");
  if (loop.splits !== undefined)
    lines.line(`const hodu_host* const ${host} = ${expressionText(loop.splits, scope)} ? host : 0;`);
  lines.line(`const hodu_i32 ${status} = HODU_PARALLEL_FOR(${host}, ${turns}, ${part}, &${input});`);
  lines.line(`if (${status} != 0) return ${status};`);
}
