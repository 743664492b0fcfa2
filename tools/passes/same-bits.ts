import { bytesOfTensor, compareValues, DTYPES, EXACT, isFloat, numbers, type Tensor, type Value } from "@hodu/core";

/** How two values differ, be it by the sign of a zero; undefined when they do not. All NaN are one. */
export function bitDifference(found: Value, expected: Value): string | undefined {
  const difference = compareValues(found, expected, EXACT);
  if (difference !== undefined) return `${difference.path}${difference.message}`;
  if (found.kind !== "tensor" || expected.kind !== "tensor") return undefined;
  if (isFloat(found.dtype)) return signDifference(found, expected);
  const [a, b] = [bytesOfTensor(found), bytesOfTensor(expected)];
  if (DTYPES[found.dtype].kind === "complex") return undefined;
  return a.every((byte, i) => byte === b[i]) ? undefined : "the bytes differ";
}

function signDifference(found: Tensor, expected: Tensor): string | undefined {
  const [a, b] = [numbers(found), numbers(expected)];
  const at = a.findIndex((value: number, i: number) => value === 0 && !Object.is(value, b[i]));
  return at < 0 ? undefined : `element ${at} is ${Object.is(a[at], -0) ? "-0" : "0"}, expected the other zero`;
}
