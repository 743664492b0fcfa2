import { indices } from "../tensors/elements.ts";
import type { LowerNode, PointValue } from "./contract.ts";
import { knownDim } from "./positions.ts";

/** The elements of an integer input as numbers; undefined where the node has none. Ends the lowering where they are not known. */
export function knownNumbers(node: LowerNode<unknown>, i: number, name: string): readonly number[] | undefined {
  const input = node.inputs[i];
  if (input === undefined) return undefined;
  return input.constant === undefined
    ? node.cannot(`its ${name} are not known before the run`)
    : indices(input.constant);
}

/** The dims of a value as numbers. Ends the lowering where they are not known. */
export const knownShape = (node: LowerNode<unknown>, { shape }: Pick<PointValue, "shape">): readonly number[] =>
  shape.map((dim) => knownDim(dim) ?? node.cannot("a shape is not known before the run"));

/** An axis from 0 on. */
export const axisFrom0 = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
