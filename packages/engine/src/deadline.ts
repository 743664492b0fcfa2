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
  const follow = (other: AbortSignal) => (): void => controller.abort(other.reason);
  for (const other of others) {
    if (other.aborted) controller.abort(other.reason);
    else other.addEventListener("abort", follow(other), { once: true, signal: controller.signal });
  }
  if (milliseconds === undefined || milliseconds > LONGEST_TIMER)
    return { signal: controller.signal, cancel: () => {} };
  const timer = setTimeout(() => {
    const limit = formatDuration(milliseconds);
    controller.abort(new HoduError("DEADLINE", `Cannot finish within ${limit}: the time limit was reached`));
  }, milliseconds);
  return { signal: controller.signal, cancel: () => clearTimeout(timer) };
}

/** `250 ms`, `1.5 s`, `3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  return `${Number((milliseconds / 60_000).toFixed(1))} min`;
}
