import type { Expression } from "../kernel-ir/types.ts";
import type { PointBuilder, PointInput } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";
import { isOne } from "./positions.ts";

/** A scale or zero point for an element: one for all, a vector along an axis, or of the element's rank. */
export function parameterAt(
  parameter: PointInput,
  index: readonly Expression[],
  axis: number,
  k: PointBuilder,
): Expression {
  if (parameter.shape.every(isOne)) return parameter.atPosition(k.constant("index", 0), k);
  if (parameter.shape.length === 1) return parameter.at([index[Math.max(0, axis)]], k);
  return parameter.at(broadcastIndex(index, parameter.shape, k), k);
}
