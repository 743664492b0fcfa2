import type { Expression } from "@hodu/core/kernel-ir";
import { MEMORY_BITS } from "./lanes.ts";
import { FIRST_BUFFER_ADDRESS } from "./limits.ts";
import { type IndexTerm, linearIndex } from "./linear-index.ts";
import type { Scope } from "./scope.ts";
import { hold, type Push, pushLocal } from "./value.ts";

/** An address on the stack, and the bytes that the access adds to it. */
export interface Address {
  readonly push: Push;
  readonly offset: number;
}

/**
 * Where an element of a buffer is. The sum of what keeps its value is computed once in a block. What is known outermost is added first: engines
 * that move what does not change out of loops find it so.
 */
export function addressOf(scope: Scope, buffer: string, index: Expression): Address {
  const { constant, terms } = linearIndex(index, scope);
  const { memory } = scope.buffers.get(buffer)!.buffer;
  const size = MEMORY_BITS[memory] / 8;
  const bytes = constant * size;
  const fixed = keptSum(scope, buffer, size, terms);
  const changing = terms.filter(({ depth }) => depth === Infinity);
  const isOffset = bytes >= 0 && bytes <= FIRST_BUFFER_ADDRESS;
  if (changing.length === 0 && isOffset) return { push: fixed, offset: bytes };
  const push = hold(scope, "i32", () => {
    fixed();
    for (const term of changing) addTerm(scope, term, size);
    if (!isOffset) addNumber(scope, bytes);
  });
  return { push, offset: isOffset ? bytes : 0 };
}

/** The base of a buffer and the terms that keep their values. */
function keptSum(scope: Scope, buffer: string, size: number, terms: readonly IndexTerm[]): Push {
  const kept = terms.filter(({ depth }) => depth !== Infinity).sort((a, b) => a.depth - b.depth);
  const base = pushLocal(scope.code, scope.buffers.get(buffer)!.base);
  if (kept.length === 0) return base;
  const key = [buffer, ...kept.map((term) => term.key).sort()].join(" ");
  for (const { addresses } of scope.blocks) {
    const found = addresses.get(key);
    if (found !== undefined) return found;
  }
  return scope.keepAddress(key, () => {
    base();
    for (const term of kept) addTerm(scope, term, size);
  });
}

/** Adds bytes to the address on the stack. */
function addTerm(scope: Scope, { coefficient, atoms }: IndexTerm, size: number): void {
  const { code } = scope;
  atoms.forEach(({ expression }, i) => {
    scope.operand(expression)();
    if (i > 0) code.i32.mul();
  });
  const factor = coefficient * size;
  const shift = Math.log2(factor);
  if (factor !== 1) {
    code.i32.const(Number.isInteger(shift) && shift < 32 ? shift : wrapped(factor));
    if (Number.isInteger(shift) && shift < 32) code.i32.shl();
    else code.i32.mul();
  }
  code.i32.add();
}

function addNumber({ code }: Scope, bytes: number): void {
  code.i32.const(wrapped(bytes));
  code.i32.add();
}

/** A number as 32 bits hold it. */
const wrapped = (value: number): number => Number(BigInt.asIntN(32, BigInt(value)));
