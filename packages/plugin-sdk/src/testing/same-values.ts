import { compareValues, type NamedValue, type Tolerance } from "@hodu/core";

/** What a rewrite may change of f32 results: one rounding more or less. */
export const REWRITTEN: Tolerance = { relative: 1e-5, absolute: 1e-6 };

/** Throws when values differ by more than the tolerance, or in their names. */
export function expectClose(
  found: readonly NamedValue[],
  expected: readonly NamedValue[],
  tolerance: Tolerance,
  what: string,
): void {
  if (found.length !== expected.length) {
    throw new Error(`${what}: found ${found.length} values, expected ${expected.length}`);
  }
  for (const [i, { name, value }] of expected.entries()) {
    const difference = compareValues(found[i].value, value, tolerance);
    if (found[i].name !== name) throw new Error(`${what}: found ${found[i].name}, expected ${name}`);
    if (difference !== undefined) throw new Error(`${what}: ${name}${difference.path}: ${difference.message}`);
  }
}
