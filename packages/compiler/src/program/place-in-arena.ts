import { elementCount } from "@hodu/core";
import { namesOfCall } from "../schedule/names-of-call.ts";
import type { Schedule, ScheduledBuffer, ScheduleStep } from "../schedule/types.ts";
import { memoryWidth } from "./memory-width.ts";
import { type Lifetime, planArena } from "./plan-arena.ts";
import { workInPlace } from "./work-in-place.ts";

/** Where the buffers of a schedule lie in its arena, and its steps, of which some then work in place. */
export interface PlacedSchedule {
  readonly steps: readonly ScheduleStep[];
  /** By number of a buffer, of those in the arena. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
}

/** Bytes of a buffer's elements. */
export const bytesOf = ({ memory, dims }: ScheduledBuffer): number => memoryWidth(memory) * elementCount(dims);

/** Places those buffers of a schedule that belong in the arena. */
export function placeInArena(schedule: Schedule, isInArena: (buffer: number) => boolean): PlacedSchedule {
  const lifetimes = lifetimesOf(schedule, isInArena);
  const { steps, owners } = workInPlace(schedule.steps, lifetimes);
  const whole = new Map<number, Lifetime>();
  for (const [id, { bytes, first, last }] of lifetimes) {
    const owner = owners.get(id) ?? id;
    whole.set(owner, { bytes, first: whole.get(owner)?.first ?? first, last });
  }
  const { offsets, bytes } = planArena([...whole.values()]);
  const places = new Map([...whole.keys()].map((id, i) => [id, offsets[i]]));
  const all = [...lifetimes.keys()].map((id) => [id, places.get(owners.get(id) ?? id)!] as const);
  return { steps, offsets: new Map(all), bytes };
}

/** From which step to which buffers are needed, in the order in which they are first. One that a call reads lives until the call ends. */
function lifetimesOf(
  { buffers, steps }: Schedule,
  isInArena: (buffer: number) => boolean,
): ReadonlyMap<number, Lifetime> {
  const byName = new Map(buffers.map(({ name }, id) => [name, id]));
  const lifetimes = new Map<number, Lifetime>();
  const touch = (id: number, step: number): void => {
    if (!isInArena(id)) return;
    const known = lifetimes.get(id);
    lifetimes.set(id, { bytes: bytesOf(buffers[id]), first: known?.first ?? step, last: step });
  };
  steps.forEach((step, i) => {
    const used =
      step.kind === "kernel" ? step.buffers : namesOfCall(step.node).flatMap((name) => byName.get(name) ?? []);
    for (const id of used) touch(id, i);
  });
  // one that no step makes has no elements
  buffers.forEach((_, id) => touch(id, lifetimes.get(id)?.last ?? 0));
  return lifetimes;
}
