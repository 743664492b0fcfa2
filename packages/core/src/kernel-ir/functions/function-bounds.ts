import type { ELEMENTARY_FUNCTIONS } from "./elementary-functions.ts";
import type { FloatScalar } from "./float-format.ts";

/** How far a function may be from its exact value. */
export interface FunctionBound {
  /** Units of the last place that the exact value has in the scalar, subnormal results too. */
  readonly ulps: Readonly<Record<FloatScalar, number>>;
  /** Added to that: where a result is small because its function loses digits. */
  readonly absolute?: Readonly<Record<FloatScalar, number>>;
}

/** What the tolerance of transcendental operators allows for small results: an eighth of the distance of numbers from 1 on. */
const SMALL = { f32: 2 ** -26, f64: 2 ** -55 } as const;

/**
 * The bound of every function, whether `fma` without `exact` is rounded once or twice: the greatest distance found among tens of
 * millions of f32 spread over all of them and 400,000 f64 (of any exponent, and where the functions bend), with a margin.
 */
export const FUNCTION_BOUNDS = {
  acos: { ulps: { f32: 1.5, f64: 1.5 } },
  acosh: { ulps: { f32: 2.5, f64: 2.5 } },
  asin: { ulps: { f32: 2.5, f64: 2.5 } },
  asinh: { ulps: { f32: 2, f64: 2 } },
  atan: { ulps: { f32: 2, f64: 2 } },
  atanh: { ulps: { f32: 2.5, f64: 2.5 } },
  cos: { ulps: { f32: 0.51, f64: 1 } },
  cosh: { ulps: { f32: 1.75, f64: 1.75 } },
  erf: { ulps: { f32: 1.75, f64: 1.75 } },
  exp: { ulps: { f32: 1.2, f64: 1.2 } },
  expm1: { ulps: { f32: 2, f64: 2.5 } },
  gelu: { ulps: { f32: 8, f64: 8 }, absolute: SMALL },
  geluTanh: { ulps: { f32: 8, f64: 8 }, absolute: SMALL },
  log: { ulps: { f32: 1, f64: 1 } },
  log1p: { ulps: { f32: 1, f64: 1 } },
  pow: { ulps: { f32: 0.51, f64: 1 } },
  reciprocalSquareRoot: { ulps: { f32: 1.5, f64: 1.5 } },
  sigmoid: { ulps: { f32: 2.5, f64: 2.5 } },
  sin: { ulps: { f32: 0.51, f64: 1 } },
  sinh: { ulps: { f32: 2.5, f64: 2.5 } },
  tan: { ulps: { f32: 0.51, f64: 2.25 } },
  tanh: { ulps: { f32: 3, f64: 3 } },
} as const satisfies Readonly<Record<keyof typeof ELEMENTARY_FUNCTIONS | "pow", FunctionBound>>;
