import { constantValue } from "../operand.ts";
import { addPolynomials, constantPolynomial } from "../polynomial.ts";
import { SCALARS } from "../scalars.ts";
import { typeOf } from "../type-of.ts";
import type { Expression } from "../types.ts";
import { isCountable, type ValueRanges } from "./value-ranges.ts";

/** Whether an integer is proven to be other than a number, in each of its lanes. */
function excludes(ranges: ValueRanges, value: Expression, number: bigint): boolean {
  const known = constantValue(value);
  if (known !== undefined) return BigInt(known) !== number;
  if (value.kind === "broadcast") return excludes(ranges, value.value, number);
  if (value.kind === "select") {
    const { condition, yes, no } = value;
    return excludesUnder(ranges, condition, true, yes, number) && excludesUnder(ranges, condition, false, no, number);
  }
  const difference = addPolynomials(ranges.of(value), constantPolynomial(Number(number)), -1);
  if (Number.isSafeInteger(Number(number)) && ranges.provesNotZero(difference)) return true;
  const definition = value.kind === "local" ? ranges.definitionOf(value.name) : undefined;
  return definition !== undefined && excludes(ranges, definition, number);
}

function excludesUnder(
  ranges: ValueRanges,
  condition: Expression,
  holds: boolean,
  value: Expression,
  number: bigint,
): boolean {
  return ranges.scope(() => {
    ranges.assume(condition, holds);
    return excludes(ranges, value, number);
  });
}

/** What keeps a quotient or a remainder from being defined; undefined if nothing does. */
export function divisionFault(ranges: ValueRanges, left: Expression, right: Expression): string | undefined {
  const { scalar } = typeOf(left);
  const { kind, bits } = SCALARS[scalar];
  if (!isCountable(scalar)) return undefined;
  if (kind === "index") {
    if (!ranges.prover.proveAtMost(constantPolynomial(1), ranges.of(right)))
      return "a divisor that is not proven to be at least 1";
    return ranges.prover.prove(ranges.of(left)) ? undefined : "a dividend that is not proven to be at least 0";
  }
  if (!excludes(ranges, right, 0n)) return "a divisor that is not proven to be other than 0";
  const isSafe =
    kind === "unsigned" || excludes(ranges, right, -1n) || excludes(ranges, left, -(1n << BigInt(bits - 1)));
  return isSafe ? undefined : `a divisor that may be -1 for the least ${scalar}`;
}
