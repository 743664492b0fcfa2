import { compareValues, doubles, formatIndex, isFloat, type Tensor, type Value } from "@hodu/core";

/** Times as far from the exact value as the graph as it was that a rewritten one may be. */
const FACTOR = 4;
/** What may be added to that: some roundings of a tensor's largest value. */
const ROUNDINGS = 2 ** -18;

/**
 * How `found` is too far from `exact` for a graph that rounds like those of `before`: runs of the graph as it was, the first on the very
 * inputs, others on inputs near them. Undefined when it is not.
 */
export function farDifference(found: Value, before: readonly Value[], exact: Value): string | undefined {
  const isPlain = found.kind !== "tensor" || !isFloat(found.dtype);
  if (isPlain || !before.every(isTensor) || !isTensor(exact)) return discreteDifference(found, before);
  if (before.some(({ shape }) => shape.join() !== found.shape.join()))
    return `the shape is [${found.shape.join(", ")}]`;
  const [values, wanted] = [doubles(found), doubles(exact)];
  const old = before.map(doubles);
  const tolerance = toleranceOf(old, wanted);
  const at = values.findIndex((value, i) => !isNear(value, i, old, wanted, tolerance));
  if (at < 0) return undefined;
  const index = formatIndex(at, found.shape);
  return `element ${index} is ${values[at]}, was ${old[0][at]} and should be ${wanted[at]} (by at most ${tolerance})`;
}

const isTensor = (value: Value): value is Tensor => value.kind === "tensor";

/** Values that rounding does not move, unless it decides between them: then they are as in some run. */
function discreteDifference(found: Value, before: readonly Value[]): string | undefined {
  const [first, ...others] = before.map(
    (value) => compareValues(found, value, { relative: ROUNDINGS, absolute: 0 })?.message,
  );
  return others.includes(undefined) ? undefined : first;
}

/** How far finite values may be from the exact ones. */
function toleranceOf(runs: readonly Float64Array[], wanted: Float64Array): number {
  let [error, largest] = [0, 0];
  wanted.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    largest = Math.max(largest, Math.abs(value));
    for (const old of runs) if (Number.isFinite(old[i])) error = Math.max(error, Math.abs(old[i] - value));
  });
  return FACTOR * error + ROUNDINGS * largest;
}

/** Where single precision has no answer, no number is wrong; where double has none either, it is one of theirs that is right. */
function isNear(
  value: number,
  at: number,
  runs: readonly Float64Array[],
  wanted: Float64Array,
  tolerance: number,
): boolean {
  const answers = runs.map((old) => old[at]);
  if (!Number.isFinite(wanted[at])) return [wanted[at], ...answers].some((answer) => Object.is(answer, value));
  return answers.every(Number.isFinite) ? Math.abs(value - wanted[at]) <= tolerance : true;
}
