import { abortError, nextTurn } from "hodu-plugin-sdk";
import type { Ending } from "../threads/kernel-thread.ts";

/** Longest time that kernels keep the event loop to themselves, but for one range of turns. */
const SLICE_MS = 0.5;

/** When the event loop is to have a turn: of all runs together, since short ones may follow each other without one. */
let sliceEnd = 0;

/** Runs steps on this thread and lets timers, input and output have a turn in between. Throws what `abortError` says. */
export async function walkInSlices(walk: Generator<void, Ending>, signal: AbortSignal): Promise<Ending> {
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    if (signal.aborted) throw abortError(signal, "finish the run");
    sliceEnd = performance.now() + SLICE_MS;
  }
}
