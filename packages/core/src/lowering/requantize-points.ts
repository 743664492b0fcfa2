import { SCALARS } from "../kernel-ir/scalars.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import { doubles, tensorFrom } from "../tensors/elements.ts";
import type { LowerNode, PointBuilder, PointInput } from "./contract.ts";
import { parameterAt } from "./parameter-at.ts";
import { isOne } from "./positions.ts";

type Index = readonly Expression[];

/** A scale, and the axis along which it may differ. */
type Scale = readonly [scale: PointInput, axis: number];

/** What sums of products are multiplied with, in f32. */
export interface Rescaling {
  at(index: Index, k: PointBuilder): Expression;
  /** Whether it is known to be no infinity and no NaN. */
  readonly isFinite: boolean;
}

/** a * b / y in steps of f32: a table where the scales are known and only those of b may differ. */
export function rescaling(node: LowerNode<unknown>, a: Scale, b: Scale, y: Scale): Rescaling {
  const table = knownFactors(a[0], b[0], y[0]);
  if (table !== undefined) {
    const factors = node.constant(tensorFrom("f32", [table.length], table));
    const axis = b[1];
    const at: Rescaling["at"] = (index, k) =>
      factors.at([table.length === 1 ? k.constant("index", 0) : index[axis]], k);
    return { at, isFinite: table.every(Number.isFinite) };
  }
  const at: Rescaling["at"] = (index, k) => {
    const [left, right, whole] = [a, b, y].map(([scale, axis]) => parameterAt(scale, index, axis, k));
    return k.div(k.mul(left, right), whole);
  };
  return { at, isFinite: false };
}

/** The factors for each scale of b; undefined where they are not known or differ otherwise. */
function knownFactors(a: PointInput, b: PointInput, y: PointInput): readonly number[] | undefined {
  if (!a.shape.every(isOne) || !y.shape.every(isOne) || b.shape.length > 1) return undefined;
  const [left, right, whole] = [a, b, y].map(({ constant }) => constant && doubles(constant));
  if (left === undefined || right === undefined || whole === undefined) return undefined;
  return Array.from(right, (scale) => Math.fround(Math.fround(left[0] * scale) / whole[0]));
}

/** The sum of a product, at an index of the output, in the type of the output. */
type Requantize = (sum: Expression, index: Index, zero: Expression, k: PointBuilder) => Expression;

/** From here to twice as much, numbers of f32 are whole: what is added to this is rounded to even. */
const ROUNDS = 3 * 2 ** 22;
const BITS_OF_ROUNDS = 0x4b400000;

/** Past this, every zero point of 16 bits leaves a number out of the range of 16 bits. */
const OUT_OF_RANGE = 2 ** 18;

/** A sum in i32 times a factor, in f32, rounded to even (NaN as 0), from a zero point on, in the range of an integer type of up to 16 bits. */
export function requantizer(scalar: Scalar, factor: Rescaling, zeroPoint: PointInput): Requantize {
  const finish = roundedTo(scalar, zeroPoint);
  return (sum, index, zero, k) => {
    const product = k.mul(k.cast("f32", sum), factor.at(index, k));
    return finish(factor.isFinite ? product : withoutNaN(product, k), zero, k);
  };
}

/** A number of f32, 0 where it is NaN. */
export function withoutNaN(x: Expression, k: PointBuilder): Expression {
  const number = k.let("number", x);
  return k.select(k.eq(number, number), number, 0);
}

/** A number of f32 (no NaN) rounded to even, from a zero point on, in the range of an integer type of up to 16 bits. */
export function roundedTo(
  scalar: Scalar,
  zeroPoint: PointInput | undefined,
): (number: Expression, zero: Expression | undefined, k: PointBuilder) => Expression {
  const { kind, bits } = SCALARS[scalar];
  const least = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  const most = least + 2 ** bits - 1;
  const known = knownZero(zeroPoint);
  const [low, high] = known === undefined ? [-OUT_OF_RANGE, OUT_OF_RANGE] : [least - known, most - known];
  return (number, zero, k) => {
    const shifted = k.bits("i32", k.add(k.min(k.max(number, low), high), ROUNDS));
    if (known !== undefined || zero === undefined) return k.cast(scalar, k.add(shifted, (known ?? 0) - BITS_OF_ROUNDS));
    const result = k.add(k.sub(shifted, BITS_OF_ROUNDS), k.cast("i32", zero));
    return k.cast(scalar, k.min(k.max(result, least), most));
  };
}

/** The zero point of all elements, where it is known before the run. */
function knownZero(zeroPoint: PointInput | undefined): number | undefined {
  if (zeroPoint === undefined) return 0;
  return zeroPoint.shape.every(isOne) ? zeroPoint.constant && doubles(zeroPoint.constant)[0] : undefined;
}
