import type { Expression, Statement } from "@hodu/core/kernel-ir";
import type { Local } from "../assembler/local-pool.ts";
import { knownIndex } from "../../c/known-index.ts";
import { declareArray, writeElement } from "./array.ts";
import { MAX_KERNEL_BYTES } from "./limits.ts";
import { writeStore } from "./memory.ts";
import { maskOf } from "./operations/resize-lanes.ts";
import type { Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";
import { cheap, hold, partType, type Push, pushLocal, scalarValue, type Value } from "./value.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;
type Rules = { readonly [Kind in Statement["kind"]]: (statement: Of<Kind>, scope: Scope) => void };

const RULES: Rules = {
  for: (loop, scope) => (loop.loop === "unroll" ? writeUnrolled(loop, scope) : writeLoop(loop, scope)),
  let: ({ name, value }, scope) => declareValue(name, value, false, scope),
  var: ({ name, value }, scope) => declareValue(name, value, true, scope),
  assign: ({ name, value }, scope) => {
    const { value: before, locals = [] } = scope.declared.get(name)!;
    const after = scope.value(value);
    setAll(after.scalar === "bool" && after.lanes > 1 ? maskOf(scope, after, before.bits) : after, locals, scope);
  },
  array: declareArray,
  set: writeElement,
  store: writeStore,
  if: ({ condition, yes, no }, scope) => {
    scope.operand(condition)();
    const branch = (statements: readonly Statement[]) => () => scope.block(() => writeStatements(statements, scope));
    scope.code.if([], branch(yes), no.length > 0 ? branch(no) : undefined);
  },
  guard: ({ condition, status }, scope) => {
    const { code } = scope;
    scope.operand(condition)();
    code.i32.eqz();
    code.if([], () => {
      code.i32.const(status);
      code.return();
    });
  },
  barrier: () => {
    throw unsupported("a barrier: the lanes of a block run one after another");
  },
};

/** Adds statements to a function. */
export function writeStatements(statements: readonly Statement[], scope: Scope): void {
  for (const statement of statements) {
    scope.statement(() => (RULES[statement.kind] as (statement: Statement, scope: Scope) => void)(statement, scope));
    if (scope.code.size > MAX_KERNEL_BYTES)
      throw unsupported(`more than ${MAX_KERNEL_BYTES} bytes of code, engines do not take that`);
  }
}

/** A name has locals of its own: what it was made from may change. */
function declareValue(name: string, expression: Expression, isVariable: boolean, scope: Scope): void {
  const value = scope.value(expression);
  const locals = value.parts.map(() => scope.local(partType(value)));
  setAll(value, locals, scope);
  const parts = locals.map((local) => pushLocal(scope.code, local));
  scope.declare(name, { ...value, parts }, isVariable ? locals : undefined);
}

/** All parts are computed before any is set. */
function setAll(value: Value, locals: readonly Local[], { code }: Scope): void {
  for (const part of value.parts) part();
  for (const local of [...locals].reverse()) code.local.set(local);
}

function writeUnrolled({ index, extent, step, body }: Of<"for">, scope: Scope): void {
  const end = knownIndex(extent, scope.unrolled);
  if (end === undefined) throw new Error("a kernel that was not verified: the extent of an unrolled loop is not known");
  for (let turn = 0; turn < end; turn += step) {
    scope.unrolled.set(index, turn);
    scope.turn(() => writeStatements(body, scope));
  }
  scope.unrolled.delete(index);
}

function writeLoop(loop: Of<"for">, scope: Scope): void {
  const { code } = scope;
  const known = knownIndex(loop.extent, scope.unrolled);
  if (known !== undefined && known <= 0) return;
  const end = known === undefined ? hold(scope, "i32", scope.operand(loop.extent)) : cheap(() => code.i32.const(known));
  const first = cheap(() => code.i32.const(0));
  if (known === undefined) writeCounted(loop, first, end, () => isBelow(scope, first, end), scope);
  else writeCounted(loop, first, end, undefined, scope);
}

/** The turns from `begin` to `end` of a loop, counted before its step. */
export function writeTurns(loop: Of<"for">, begin: Push, end: Push, scope: Scope): void {
  const { code } = scope;
  const byStep = (turn: Push): Push =>
    hold(scope, "i32", () => {
      turn();
      code.i32.const(loop.step);
      code.i32.mul();
    });
  const [first, last] = loop.step === 1 ? [begin, end] : [byStep(begin), byStep(end)];
  writeCounted(loop, first, last, () => isBelow(scope, begin, end), scope);
}

function isBelow({ code }: Scope, begin: Push, end: Push): void {
  begin();
  end();
  code.i32.lt_s();
}

/** A loop whose index runs from one number to another; `hasTurns` tells whether there is a first turn, which is so without it. */
function writeCounted(
  { index, step, body }: Of<"for">,
  first: Push,
  end: Push,
  hasTurns: (() => void) | undefined,
  scope: Scope,
): void {
  const { code } = scope;
  const write = (): void =>
    scope.block(() => {
      const counter = scope.local("i32");
      first();
      code.local.set(counter);
      scope.declare(index, scalarValue("index", pushLocal(code, counter)));
      code.loop([], (again) => {
        writeStatements(body, scope);
        code.local.get(counter);
        code.i32.const(step);
        code.i32.add();
        code.local.tee(counter);
        end();
        code.i32.lt_u();
        code.br_if(again);
      });
    });
  if (hasTurns === undefined) {
    write();
    return;
  }
  hasTurns();
  code.if([], write);
}
