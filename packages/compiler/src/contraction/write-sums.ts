import {
  type Expression,
  type KernelBuilder,
  OPERATIONS,
  type RegisterType,
  type Scalar,
  SCALARS,
} from "@hodu/core/kernel-ir";

/** Sums of products of rows by vectors. */
export interface BlockOfSums {
  readonly scalar: Scalar;
  readonly lanes: number;
  readonly rows: number;
  readonly vectors: number;
  /** Loops of the sum, from outer to inner. */
  readonly extents: readonly number[];
  /** Whether there is one turn more of the last loop, with less to do. */
  readonly hasRest?: boolean;
  /** What the factors are in vectors, where that is not the type of the totals. */
  readonly operand?: RegisterType;
  /** What a total begins with; default 0. */
  readonly start?: ((row: Expression, vector: Expression) => Expression) | undefined;
  /** total + a * b. */
  readonly add: (total: Expression, a: Expression, b: Expression) => Expression;
  /** A vector of the wide factor at a place of the sum. */
  readonly wide: (vector: Expression, place: readonly Expression[]) => Expression;
  /** The other factor: one element for all vectors of a row, or a vector, too. */
  readonly isWideNarrow?: boolean;
  readonly narrow: (row: Expression, vector: Expression, place: readonly Expression[], isRest?: boolean) => Expression;
  readonly finish: (row: Expression, vector: Expression, total: Expression) => void;
}

const { add, broadcast, constant, mul } = OPERATIONS;

const UNROLL = { kind: "unroll" } as const;

/** Writes sums that are held in registers, all of a block at once, and what becomes of each. */
export function writeSums(builder: KernelBuilder, block: BlockOfSums): void {
  const { scalar, lanes, rows, vectors, start, finish, operand = { scalar, lanes } } = block;
  const totals = builder.array("total", { scalar, lanes }, rows * vectors);
  const at = (row: Expression, vector: Expression): Expression => add(mul(row, vectors), vector);
  const zero = broadcast(constant(scalar, SCALARS[scalar].kind === "bool" ? false : 0), lanes);
  const eachPart = (write: (row: Expression, vector: Expression) => void): void =>
    builder.loop("r", rows, (r) => builder.loop("j", vectors, (j) => write(r, j), UNROLL), UNROLL);
  eachPart((r, j) => builder.set(totals, at(r, j), start?.(r, j) ?? zero));
  nest(builder, block.extents, block.hasRest === true, (place, isRest) => {
    const vector = builder.array("vector", operand, vectors);
    builder.loop("j", vectors, (j) => builder.set(vector, j, block.wide(j, place)), UNROLL);
    const element = (r: Expression, j: Expression): Expression =>
      builder.let("element", broadcast(block.narrow(r, j, place, isRest), operand.lanes));
    const writeRow = (r: Expression): void => {
      const shared = block.isWideNarrow === true ? undefined : element(r, constant("index", 0));
      const step = (j: Expression): void => {
        const next = block.add(builder.get(totals, at(r, j)), builder.get(vector, j), shared ?? element(r, j));
        builder.set(totals, at(r, j), next);
      };
      builder.loop("j", vectors, step, UNROLL);
    };
    builder.loop("r", rows, writeRow, UNROLL);
  });
  eachPart((r, j) => finish(r, j, builder.get(totals, at(r, j))));
}

/** Loops over all places of the sum; `hasRest`: and one more of the last. */
function nest(
  builder: KernelBuilder,
  [extent, ...rest]: readonly number[],
  hasRest: boolean,
  write: (place: readonly Expression[], isRest: boolean) => void,
  place: readonly Expression[] = [],
): void {
  if (extent === undefined) return write(place, false);
  if (extent > 0) builder.loop("k", extent, (k) => nest(builder, rest, hasRest, write, [...place, k]));
  if (hasRest && rest.length === 0) write([...place, constant("index", extent)], true);
}
