import { compareValues, doubles, isFloat, type Tolerance, type Value } from "@hodu/core";

/** Times as far from the exact value as the graph as it was that a rewritten one may be. */
const FACTOR = 4;
/** What may be added to that: some roundings of a tensor's largest value. */
const ROUNDINGS = 2 ** -18;

/** How `found` is too far from `exact` for one that rounds like `before`; undefined when it is not. */
export function farDifference(found: Value, before: Value, exact: Value): string | undefined {
  if (found.kind !== "tensor" || before.kind !== "tensor" || exact.kind !== "tensor" || !isFloat(found.dtype)) {
    return compareValues(found, before, { relative: ROUNDINGS, absolute: 0 })?.message;
  }
  const wanted = doubles(exact);
  const old = doubles(before);
  let [error, largest] = [0, 0];
  wanted.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    largest = Math.max(largest, Math.abs(value));
    if (Number.isFinite(old[i])) error = Math.max(error, Math.abs(old[i] - value));
  });
  const tolerance: Tolerance = { relative: 0, absolute: FACTOR * error + ROUNDINGS * largest };
  // where single precision overflows, it is the graph as it was that counts
  const reference = wanted.every((value, i) => Number.isFinite(value) === Number.isFinite(old[i])) ? exact : before;
  return compareValues(found, reference, tolerance)?.message;
}
