import type { Expression } from "@hodu/core/kernel-ir";
import { expressionPart } from "./expression.ts";
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

/** Where an element of a buffer is. Sums that do not change in a block are computed once in it. */
export function addressOf(scope: Scope, buffer: string, index: Expression): Address {
  const { constant, terms } = linearIndex(index, scope);
  const { memory } = scope.buffers.get(buffer)!.buffer;
  const size = MEMORY_BITS[memory] / 8;
  const bytes = constant * size;
  const fixed = prefix(scope, buffer, size, terms, scope.depth);
  const changing = terms.filter(({ depth }) => depth > scope.depth);
  const isOffset = bytes >= 0 && bytes <= FIRST_BUFFER_ADDRESS;
  if (changing.length === 0 && isOffset) return { push: fixed, offset: bytes };
  const push = hold(scope, "i32", () => {
    fixed();
    for (const term of changing) addTerm(scope, term, size);
    if (!isOffset) addNumber(scope, bytes);
  });
  return { push, offset: isOffset ? bytes : 0 };
}

/** Computes now what an access inside a loop adds up that is known before it. */
export function hoistAddress(scope: Scope, buffer: string, index: Expression): void {
  const size = MEMORY_BITS[scope.buffers.get(buffer)!.buffer.memory] / 8;
  prefix(scope, buffer, size, linearIndex(index, scope).terms, scope.depth);
}

/** The base of a buffer and the terms that are known at a depth. */
function prefix(scope: Scope, buffer: string, size: number, terms: readonly IndexTerm[], depth: number): Push {
  const known = terms.filter((term) => term.depth <= depth);
  if (known.length === 0) return pushLocal(scope.code, scope.buffers.get(buffer)!.base);
  const key = [buffer, ...known.map((term) => term.key).sort()].join(" ");
  for (const { addresses } of scope.blocks) {
    const found = addresses.get(key);
    if (found !== undefined) return found;
  }
  const last = Math.max(...known.map((term) => term.depth));
  const before = prefix(scope, buffer, size, known, last - 1);
  return scope.keepAddress(key, () => {
    before();
    for (const term of known) if (term.depth === last) addTerm(scope, term, size);
  });
}

/** Adds bytes to the address on the stack. */
function addTerm(scope: Scope, { coefficient, atoms }: IndexTerm, size: number): void {
  const { code } = scope;
  atoms.forEach(({ expression }, i) => {
    expressionPart(expression, scope)();
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
