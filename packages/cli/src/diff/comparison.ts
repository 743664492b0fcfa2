import type { Tolerance } from "@hodu/core";
import { abortError } from "hodu-plugin-sdk";
import type { Tolerated } from "./differences.ts";
import type { ElementTally } from "./element-tally.ts";

/** What all steps of one comparison share. */
export interface Comparison {
  readonly tolerance: Tolerance;
  readonly signal: AbortSignal;
  /** Bytes of the first file's data that were compared, of all that are. */
  readonly progress: (done: number) => void;
  /** Takes note of a value of which no element is beyond the tolerance. */
  readonly tolerate: (tally: ElementTally) => void;
  readonly tolerated: () => Tolerated;
}

export function newComparison(tolerance: Tolerance, signal: AbortSignal, progress: (done: number) => void): Comparison {
  let [values, largest] = [0, 0];
  return {
    tolerance,
    signal,
    progress,
    tolerate({ maxAbsolute }) {
      values++;
      largest = Math.max(largest, maxAbsolute);
    },
    tolerated: () => ({ values, max_absolute: largest }),
  };
}

/** Lets others run, so that Ctrl+C is heard. Throws ABORTED. */
export async function nextTurn({ signal }: Comparison): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw abortError(signal, "compare the files");
}
