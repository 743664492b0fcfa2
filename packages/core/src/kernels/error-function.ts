const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
/** Below, the power series is short; above, the continued fraction of the complement is. */
const SERIES_LIMIT = 2.5;
/** Above, erf is 1 in double. */
const SATURATION = 6;
const FRACTION_DEPTH = 40;

/** The error function, to about 1e-15. */
export function errorFunction(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (magnitude >= SATURATION) return x < 0 ? -1 : 1;
  if (magnitude < SERIES_LIMIT) return erfSeries(x);
  const tail = erfcFraction(magnitude);
  return x < 0 ? tail - 1 : 1 - tail;
}

/** 2/sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6): no cancellation. */
function erfSeries(x: number): number {
  const square = 2 * x * x;
  let term = x;
  let total = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(total); odd += 2) {
    term *= square / odd;
    total += term;
  }
  return TWO_OVER_ROOT_PI * Math.exp(-x * x) * total;
}

/** exp(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) (Abramowitz and Stegun 7.1.14), from the inside out. */
function erfcFraction(x: number): number {
  let below = x;
  for (let k = FRACTION_DEPTH; k >= 1; k--) below = x + k / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
