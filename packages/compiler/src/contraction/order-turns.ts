import { memoryWidth } from "../program/memory-width.ts";
import { ENOUGH_TURNS, NEAR_BYTES } from "./limits.ts";
import type { Site } from "./site.ts";
import type { OuterLoop, TurnOrder } from "./loop-over-turns.ts";

/**
 * The order of blocks: what both factors or the wide one have, then panels, then what the narrow one has, so that a panel is used while it
 * is near; tiles of rows at last, where there would be too few turns for threads. Of a narrow factor that is too large to stay near itself
 * so much is taken as does, for all panels, before the next.
 */
export function orderTurns({ plan, value, narrow }: Site, panels: number, tiles: number): TurnOrder {
  const { column, row, wide } = plan;
  const { dims, order } = value;
  const axes = order.filter((axis) => dims[axis] > 1 && axis !== column && axis !== row);
  const loopOf = (axis: number): OuterLoop => ({ name: `i${axis}`, extent: dims[axis] });
  const outer = axes.filter((axis) => wide.axes.has(axis)).map(loopOf);
  const inner = axes.filter((axis) => !wide.axes.has(axis)).map(loopOf);
  const batch = product(outer.filter(({ name }) => plan.narrow.axes.has(Number(name.slice(1)))));
  const bytes =
    (Number(narrow.length.kind === "constant" ? narrow.length.value : 0) * memoryWidth(narrow.memory)) / batch;
  const isFar = bytes > NEAR_BYTES && panels > 1;
  const isSplit = tiles > 1 && (product([...outer, ...inner]) * panels < ENOUGH_TURNS || (isFar && inner.length === 0));
  const rows = [...inner, ...(isSplit ? [{ name: "tile", extent: tiles }] : [])];
  const panel = { name: "panel", extent: panels };
  if (!isFar || rows.length === 0) return { loops: [...outer, panel, ...rows] };
  const [{ name, extent }, ...rest] = rows;
  const chunks = Math.min(extent, Math.ceil(bytes / NEAR_BYTES));
  const size = Math.ceil(extent / chunks);
  const chunk = { name: "chunk", extent: Math.ceil(extent / size) };
  return { loops: [...outer, chunk, panel, { name, extent: size }, ...rest], chunked: { name, extent, size } };
}

const product = (loops: readonly OuterLoop[]): number => loops.reduce((total, { extent }) => total * extent, 1);
