import { formatShape, type TensorType } from "@hodu/core";
import type { ChooseShape } from "./tensor.ts";
import type { Refuse } from "./refuse.ts";

/**
 * The shape that flat elements have for a declared type: the declared one where it is known but for one dim, which their number
 * tells. What does not fit keeps the shape it has, for the check of inputs to refuse.
 */
export function shapeFor({ shape: declared }: TensorType, refuse: Refuse): ChooseShape {
  return (found, count) => {
    if (declared === undefined || found.length > 1 || declared.length === found.length) return found;
    const open = declared.flatMap((dim, axis) => (typeof dim === "number" ? [] : [axis]));
    const known = declared.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
    if (open.length === 0) return count === known ? (declared as readonly number[]) : found;
    if (open.length > 1 || known === 0) {
      return refuse(`found ${count} elements in a flat array, expected their shape, one of ${formatShape(declared)}`);
    }
    return Number.isInteger(count / known)
      ? declared.map((dim) => (typeof dim === "number" ? dim : count / known))
      : found;
  };
}
