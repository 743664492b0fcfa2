import { axisAcross } from "./axis-across.ts";
import { BLOCK_SIDE } from "./limits.ts";
import { type BlockAxes, loopByBlocks } from "./loop-by-blocks.ts";
import { isSized } from "./program-size.ts";
import { isOrdered } from "./values.ts";
import { elementAt, type SizedStretch, storeAt, type Writing } from "./writing.ts";

/**
 * The axes of the blocks of a value whose elements are each made of one that lies side by side along another axis than `along`, the last of
 * the value in memory; undefined for others, and where either axis has no whole block.
 */
export function blockAxes(
  { value, fused }: Writing,
  stretch: SizedStretch,
  along: number | undefined,
): BlockAxes | undefined {
  const { dims } = stretch;
  if (along === undefined || dims[along] < BLOCK_SIDE || isOrdered(value.point)) return undefined;
  if (isSized(value.extents[along])) return undefined;
  const across = axisAcross(dims, along, (...at) => stretch.at(...at), fused);
  const isFree = across !== undefined && dims[across] >= BLOCK_SIDE && !isSized(value.extents[across]);
  return isFree ? [across, along] : undefined;
}

/** Writes the elements of a stretch by blocks of two axes, so that both sides use the whole of a cache line while it is there. */
export function writeBlocks({ emission, value, out, outer }: Writing, stretch: SizedStretch, blocks: BlockAxes): void {
  const axes = value.order.filter((axis) => stretch.dims[axis] !== 1);
  const extents = stretch.dims.map((dim, axis) => (axis === stretch.axis ? dim : value.extents[axis]));
  loopByBlocks(emission.builder, { dims: stretch.dims, extents }, axes, blocks, outer, (index) =>
    storeAt(emission, out, index[blocks[1]], 1, () => elementAt(emission, value, stretch, index)),
  );
}
