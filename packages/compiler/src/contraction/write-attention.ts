import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import type { WrittenKernel } from "../schedule/open-kernel.ts";
import { isSized, outerLoop } from "../schedule/program-size.ts";
import type { AttentionSite } from "./attention-site.ts";
import { PARALLEL_OPERATIONS } from "./limits.ts";
import { loopOverTurns, type OuterLoop } from "./loop-over-turns.ts";
import { writeAttentionPanel } from "./write-attention-panel.ts";

/**
 * Writes the kernel of an attention: each turn takes some queries of a head through all keys. Where these do not fill all vectors the last
 * turn of a head begins so that it ends with the last query, and makes some of them again.
 */
export function writeAttention(site: AttentionSite, standIn: number | undefined): WrittenKernel {
  const { lanes, vectors, attention } = site.plan;
  const width = vectors * lanes;
  const panels = Math.floor(attention.queries / width);
  writePanels(site, standIn, panels, vectors, (panel) => OPERATIONS.mul(panel, width));
  const rest = Math.ceil((attention.queries - panels * width) / lanes);
  const last = OPERATIONS.constant("index", attention.queries - rest * lanes);
  if (rest > 0) writePanels(site, standIn, 1, rest, () => last);
  return site.open.close();
}

/** Queries of all heads, so many vectors in a turn. */
function writePanels(
  site: AttentionSite,
  standIn: number | undefined,
  panels: number,
  vectors: number,
  firstOf: (panel: Expression) => Expression,
): void {
  const { lead } = site.plan.attention;
  const { extents, length } = site.value;
  const turns = lead.reduce((product, extent) => product * extent, panels);
  const loops: readonly OuterLoop[] = [
    ...lead.map((extent, axis) => ({ name: `i${axis}`, extent: isSized(extents[axis]) ? extents[axis] : extent })),
    { name: "panel", extent: panels },
  ];
  const options = outerLoop(length, turns * operationsOf(site, vectors), PARALLEL_OPERATIONS, standIn);
  loopOverTurns(site.open.builder, { loops }, options, (places) => {
    const heads = lead.map((_, axis) => places.get(`i${axis}`)!);
    writeAttentionPanel(site, { heads, first: firstOf(places.get("panel")!), vectors });
  });
}

/** Of one turn; multiply-adds count as two. */
function operationsOf({ plan }: AttentionSite, vectors: number): number {
  const { keys, size } = plan.attention;
  const depth = plan.query.extents.reduce((product, extent) => product * extent, 1);
  return 2 * keys * vectors * plan.lanes * (depth + size);
}
