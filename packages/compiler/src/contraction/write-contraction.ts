import type { Fusion } from "../schedule/choose-fusion.ts";
import { openKernel, type WrittenKernel } from "../schedule/open-kernel.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { ColumnBlock } from "./choose-tile.ts";
import { ENOUGH_TURNS, PARALLEL_OPERATIONS } from "./limits.ts";
import { loopOverTurns, type OuterLoop } from "./loop-over-turns.ts";
import type { ContractionPlan } from "./plan.ts";
import { writeBlock } from "./write-block.ts";
import { openSite, type Site } from "./site.ts";

/** Writes the kernel of a planned contraction; `wide` and `narrow` are the values that hold its factors. */
export function writeContraction(
  name: string,
  plan: ContractionPlan,
  factors: { readonly wide: number; readonly narrow: number },
  values: readonly ScheduledValue[],
  fusion: Pick<Fusion, "kept" | "probes">,
  target: ScheduleTarget,
): WrittenKernel {
  const open = openKernel(name, plan.id, values, fusion);
  const site = openSite(open, plan, factors, values, target);
  for (const block of plan.columns) writeColumns(site, block);
  return open.close();
}

/**
 * All rows of some columns: one loop over what both factors or the wide one have, then panels, then what the narrow one has, so that a
 * panel is used while it is near; rows inside of it, or in it where there would be too few turns for threads.
 */
function writeColumns(site: Site, block: ColumnBlock): void {
  const { plan, open } = site;
  const { column, row, wide } = plan;
  const dims = site.value.dims;
  const axes = site.value.order.filter((axis) => dims[axis] > 1 && axis !== column && axis !== row);
  const loopOf = (axis: number): OuterLoop => ({ name: `i${axis}`, extent: dims[axis] });
  const outer = [
    ...axes.filter((axis) => wide.axes.has(axis)).map(loopOf),
    { name: "panel", extent: block.panels },
    ...axes.filter((axis) => !wide.axes.has(axis)).map(loopOf),
  ];
  const rows = row === undefined ? 1 : dims[row];
  const { rows: height } = plan.tile;
  const [whole, rest] = [Math.floor(rows / height), rows % height];
  const turns = outer.reduce((product, { extent }) => product * extent, 1);
  const kind = operationsOf(site, block) >= PARALLEL_OPERATIONS ? "parallel" : "serial";
  const isSplit = kind === "parallel" && turns < ENOUGH_TURNS && whole > 1;
  const tiles = { name: "tile", extent: whole };
  loopOverTurns(open.builder, isSplit ? [...outer, tiles] : outer, kind, (places) => {
    if (isSplit) return writeBlock(site, block, places, { tile: places.get("tile")!, first: 0, rows: height });
    open.builder.loop("tile", whole, (tile) => writeBlock(site, block, places, { tile, first: 0, rows: height }));
    if (rest > 0) writeBlock(site, block, places, { tile: 0, first: whole * height, rows: rest });
  });
  if (isSplit && rest > 0)
    loopOverTurns(open.builder, outer, kind, (places) =>
      writeBlock(site, block, places, { tile: 0, first: whole * height, rows: rest }),
    );
}

/** Multiply-adds count as two. */
function operationsOf({ plan, value }: Site, { panels, vectors, lanes }: ColumnBlock): number {
  const sums = plan.sums.reduce((product, extent) => product * extent, 1);
  const columns = panels * vectors * lanes;
  return 2 * sums * columns * (value.elements / value.dims[plan.column]);
}
