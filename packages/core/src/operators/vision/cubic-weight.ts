/** The weight of a sample at `distance` in cubic convolution with coefficient a. R. Keys, "Cubic convolution interpolation", eq. 4. */
export function cubicWeight(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}
