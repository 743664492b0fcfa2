import { type Expression, type KernelBuilder, type LoopOptions, OPERATIONS } from "@hodu/core/kernel-ir";
import { BLOCK_SIDE } from "./limits.ts";

/** Two axes of an index whose elements are taken by square blocks: within one, the second goes through its places for each place of the first. */
export type BlockAxes = readonly [across: number, along: number];

/** How many places each axis has; `extents`: over the program's size, which the axes of blocks do not depend on. */
export interface BlockedShape {
  readonly dims: readonly number[];
  readonly extents: readonly (Expression | number)[];
}

/** Loops over all axes but two, the first of all loops as asked for, and within these over the blocks of the two; `write` gets each index once. */
export function loopByBlocks(
  builder: KernelBuilder,
  { dims, extents }: BlockedShape,
  axes: readonly number[],
  blocks: BlockAxes,
  outer: LoopOptions,
  write: (index: readonly Expression[]) => void,
): void {
  const index: Expression[] = dims.map(() => OPERATIONS.constant("index", 0));
  const loopOver = ([axis, ...inner]: readonly number[], own: LoopOptions): void => {
    if (axis === undefined) return loopOverPair(builder, dims, blocks, own, index, write);
    const body = (i: Expression): void => {
      index[axis] = i;
      loopOver(inner, {});
    };
    builder.loop("i", extents[axis], body, own);
  };
  loopOver(
    axes.filter((axis) => !blocks.includes(axis)),
    outer,
  );
}

/** Places that follow each other along an axis. */
interface Side {
  readonly first: Expression;
  readonly size: number;
}

/** The blocks of two axes, along the longer one outermost, and the places of each; the others of the index are there. */
function loopOverPair(
  builder: KernelBuilder,
  dims: readonly number[],
  [across, along]: BlockAxes,
  options: LoopOptions,
  index: Expression[],
  write: (index: readonly Expression[]) => void,
): void {
  const isAcross = dims[across] >= dims[along];
  const [outer, inner] = isAcross ? [across, along] : [along, across];
  const writeBlock = (rows: Side, columns: Side): void =>
    builder.loop("r", rows.size, (r) => {
      index[across] = OPERATIONS.add(rows.first, r);
      const writePlace = (c: Expression): void => {
        index[along] = OPERATIONS.add(columns.first, c);
        write([...index]);
      };
      builder.loop("c", columns.size, writePlace, { kind: "unroll" });
    });
  loopOverSides(builder, dims[outer], options, (own) =>
    loopOverSides(builder, dims[inner], {}, (other) => (isAcross ? writeBlock(own, other) : writeBlock(other, own))),
  );
}

/** The sides of blocks along an axis: whole ones in a loop, then what remains as one. */
function loopOverSides(
  builder: KernelBuilder,
  extent: number,
  options: LoopOptions,
  write: (side: Side) => void,
): void {
  const whole = Math.floor(extent / BLOCK_SIDE);
  const rest = extent % BLOCK_SIDE;
  const writeWhole = (b: Expression): void => write({ first: OPERATIONS.mul(b, BLOCK_SIDE), size: BLOCK_SIDE });
  builder.loop("b", whole, writeWhole, options);
  if (rest > 0) write({ first: OPERATIONS.constant("index", whole * BLOCK_SIDE), size: rest });
}
