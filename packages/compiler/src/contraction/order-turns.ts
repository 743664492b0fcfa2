import type { Expression } from "@hodu/core/kernel-ir";
import { memoryWidth } from "../program/memory-width.ts";
import { isSized } from "../schedule/program-size.ts";
import { ENOUGH_TURNS, NEAR_BYTES } from "./limits.ts";
import type { Site } from "./site.ts";
import type { TurnOrder } from "./loop-over-turns.ts";

/** A loop around blocks: how many turns are reckoned with, and over the program's size. */
interface Turns {
  readonly name: string;
  readonly extent: number;
  readonly own: Expression;
}

/**
 * The order of blocks: what both factors or the wide one have and what depends on the program's size, then panels, then what the narrow one has, so that a panel is used while it
 * is near; tiles of rows at last, where there would be too few turns for threads. Of a narrow factor that is too large to stay near itself
 * so much is taken as does, for all panels, before the next.
 */
export function orderTurns({ plan, value, narrowElements, narrow }: Site, panels: number, tiles: number): TurnOrder {
  const { column, row, wide } = plan;
  const { dims, order, extents } = value;
  const axes = order.filter((axis) => dims[axis] > 1 && axis !== column && axis !== row);
  const loopOf = (axis: number): Turns => ({ name: `i${axis}`, extent: dims[axis], own: extents[axis] });
  const isOuter = (axis: number): boolean => wide.axes.has(axis) || isSized(extents[axis]);
  const outer = axes.filter(isOuter).map(loopOf);
  const inner = axes.filter((axis) => !isOuter(axis)).map(loopOf);
  const batch = product(outer.filter(({ name }) => plan.narrow.axes.has(Number(name.slice(1)))));
  const bytes = (narrowElements * memoryWidth(narrow.memory)) / batch;
  const isFar = bytes > NEAR_BYTES && panels > 1;
  const known = product([...outer, ...inner].filter(({ own }) => !isSized(own))) * panels;
  const isSplit = tiles > 1 && (known < ENOUGH_TURNS || (isFar && inner.length === 0));
  const rows = [...inner, ...(isSplit ? [{ name: "tile", extent: tiles }] : [])];
  const panel = { name: "panel", extent: panels };
  const first = outer.map(({ name, extent, own }) => ({ name, extent: isSized(own) ? own : extent }));
  if (!isFar || rows.length === 0) return { loops: [...first, panel, ...rows] };
  const [{ name, extent }, ...rest] = rows;
  const chunks = Math.min(extent, Math.ceil(bytes / NEAR_BYTES));
  const size = Math.ceil(extent / chunks);
  const chunk = { name: "chunk", extent: Math.ceil(extent / size) };
  return { loops: [...first, chunk, panel, { name, extent: size }, ...rest], chunked: { name, extent, size } };
}

const product = (loops: readonly Pick<Turns, "extent">[]): number =>
  loops.reduce((total, { extent }) => total * extent, 1);
