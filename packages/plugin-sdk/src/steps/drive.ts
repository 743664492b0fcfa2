import { HoduError, type Steps } from "@hodu/core";
import { abortError } from "../abort-error.ts";

/** Longest time that work keeps the event loop to itself. */
const SLICE_MS = 10;

/** Runs an evaluation to its end, giving way to the event loop every 10 ms. Throws what `abortError` says when `signal` is aborted. */
export async function drive<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  const pace = pacer(signal, "finish the run");
  let answer: unknown;
  for (;;) {
    const step = steps.next(answer);
    if (step.done) return step.value;
    answer = step.value && (await step.value);
    const turn = pace();
    if (turn !== undefined) await turn;
  }
}

/** Runs an evaluation to its end at once. Throws UNSUPPORTED when it has to wait for a promise. */
export function driveAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (step.value === undefined) continue;
    step.value.catch(() => {});
    steps.return(undefined as never);
    throw new HoduError(
      "UNSUPPORTED",
      "Cannot run the model at once: one of its operators waits for a decoder or a library that is loaded when needed",
      { hint: "await model.run(inputs)" },
    );
  }
}

/**
 * For work that does not end soon: a function to call now and then, which gives way to the event loop every 10 ms and ends the work
 * when `signal` is aborted. Throws `abortError`, at once if it is aborted already. `what` completes "Cannot ...".
 */
export function pacer(signal: AbortSignal, what: string): () => Promise<void> | undefined {
  const throwIfAborted = (): void => {
    if (signal.aborted) throw abortError(signal, what);
  };
  let sliceEnd = performance.now() + SLICE_MS;
  const turn = async (): Promise<void> => {
    await nextTurn();
    throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  };
  throwIfAborted();
  return () => {
    throwIfAborted();
    return performance.now() < sliceEnd ? undefined : turn();
  };
}

/** Lets timers, input and output have a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
