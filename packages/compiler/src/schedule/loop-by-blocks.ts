import { type Expression, type KernelBuilder, OPERATIONS } from "@hodu/core/kernel-ir";
import { BLOCK_SIDE } from "./limits.ts";

/** Two axes of an index whose elements are taken by square blocks: within one, the second goes through its places for each place of the first. */
export type BlockAxes = readonly [across: number, along: number];

/** Loops over all axes but two, the first of all loops of the given kind, and within these over the blocks of the two; `write` gets each index once. */
export function loopByBlocks(
  builder: KernelBuilder,
  dims: readonly number[],
  axes: readonly number[],
  blocks: BlockAxes,
  kind: "parallel" | "serial",
  write: (index: readonly Expression[]) => void,
): void {
  const index: Expression[] = dims.map(() => OPERATIONS.constant("index", 0));
  const loopOver = ([axis, ...inner]: readonly number[], own: "parallel" | "serial"): void => {
    if (axis === undefined) return loopOverPair(builder, dims, blocks, own, index, write);
    const body = (i: Expression): void => {
      index[axis] = i;
      loopOver(inner, "serial");
    };
    builder.loop("i", dims[axis], body, { kind: own });
  };
  loopOver(
    axes.filter((axis) => !blocks.includes(axis)),
    kind,
  );
}

/** The blocks of two axes, and the places of each; the others of the index are there. */
function loopOverPair(
  builder: KernelBuilder,
  dims: readonly number[],
  [across, along]: BlockAxes,
  kind: "parallel" | "serial",
  index: Expression[],
  write: (index: readonly Expression[]) => void,
): void {
  const place = (row: Expression) => (column: Expression) => {
    index[across] = row;
    index[along] = column;
    write([...index]);
  };
  loopOverBlocks(builder, dims[across], kind, (top, rows) =>
    loopOverBlocks(builder, dims[along], "serial", (left, columns) =>
      builder.loop("r", rows, (r) => {
        const at = place(OPERATIONS.add(top, r));
        builder.loop("c", columns, (c) => at(OPERATIONS.add(left, c)), { kind: "unroll" });
      }),
    ),
  );
}

/** The blocks along an axis: whole ones in a loop, then what remains as one. */
function loopOverBlocks(
  builder: KernelBuilder,
  extent: number,
  kind: "parallel" | "serial",
  write: (first: Expression, size: number) => void,
): void {
  const whole = Math.floor(extent / BLOCK_SIDE);
  const rest = extent % BLOCK_SIDE;
  builder.loop("b", whole, (b) => write(OPERATIONS.mul(b, BLOCK_SIDE), BLOCK_SIDE), { kind });
  if (rest > 0) write(OPERATIONS.constant("index", whole * BLOCK_SIDE), rest);
}
