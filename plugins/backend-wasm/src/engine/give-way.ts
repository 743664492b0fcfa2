import { abortError, nextTurn } from "hodu-plugin-sdk";
import type { Ending } from "../threads/kernel-thread.ts";

/** Longest time that kernels keep the event loop to themselves, but for one range of turns. */
const SLICE_MS = 1;

/** Runs steps on this thread and lets timers, input and output have a turn every millisecond. Throws what `abortError` says. */
export async function walkInSlices(walk: Generator<void, Ending>, signal: AbortSignal): Promise<Ending> {
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
    if (performance.now() < end) continue;
    await nextTurn();
    if (signal.aborted) throw abortError(signal, "finish the run");
    end = performance.now() + SLICE_MS;
  }
}
