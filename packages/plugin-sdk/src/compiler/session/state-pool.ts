import { abortError } from "../../abort-error.ts";
import { onAbort } from "../../on-abort.ts";
import type { RunState } from "./program-memory.ts";

/** States that are kept while nothing runs. */
const KEPT_STATES = 2;

/** The states of the runs of a program: at most `capacity` at once, those that are free are used again. */
export class StatePool {
  readonly #make: () => RunState;
  readonly #capacity: number;
  readonly #kept: number;
  readonly #free: RunState[] = [];
  readonly #waiting: ((state: RunState) => void)[] = [];
  #used = 0;

  /** `keepsStates`: whether those that are free are kept. */
  constructor(capacity: number, make: () => RunState, keepsStates = true) {
    this.#capacity = capacity;
    this.#kept = keepsStates ? KEPT_STATES : 0;
    this.#make = make;
  }

  /** Runs that work now. */
  get used(): number {
    return this.#used;
  }

  /** A state; undefined when as many runs as there may be work now. Throws MEMORY_LIMIT. */
  take(): RunState | undefined {
    if (this.#used >= this.#capacity) return undefined;
    const state = this.#free.pop() ?? this.#make();
    this.#used++;
    return state;
  }

  /** A state, when one is free. Throws MEMORY_LIMIT, and what `abortError` says when `signal` is aborted before. */
  async takeLater(signal: AbortSignal): Promise<RunState> {
    const now = this.take();
    if (now !== undefined) return now;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError(signal, "run the model"));
      const stop = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        reject(abortError(signal, "run the model"));
      });
      const give = (state: RunState): void => {
        stop();
        resolve(state);
      };
      this.#waiting.push(give);
    });
  }

  /** Takes a state back, for the run that waits longest or a later one. */
  give(state: RunState): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next(state);
    this.#used--;
    if (this.#free.length < this.#kept) this.#free.push(state);
  }
}
