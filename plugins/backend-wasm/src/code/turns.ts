/** An index over the size of a program: an operation of kernels on two of them as a list. */
export type SizedIndex = number | "size" | readonly [operation: IndexOperation, left: SizedIndex, right: SizedIndex];

/** Turns of a loop that depend on the size of a program: those of an extent, by a step. */
export interface SizedTurns {
  readonly extent: SizedIndex;
  readonly step: number;
}

const OPERATIONS = {
  add: (left: number, right: number) => left + right,
  sub: (left: number, right: number) => left - right,
  mul: (left: number, right: number) => left * right,
  div: (left: number, right: number) => Math.floor(left / right),
  rem: (left: number, right: number) => left % right,
  min: Math.min,
  max: Math.max,
} as const;

/** What indices are made with. */
export type IndexOperation = keyof typeof OPERATIONS;

export const isIndexOperation = (name: unknown): name is IndexOperation =>
  typeof name === "string" && Object.hasOwn(OPERATIONS, name);

/** How many turns a loop has in a program of that size. */
export function turnsAt(turns: number | SizedTurns, size: number): number {
  if (typeof turns === "number") return turns;
  return Math.max(0, Math.ceil(indexAt(turns.extent, size) / turns.step));
}

function indexAt(index: SizedIndex, size: number): number {
  if (typeof index === "number") return index;
  if (index === "size") return size;
  const [operation, left, right] = index;
  return OPERATIONS[operation](indexAt(left, size), indexAt(right, size));
}
