import type { Fusion } from "../schedule/choose-fusion.ts";
import { openKernel, type WrittenKernel } from "../schedule/open-kernel.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { ColumnBlock } from "./choose-tile.ts";
import { PARALLEL_OPERATIONS } from "./limits.ts";
import { loopOverTurns } from "./loop-over-turns.ts";
import { orderTurns } from "./order-turns.ts";
import type { ContractionPlan } from "./plan.ts";
import { type Places, writeBlock } from "./write-block.ts";
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

/** All rows of some columns. */
function writeColumns(site: Site, block: ColumnBlock): void {
  const { plan, open } = site;
  const rows = plan.row === undefined ? 1 : site.value.dims[plan.row];
  const { rows: height } = plan.tile;
  const [whole, rest] = [Math.floor(rows / height), rows % height];
  const kind = operationsOf(site, block) >= PARALLEL_OPERATIONS ? "parallel" : "serial";
  const order = orderTurns(site, block.panels, kind === "parallel" ? whole : 1);
  const remainder = (places: Places): void =>
    writeBlock(site, block, places, { tile: 0, first: whole * height, rows: rest });
  loopOverTurns(open.builder, order, kind, (places) => {
    const tile = places.get("tile");
    if (tile !== undefined) return writeBlock(site, block, places, { tile, first: 0, rows: height });
    open.builder.loop("tile", whole, (each) => writeBlock(site, block, places, { tile: each, first: 0, rows: height }));
    if (rest > 0) remainder(places);
  });
  const isSplit = order.loops.some(({ name }) => name === "tile");
  if (isSplit && rest > 0) loopOverTurns(open.builder, orderTurns(site, block.panels, 1), kind, remainder);
}

/** Multiply-adds count as two. */
function operationsOf({ plan, value }: Site, { panels, vectors, lanes }: ColumnBlock): number {
  const sums = plan.sums.reduce((product, extent) => product * extent, 1);
  const columns = panels * vectors * lanes;
  return 2 * sums * columns * (value.elements / value.dims[plan.column]);
}
