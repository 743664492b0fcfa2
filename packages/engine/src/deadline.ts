import { HoduError } from "@hodu/core";

/** A signal that ends with DEADLINE, and the way to give it up. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly cancel: () => void;
}

/** Longest timer that JavaScript knows; a longer limit is none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A signal that is aborted with DEADLINE after `milliseconds` (undefined: never), or when one of `others` is, with its reason. */
export function startDeadline(milliseconds: number | undefined, ...others: readonly AbortSignal[]): Deadline {
  const controller = new AbortController();
  // the others may live much longer than this one: they must not hold it when it is over
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    over.abort();
  };
  const end = (reason: unknown): void => {
    cancel();
    controller.abort(reason);
  };
  if (milliseconds !== undefined && milliseconds <= LONGEST_TIMER) {
    timer = setTimeout(() => {
      const limit = formatDuration(milliseconds);
      end(new HoduError("DEADLINE", `Cannot finish within ${limit}: the time limit was reached`));
    }, milliseconds);
  }
  for (const other of others) {
    if (other.aborted) end(other.reason);
    else other.addEventListener("abort", () => end(other.reason), { signal: over.signal });
  }
  return { signal: controller.signal, cancel };
}

/** `250 ms`, `1.5 s`, `3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  return `${Number((milliseconds / 60_000).toFixed(1))} min`;
}
