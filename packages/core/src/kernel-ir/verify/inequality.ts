import type { Polynomial } from "../polynomial.ts";

/** A polynomial that is at least 0 for the same integers: divided by what divides all its coefficients, its constant rounded down. */
export function tighten(polynomial: Polynomial): Polynomial {
  let divisor = 0;
  for (const { coefficient, atoms } of polynomial) if (atoms.length > 0) divisor = commonDivisor(divisor, coefficient);
  if (divisor <= 1) return polynomial;
  return polynomial
    .map(({ coefficient, atoms }) => ({ coefficient: Math.floor(coefficient / divisor), atoms }))
    .filter(({ coefficient }) => coefficient !== 0);
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The atoms without some of them, each as often as it is there; undefined where one is missing. */
export function withoutAtoms(atoms: readonly string[], taken: readonly string[]): readonly string[] | undefined {
  if (!taken.every((atom) => atoms.includes(atom))) return undefined;
  const left = [...atoms];
  for (const atom of taken) {
    const place = left.indexOf(atom);
    if (place < 0) return undefined;
    left.splice(place, 1);
  }
  return left;
}
