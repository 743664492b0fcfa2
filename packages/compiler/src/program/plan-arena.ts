import { ARENA_ALIGNMENT, MAX_PROMOTIONS, PROMOTED_VALUES } from "./limits.ts";
import { PlacedValues } from "./placed-values.ts";

/** Bytes that are needed from step `first` to step `last`, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where each of them lies, and how much they take together. */
export interface ArenaPlan {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** A plan and the order in which the values were placed. */
interface OrderedPlan extends ArenaPlan {
  readonly ids: readonly number[];
}

type Order = (a: Lifetime, b: Lifetime) => number;

const duration = ({ first, last }: Lifetime): number => last - first + 1;

/** Which values are placed first: the largest, those that take most room for longest, those that live longest. None is best for all graphs. */
const ORDERS: readonly Order[] = [
  (a, b) => b.bytes - a.bytes,
  (a, b) => b.bytes * duration(b) - a.bytes * duration(a),
  (a, b) => duration(b) - duration(a) || b.bytes - a.bytes,
];

/**
 * Places values in one arena so that those that live at the same time do not overlap: one after another, each into the smallest gap between
 * its contemporaries that holds it (greedy, as in Pisarchyk and Lee 2020), in the best of a few orders. Where none of them needs as little as
 * lives at once, the value that lies highest is placed first, a few times. Offsets are multiples of 64.
 */
export function planArena(lifetimes: readonly Lifetime[]): ArenaPlan {
  const least = leastArena(lifetimes);
  const placed = new PlacedValues(lifetimes);
  let best: OrderedPlan | undefined;
  for (const order of ORDERS) {
    const plan = planInOrder(lifetimes, sorted(lifetimes, order), placed);
    if (best === undefined || plan.bytes < best.bytes) best = plan;
    if (best.bytes === least) return best;
  }
  return highestFirst(lifetimes, best!, least, placed);
}

const sorted = (lifetimes: readonly Lifetime[], order: Order): readonly number[] =>
  [...lifetimes.keys()].sort(
    (a, b) => order(lifetimes[a], lifetimes[b]) || lifetimes[a].first - lifetimes[b].first || a - b,
  );

/** The best of some plans, each with the value placed first that lies highest in the one before. */
function highestFirst(
  lifetimes: readonly Lifetime[],
  first: OrderedPlan,
  least: number,
  placed: PlacedValues,
): ArenaPlan {
  const turns = Math.min(MAX_PROMOTIONS, Math.floor(PROMOTED_VALUES / lifetimes.length));
  let [best, last] = [first, first];
  for (let turn = 0; turn < turns && best.bytes > least; turn++) {
    const { ids, offsets, bytes } = last;
    const highest = ids.find((id) => align(offsets[id] + lifetimes[id].bytes) === bytes)!;
    last = planInOrder(lifetimes, [highest, ...ids.filter((id) => id !== highest)], placed);
    if (last.bytes < best.bytes) best = last;
  }
  return best;
}

function planInOrder(lifetimes: readonly Lifetime[], ids: readonly number[], placed: PlacedValues): OrderedPlan {
  const offsets = new Array<number>(lifetimes.length).fill(0);
  placed.clear();
  let total = 0;
  for (const id of ids) {
    const { bytes } = lifetimes[id];
    if (bytes === 0) continue;
    offsets[id] = bestGap(lifetimes[id], lifetimes, placed);
    placed.place(id, offsets[id]);
    total = Math.max(total, align(offsets[id] + bytes));
  }
  return { ids, offsets, bytes: total };
}

/** The offset of the smallest gap between those that live at the same time; after all of them when none is large enough. */
function bestGap({ bytes, first, last }: Lifetime, lifetimes: readonly Lifetime[], placed: PlacedValues): number {
  let [end, best, smallest] = [0, -1, Number.POSITIVE_INFINITY];
  for (const id of placed.livingIn(first, last)) {
    const offset = placed.offsetOf(id);
    const gap = offset - end;
    if (gap >= bytes && gap < smallest) [best, smallest] = [end, gap];
    end = Math.max(end, align(offset + lifetimes[id].bytes));
  }
  return best >= 0 ? best : end;
}

/** The most that live at once: no plan takes less. */
export function leastArena(lifetimes: readonly Lifetime[]): number {
  const changes = lifetimes.flatMap(({ bytes, first, last }) => [
    { at: first, bytes: align(bytes) },
    { at: last + 1, bytes: -align(bytes) },
  ]);
  changes.sort((a, b) => a.at - b.at || a.bytes - b.bytes);
  let [live, most] = [0, 0];
  for (const { bytes } of changes) {
    live += bytes;
    most = Math.max(most, live);
  }
  return most;
}

const align = (offset: number): number => Math.ceil(offset / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
