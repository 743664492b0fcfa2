import { exp } from "../kernel-ir/functions/index.ts";
import { log1p } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { PointBuilder } from "./contract.ts";

/** ln(1 + e^x), as max(x, 0) + ln(1 + e^-|x|). */
export function softplusPoint(x: Expression, k: PointBuilder): Expression {
  const small = k.let("t", exp(k, k.let("t", k.neg(k.abs(x)))));
  return k.add(k.max(x, 0), log1p(k, small));
}
