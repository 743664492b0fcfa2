/** 1 / (1 + e^-x). */
export function sigmoidOf(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + e^x), without overflow. */
export function softplusOf(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
