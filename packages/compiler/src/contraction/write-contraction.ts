import type { Fusion } from "../schedule/choose-fusion.ts";
import { type LoopOptions, OPERATIONS } from "@hodu/core/kernel-ir";
import { isSized, outerLoop } from "../schedule/program-size.ts";
import { openKernel, type WrittenKernel } from "../schedule/open-kernel.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { ColumnBlock } from "./choose-tile.ts";
import { PARALLEL_OPERATIONS, ROWS_OF_CHUNK } from "./limits.ts";
import { loopOverTurns } from "./loop-over-turns.ts";
import { orderTurns } from "./order-turns.ts";
import type { FactorValues } from "./factor-values.ts";
import type { ContractionPlan } from "./plan.ts";
import { type Places, writeBlock } from "./write-block.ts";
import { openSite, type Site } from "./site.ts";

/** Writes the kernel of a planned contraction; `wide` and `narrow` are the values that hold its factors. */
export function writeContraction(
  name: string,
  plan: ContractionPlan,
  factors: FactorValues,
  values: readonly ScheduledValue[],
  fusion: Pick<Fusion, "kept" | "probes">,
  target: ScheduleTarget,
): WrittenKernel {
  const open = openKernel(name, plan.id, values, fusion);
  const site = openSite(open, plan, factors, values, target);
  const isAny = plan.row !== undefined && isSized(site.value.extents[plan.row]);
  for (const block of plan.columns) (isAny ? writeColumnsOfAny : writeColumns)(site, block, target.standIn);
  return open.close();
}

/** All rows of some columns. */
function writeColumns(site: Site, block: ColumnBlock, standIn: number | undefined): void {
  const { plan, open } = site;
  const rows = plan.row === undefined ? 1 : site.value.dims[plan.row];
  const { rows: height } = plan.tile;
  const [whole, rest] = [Math.floor(rows / height), rows % height];
  const options = optionsOf(site, block, standIn);
  const { kind } = options;
  const order = orderTurns(site, block.panels, kind === "parallel" ? whole : 1);
  const remainder = (places: Places): void =>
    writeBlock(site, block, places, { tile: 0, first: whole * height, rows: rest });
  loopOverTurns(open.builder, order, options, (places) => {
    const tile = places.get("tile");
    if (tile !== undefined) return writeBlock(site, block, places, { tile, first: 0, rows: height });
    open.builder.loop("tile", whole, (each) => writeBlock(site, block, places, { tile: each, first: 0, rows: height }));
    if (rest > 0) remainder(places);
  });
  const isSplit = order.loops.some(({ name }) => name === "tile");
  if (isSplit && rest > 0) loopOverTurns(open.builder, orderTurns(site, block.panels, 1), options, remainder);
}

/** The same where how many rows there are is known when the kernel is called: some rows at a time through all panels. */
function writeColumnsOfAny(site: Site, block: ColumnBlock, standIn: number | undefined): void {
  const { plan, open, value } = site;
  const { builder } = open;
  const rows = value.extents[plan.row!];
  const chunks = OPERATIONS.div(OPERATIONS.add(rows, ROWS_OF_CHUNK - 1), ROWS_OF_CHUNK);
  const { loops } = orderTurns(site, block.panels, 1);
  const order = { loops: [{ name: "rows", extent: chunks }, ...loops] };
  loopOverTurns(builder, order, optionsOf(site, block, standIn), (places) => {
    let first = OPERATIONS.mul(places.get("rows")!, ROWS_OF_CHUNK);
    let left = builder.let("left", OPERATIONS.min(OPERATIONS.sub(rows, first), ROWS_OF_CHUNK));
    for (let height = plan.tile.rows; height >= 1; height /= 2) {
      const blocks = builder.let("blocks", OPERATIONS.div(left, height));
      const begin = first;
      builder.loop("tile", blocks, (tile) => {
        const start = OPERATIONS.add(begin, OPERATIONS.mul(tile, height));
        writeBlock(site, block, places, { tile: 0, first: start, rows: height });
      });
      const done = OPERATIONS.mul(blocks, height);
      first = OPERATIONS.add(first, done);
      left = OPERATIONS.sub(left, done);
    }
  });
}

const optionsOf = (site: Site, block: ColumnBlock, standIn: number | undefined): LoopOptions =>
  outerLoop(site.value.length, operationsOf(site, block), PARALLEL_OPERATIONS, standIn);

/** Multiply-adds count as two. */
function operationsOf({ plan, value }: Site, { panels, vectors, lanes }: ColumnBlock): number {
  const sums = plan.sums.reduce((product, extent) => product * extent, 1);
  const columns = panels * vectors * lanes;
  return 2 * sums * columns * (value.elements / value.dims[plan.column]);
}
