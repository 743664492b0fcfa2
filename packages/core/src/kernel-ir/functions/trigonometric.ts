import type { Expression } from "../types.ts";
import { COS_QUOTIENT, SIN_QUOTIENT } from "./coefficients.ts";
import { flipped, floatScalarOf } from "./float-format.ts";
import {
  add,
  and,
  bits,
  cast,
  div,
  lt,
  abs,
  mul,
  muladd,
  type Names,
  ne,
  neg,
  polynomial,
  select,
  shl,
  sub,
  xor,
} from "./operations.ts";
import { quarterTurnsF32 } from "./quarter-turns-f32.ts";
import { quarterTurnsF64 } from "./quarter-turns-f64.ts";

/** Sine and cosine of what is left of the angle, and whether they change places: the number of quarters is odd. */
interface Sides {
  readonly sine: Expression;
  readonly cosine: Expression;
  readonly odd: Expression;
  readonly quarters: Expression;
}

function sidesOf(k: Names, x: Expression): Sides {
  const scalar = floatScalarOf(x);
  const { quarters, rest, tail } = (scalar === "f32" ? quarterTurnsF32 : quarterTurnsF64)(k, x);
  const z = k.let("z", mul(rest, rest));
  const half = k.let("half", mul(z, 0.5));
  const near = k.let("near", sub(1, half));
  const bend = mul(mul(rest, z), polynomial(z, SIN_QUOTIENT[scalar]));
  const sine = add(rest, tail === undefined ? bend : muladd(tail, near, bend));
  // What 1 - z / 2 lost, and the change of the cosine by the tail.
  const dropped = sub(sub(1, near), half);
  const lost = tail === undefined ? dropped : sub(dropped, mul(rest, tail));
  const cosine = add(near, muladd(mul(z, z), polynomial(z, COS_QUOTIENT[scalar]), lost));
  return {
    sine: k.let("sine", sine),
    cosine: k.let("cosine", cosine),
    odd: k.let("odd", ne(and(quarters, 1), 0)),
    quarters,
  };
}

/** The value in the scalar of x, with the sign of x where it is odd; NaN where x is not finite. */
function finished(value: Expression, x: Expression, symmetry: "even" | "odd"): Expression {
  const result = cast(floatScalarOf(x), value);
  return select(lt(abs(x), Infinity), symmetry === "even" ? result : flipped(result, x), NaN);
}

/** The value with its sign changed where the second bit of a number of quarters is set. */
function signed(value: Expression, quarters: Expression): Expression {
  return bits("f64", xor(bits("u64", value), shl(and(quarters, 2), 62)));
}

/** The sine of any x in radians. NaN of infinities. */
export function sin(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const { sine, cosine, odd, quarters } = sidesOf(k, x);
  return finished(k.let("result", signed(select(odd, cosine, sine), quarters)), x, "odd");
}

/** The cosine of any x in radians. NaN of infinities. */
export function cos(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const { sine, cosine, odd, quarters } = sidesOf(k, x);
  return finished(k.let("result", signed(select(odd, sine, cosine), add(quarters, 1))), x, "even");
}

/** The tangent of any x in radians. NaN of infinities. */
export function tan(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const { sine, cosine, odd } = sidesOf(k, x);
  const tangent = div(select(odd, neg(cosine), sine), select(odd, sine, cosine));
  return finished(k.let("result", tangent), x, "odd");
}
