import {
  type AccuracyClass,
  compareValues,
  DTYPES,
  EXACT,
  formatIndex,
  numbers,
  type Tensor,
  toleranceOf,
  type Value,
} from "@hodu/core";

/** How a value leaves what its operator may be off by. */
export interface ValueError {
  /** What is wrong, with the place of the worst element. */
  readonly text: string;
  /** Elements that are, of how many. */
  readonly wrong: number;
  readonly total: number;
  /** The largest difference, and the largest one allowed there; undefined for values that must be equal. */
  readonly largest?: number;
  readonly allowed?: number;
}

/**
 * How a value differs from the exact one by more than the class of its operator allows; undefined when it does not. Terms that cancel
 * leave errors of their own size: `scale` is that of the operator's inputs.
 */
export function valueError(found: Value, exact: Value, accuracy: AccuracyClass, scale: number): ValueError | undefined {
  if (accuracy === "random") return undefined;
  if (exact.kind !== "tensor" || !isFloat(found)) {
    const difference = compareValues(found, exact, EXACT);
    return difference && { text: difference.message, wrong: 1, total: 1 };
  }
  if (found.shape.join() !== exact.shape.join()) {
    return {
      text: `its shape is [${found.shape.join(", ")}], expected [${exact.shape.join(", ")}]`,
      wrong: 1,
      total: 1,
    };
  }
  const { relative } = toleranceOf(accuracy, found.dtype);
  return worst(numbers(found), numbers(exact), relative, scale, found.shape);
}

/** The largest magnitude of a float tensor's finite elements; 0 for anything else. */
export function magnitudeOf(value: Value | undefined): number {
  if (!isFloat(value)) return 0;
  let most = 0;
  for (const x of numbers(value)) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  return most;
}

/** Whether it is a tensor of floats. */
export function isFloat(value: Value | undefined): value is Tensor {
  return value?.kind === "tensor" && DTYPES[value.dtype].kind === "float";
}

function worst(
  found: ArrayLike<number>,
  exact: ArrayLike<number>,
  relative: number,
  scale: number,
  shape: readonly number[],
): ValueError | undefined {
  let wrong = 0;
  let at = -1;
  let excess = 0;
  for (let i = 0; i < found.length; i++) {
    const over = excessOf(found[i], exact[i], relative * Math.max(scale, Math.abs(exact[i])));
    if (over <= 0) continue;
    wrong += 1;
    if (at < 0 || over > excess) [at, excess] = [i, over];
  }
  if (at < 0) return undefined;
  const allowed = relative * Math.max(scale, Math.abs(exact[at]));
  const largest = Math.abs(found[at] - exact[at]);
  const text = `${wrong} of ${found.length} elements differ, most at ${formatIndex(at, shape)}: found ${found[at]}, expected ${exact[at]} (allowed: ${allowed.toPrecision(2)})`;
  return { text, wrong, total: found.length, largest, allowed };
}

/** By how much a difference is more than allowed: 0 or less for one that is not. Not-a-numbers are equal, infinities to their like. */
function excessOf(found: number, exact: number, allowed: number): number {
  if (Object.is(found, exact) || found === exact || (Number.isNaN(found) && Number.isNaN(exact))) return 0;
  const difference = Math.abs(found - exact);
  return Number.isFinite(difference) ? difference - allowed : Number.POSITIVE_INFINITY;
}
