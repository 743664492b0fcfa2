import { bigints, numbers } from "@hodu/core";
import { OPERATIONS } from "@hodu/core/kernel-ir";
import type { ScheduledValue } from "./values.ts";

/** A value that is one known number, with a point that is that number; others as they are. */
export function inlineConstant(value: ScheduledValue): ScheduledValue {
  const { constant, scalar, elements } = value;
  if (value.point !== undefined || constant === undefined || elements !== 1) return value;
  const first = scalar === "i64" || scalar === "u64" ? bigints(constant)[0] : numbers(constant)[0];
  const element = OPERATIONS.constant(scalar, scalar === "bool" ? first !== 0 : first);
  return { ...value, point: { at: () => element, atPosition: () => element } };
}
