import { operandsOf } from "../operands.ts";
import type { Expression } from "../types.ts";

/** Whether an expression is over constants and sizes. */
export const isKnownAtCall = (expression: Expression): boolean =>
  !["local", "load", "get"].includes(expression.kind) && operandsOf(expression).every(isKnownAtCall);
