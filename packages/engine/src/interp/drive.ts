import { HoduError, type Steps } from "@hodu/core";

/** Longest time that a run keeps the event loop to itself. */
const SLICE_MS = 10;

/**
 * Runs an evaluation to its end, giving way to the event loop every 10 ms.
 * Ends with the signal's reason when that is a HoduError (DEADLINE), else with ABORTED.
 */
export async function drive<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  throwIfAborted(signal);
  let sliceEnd = performance.now() + SLICE_MS;
  let answer: unknown;
  for (;;) {
    const step = steps.next(answer);
    if (step.done) return step.value;
    answer = undefined;
    if (step.value !== undefined) answer = await step.value;
    else if (performance.now() < sliceEnd) continue;
    else await nextTurn();
    throwIfAborted(signal);
    sliceEnd = performance.now() + SLICE_MS;
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof HoduError) throw signal.reason;
  throw new HoduError("ABORTED", "Cannot finish the run: it was cancelled", { cause: signal.reason });
}

/** Lets timers, input and output have a turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
