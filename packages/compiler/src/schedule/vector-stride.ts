import { type Expression, OPERATIONS, operandsOf } from "@hodu/core/kernel-ir";

/** Stands in indices for the number of the lane, until they are used; no name of a kernel can be this. */
export const LANE: Expression = { kind: "local", name: "#lane", type: { scalar: "index", lanes: 1 } };

/** An index of every lane: that of the first, and by how much it grows from one to the next. */
export interface LaneIndex {
  readonly first: Expression;
  readonly stride: number;
}

/** The index as a number of its lane; undefined where it is no such sum. */
export function laneIndex(index: Expression): LaneIndex | undefined {
  if (!hasLane(index)) return { first: index, stride: 0 };
  const [first, second] = [atLane(index, 0), atLane(index, 1)];
  if (first === undefined || second === undefined) return undefined;
  const stride = OPERATIONS.sub(second, first);
  return stride.kind === "constant" ? { first, stride: Number(stride.value) } : undefined;
}

function hasLane(expression: Expression): boolean {
  return expression === LANE || operandsOf(expression).some(hasLane);
}

/** The index of one lane; undefined where more than sums and products are over it, which could not be told from one of another form. */
function atLane(index: Expression, lane: number): Expression | undefined {
  if (index === LANE) return OPERATIONS.constant("index", lane);
  if (!hasLane(index)) return index;
  if (index.kind !== "binary" || !["add", "sub", "mul"].includes(index.operation)) return undefined;
  const [left, right] = [atLane(index.left, lane), atLane(index.right, lane)];
  return left === undefined || right === undefined ? undefined : OPERATIONS[index.operation](left, right);
}
