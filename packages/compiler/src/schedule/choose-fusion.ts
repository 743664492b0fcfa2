import { CHEAP_OPERATIONS, INLINE_ELEMENTS, MAX_COPIES, MAX_DEPTH, MAX_REPEATS } from "./limits.ts";
import { endsOfSums, probeOf } from "./ends-of-sums.ts";
import type { PointProbe } from "./probe-point.ts";
import { isOrdered, type ScheduledValue } from "./values.ts";

/** How the values of a graph are computed: which are kept in buffers, and what an element of each takes. */
export interface Fusion {
  /** By number: kept in a buffer. Others are written where they are read, or not at all. */
  readonly kept: readonly boolean[];
  /** By number; undefined where nothing reads the value, or where it has no point. */
  readonly probes: readonly (PointProbe | undefined)[];
  /** By number: read by row-major position. */
  readonly byPosition: readonly boolean[];
}

/** What the readers of a value make of it, if it is written where it is read. */
interface Use {
  /** How often an element is computed in a run. */
  evaluations: number;
  copies: number;
  depth: number;
  /** By row-major position, which values without `atPosition` would have to take apart. */
  byPosition: boolean;
  /** Through a value that only moves elements. */
  isMoved: boolean;
}

const UNUSED: Use = { evaluations: 0, copies: 0, depth: 0, byPosition: false, isMoved: false };

/**
 * Decides from the last value to the first. A value is written where it is read unless it is wanted itself; has an order; rounds to a smaller type;
 * would be written at many places; is a choice that would be made again; is asked for by a position that it would take apart into an index; or would repeat work: folds are
 * never done twice, arithmetic only where it is cheap, and elements that are only moved are moved as often as one likes. Of a sum of
 * products and what alone follows it, the end is kept rather than the sum.
 */
export function chooseFusion(values: readonly ScheduledValue[], wanted: ReadonlySet<number>): Fusion {
  const kept = values.map(({ point, constant, elements }) => point === undefined && !isInline(constant, elements));
  const probes: (PointProbe | undefined)[] = values.map(() => undefined);
  const uses: Use[] = values.map(() => ({ ...UNUSED }));
  const ends = endsOfSums(values, wanted);
  for (let id = values.length - 1; id >= 0; id--) {
    const value = values[id];
    if (value.point === undefined || (uses[id].copies === 0 && !wanted.has(id))) continue;
    const probe = probeOf(values, value);
    probes[id] = probe;
    kept[id] = wanted.has(id) || mustKeep(value, probe, uses[id], ends.has(id));
    const own = kept[id] ? { ...UNUSED, evaluations: value.elements, copies: 1 } : uses[id];
    const isMove = probe.operations === 0 && !probe.hasFold;
    for (const { id: read, copies, repeats, byPosition } of probe.reads) {
      if (read === id) continue;
      const use = uses[read];
      use.evaluations += own.evaluations * repeats;
      use.copies += own.copies * copies;
      use.depth = Math.max(use.depth, own.depth + 1);
      use.byPosition ||= byPosition || own.byPosition;
      use.isMoved ||= isMove || own.isMoved;
    }
  }
  return { kept, probes, byPosition: uses.map(({ byPosition }) => byPosition) };
}

const isInline = (constant: unknown, elements: number): boolean =>
  constant !== undefined && elements === INLINE_ELEMENTS;

function mustKeep(
  value: ScheduledValue,
  { operations, hasFold, hasChoice }: PointProbe,
  use: Use,
  isEnd: boolean,
): boolean {
  if (isOrdered(value.point) || value.point?.attention !== undefined) return true;
  if (use.depth > MAX_DEPTH || use.copies > MAX_COPIES) return true;
  if (use.byPosition && value.point?.atPosition === undefined) return true;
  const repeats = use.evaluations / Math.max(1, value.elements);
  if (isEnd) return repeats > 1 || use.copies > 1;
  if (hasChoice && repeats > 1) return true;
  if (operations === 0 && !hasFold) return false;
  if (value.memory === "f16" || value.memory === "bf16") return true;
  if (hasFold) return repeats > 1 || use.copies > 1 || use.isMoved;
  return repeats > 1 && (operations > CHEAP_OPERATIONS || repeats > MAX_REPEATS);
}
