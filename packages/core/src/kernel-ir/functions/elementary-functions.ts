import type { Expression } from "../types.ts";
import { acos, asin, atan } from "./arcs.ts";
import { erf } from "./error-function.ts";
import { exp, expm1 } from "./exponential.ts";
import { gelu, geluTanh } from "./gelu.ts";
import { cosh, sigmoid, sinh, tanh } from "./hyperbolic.ts";
import { acosh, asinh, atanh } from "./inverse-hyperbolic.ts";
import { log, log1p } from "./logarithm.ts";
import type { Names } from "./operations.ts";
import { reciprocalSquareRoot } from "./reciprocal-square-root.ts";
import { cos, sin, tan } from "./trigonometric.ts";

/**
 * Writes a function of f32 or f64, in any number of lanes and without a branch. Values that are used twice are named with `k.let`; what
 * comes back is not. Throws a TypeError for other scalars.
 */
export type ElementaryFunction = (k: Names, x: Expression) => Expression;

/** The functions of one operand. */
export const ELEMENTARY_FUNCTIONS = {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  erf,
  exp: (k, x) => exp(k, x),
  expm1: (k, x) => expm1(k, x),
  gelu,
  geluTanh,
  log,
  log1p,
  reciprocalSquareRoot,
  sigmoid,
  sin,
  sinh,
  tan,
  tanh,
} as const satisfies Readonly<Record<string, ElementaryFunction>>;
