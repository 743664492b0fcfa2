import type { HoduEvent } from "hodu-plugin-sdk";

/** Where the time of a run went, in milliseconds. */
export interface RunTimes {
  readonly load: number;
  readonly compile: number;
  /** Whether what it was compiled to was there already. */
  readonly isCached: boolean;
  readonly run: number;
  readonly total: number;
}

/** Adds up times under the three headings that people see. */
export class Stopwatch {
  readonly #start = performance.now();
  #load = 0;
  #compile = 0;
  #run = 0;
  #isCached = false;

  /** An event sink that takes the times of stages. */
  readonly events = (event: HoduEvent): void => {
    if (event.type !== "StageEnd") return;
    if (event.stage === "load" || event.stage === "verify") this.#load += event.milliseconds;
    else this.#compile += event.milliseconds;
  };

  /** Counts what the inputs took to read as loading. */
  async reading<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const result = await work();
    this.#load += performance.now() - start;
    return result;
  }

  async running<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const result = await work();
    this.#run += performance.now() - start;
    return result;
  }

  /** Nothing was compiled: it was kept from before. */
  cached(): void {
    this.#isCached = true;
  }

  times(): RunTimes {
    const total = performance.now() - this.#start;
    return { load: this.#load, compile: this.#compile, isCached: this.#isCached, run: this.#run, total };
  }
}

/** Runs from this time on are told in seconds. */
const IN_SECONDS_MS = 10_000;

/** `41 ms (load 6, compile 3 cached, run 31)`, `12.3 s (load 0.2, compile 0.1, run 12.0)`. */
export function formatTimes({ load, compile, isCached, run, total }: RunTimes): string {
  const isLong = total >= IN_SECONDS_MS;
  const show = (milliseconds: number): string =>
    isLong ? (milliseconds / 1000).toFixed(1) : String(Math.round(milliseconds));
  return `${show(total)} ${isLong ? "s" : "ms"} (load ${show(load)}, compile ${show(compile)}${isCached ? " cached" : ""}, run ${show(run)})`;
}
