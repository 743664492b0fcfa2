import type { Expression, Statement } from "@hodu/core/kernel-ir";
import { knownIndex } from "../../c/known-index.ts";
import { laneBits, operandType, partCount } from "./lanes.ts";
import { MAX_SPLIT_REGISTERS, MAX_STACK_BYTES } from "./limits.ts";
import { maskOf } from "./operations/resize-lanes.ts";
import type { DeclaredArray, Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";
import { hold, holdValue, partType, type Push, pushLocal, type Value, vectorValue } from "./value.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** Makes room for an array: locals where all its indices are known, else bytes of the thread's memory. */
export function declareArray({ name, type, length }: Of<"array">, scope: Scope): void {
  const bits = laneBits(type.scalar);
  const parts = type.lanes === 1 ? 1 : partCount(type.lanes, bits);
  const element = { scalar: type.scalar, lanes: type.lanes, bits };
  if (scope.splitArrays.has(name) && length * parts <= MAX_SPLIT_REGISTERS) {
    const locals = (count: number) => Array.from({ length: count }, () => scope.local(partType(type)));
    scope.arrays.set(name, { element, registers: Array.from({ length }, () => locals(parts)), offset: 0 });
    return;
  }
  const offset = scope.stackPlace(length * elementBytes(element));
  if (scope.stackBytes > MAX_STACK_BYTES)
    throw unsupported(`arrays of ${scope.stackBytes} bytes, expected at most ${MAX_STACK_BYTES}`);
  scope.arrays.set(name, { element, offset });
}

function elementBytes({ scalar, lanes, bits }: DeclaredArray["element"]): number {
  return lanes === 1 ? (operandType(scalar).endsWith("64") ? 8 : 4) : 16 * partCount(lanes, bits);
}

/** An element. */
export function arrayElement(name: string, index: Expression, scope: Scope): Value {
  const { code } = scope;
  const { element, registers, offset } = scope.arrays.get(name)!;
  if (registers !== undefined) {
    const locals = registers[knownIndex(index, scope.unrolled)!];
    return { ...element, parts: locals.map((local) => pushLocal(code, local)) };
  }
  const address = placeOf(name, index, scope);
  if (element.lanes === 1) {
    const load = (): void => {
      address();
      code[operandType(element.scalar)].load(offset);
    };
    return { ...element, parts: [load] };
  }
  return vectorValue(element, element.bits, (part) => () => {
    address();
    code.v128.load(offset + 16 * part);
  });
}

/** Writes an element. */
export function writeElement({ array, index, value }: Of<"set">, scope: Scope): void {
  const { code } = scope;
  const { element, registers, offset } = scope.arrays.get(array)!;
  const found = scope.value(value);
  const written = found.scalar === "bool" && found.lanes > 1 ? maskOf(scope, found, element.bits) : found;
  if (registers !== undefined) {
    const locals = registers[knownIndex(index, scope.unrolled)!];
    for (const part of written.parts) part();
    for (const local of [...locals].reverse()) code.local.set(local);
    return;
  }
  const { parts } = holdValue(scope, written);
  const address = placeOf(array, index, scope);
  parts.forEach((part, i) => {
    address();
    part();
    if (element.lanes === 1) code[operandType(element.scalar)].store(offset);
    else code.v128.store(offset + 16 * i);
  });
}

/** The address of an element, without the array's offset. */
function placeOf(name: string, index: Expression, scope: Scope): Push {
  const { code } = scope;
  return hold(scope, "i32", () => {
    code.local.get(scope.stack);
    scope.operand(index)();
    code.i32.const(elementBytes(scope.arrays.get(name)!.element));
    code.i32.mul();
    code.i32.add();
  });
}
