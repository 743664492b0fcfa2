import { pow } from "../kernel-ir/functions/index.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression } from "../kernel-ir/types.ts";
import { doubles } from "../tensors/elements.ts";
import { castElement } from "./cast-points.ts";
import type { Lowering, PointBuilder, PointInput } from "./contract.ts";
import { pointOf } from "./elementwise.ts";

/** x^y in the dtype of x: floats in their own type, integers to a float power in f64, to an integer power by squaring. */
export const powPoints: Lowering<unknown> = (node) => {
  const [x, y] = node.inputs as readonly PointInput[];
  const power = smallPower(y);
  if (power !== undefined && isFloatScalar(x.scalar)) return [pointOf(node, [x], ([base], k) => power(base, k))];
  if (!isFloatScalar(x.scalar) && !isFloatScalar(y.scalar))
    return [pointOf(node, [x, y], ([base, exponent], k) => powerOfInts(base, exponent, k))];
  const work = x.scalar === "f32" && y.scalar !== "f64" ? "f32" : "f64";
  return [
    pointOf(node, [x, y], ([base, exponent], k) =>
      castElement(x.scalar, pow(k, k.let("base", k.cast(work, base)), k.let("exponent", k.cast(work, exponent))), k),
    ),
  ];
};

/** Powers that exporters write: a square, a cube, the number itself and its reciprocal. */
const SMALL_POWERS: ReadonlyMap<number, (x: Expression, k: PointBuilder) => Expression> = new Map([
  [1, (x) => x],
  [2, (x, k) => k.mul(x, x)],
  [3, (x, k) => k.mul(k.mul(x, x), x)],
  [-1, (x, k) => k.div(1, x)],
]);

function smallPower({ constant, shape }: PointInput): ((x: Expression, k: PointBuilder) => Expression) | undefined {
  return constant === undefined || shape.length > 0 ? undefined : SMALL_POWERS.get(doubles(constant)[0]);
}

/** The low bits of x^y; negative powers drop the fraction, and 0 has none. */
function powerOfInts(x: Expression, y: Expression, k: PointBuilder): Expression {
  const [base, exponent] = [k.let("base", k.cast("i64", x)), k.let("exponent", k.cast("i64", y))];
  const one = k.constant("i64", 1);
  k.guard(k.or(k.ge(exponent, 0), k.ne(base, 0)));
  const [result] = k.foldOver([64], [one, base, exponent], ([power, square, rest]) => [
    k.select(k.ne(k.and(rest, 1), 0), k.mul(power, square), power),
    k.mul(square, square),
    k.shr(rest, 1),
  ]);
  const odd = k.ne(k.and(exponent, 1), 0);
  const negative = k.select(
    k.eq(base, 1),
    1,
    k.select(k.eq(base, -1), k.select(odd, k.constant("i64", -1), 1), k.constant("i64", 0)),
  );
  return k.cast(typeOf(x).scalar, k.select(k.lt(exponent, 0), negative, result));
}
