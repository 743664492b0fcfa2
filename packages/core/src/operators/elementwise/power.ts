import type { KernelContext } from "../../kernels/context.ts";

/** x^y as C and numpy have it: 1 to any power is 1, and so is -1 to an infinite one. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/** x^y of 32-bit integers, the low 32 bits; negative powers drop the fraction. */
export function powerOfInts(x: number, y: number, context: Pick<KernelContext, "fail">): number {
  if (y < 0) return Number(negativePower(BigInt(x), BigInt(y), context));
  let result = 1;
  let square = x;
  for (let rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** x^y of 64-bit integers, the low 64 bits; negative powers drop the fraction. */
export function powerOfBigints(x: bigint, y: bigint, context: Pick<KernelContext, "fail">): bigint {
  if (y < 0n) return negativePower(x, y, context);
  let result = 1n;
  let square = x;
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

function negativePower(x: bigint, y: bigint, context: Pick<KernelContext, "fail">): bigint {
  if (x === 0n) context.fail(`the integer 0 has no power ${y}`);
  if (x === -1n) return y % 2n === 0n ? 1n : -1n;
  return x === 1n ? 1n : 0n;
}
