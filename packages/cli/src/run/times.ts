import type { StageName } from "@hodu/engine";

/** Where the time of a run went, in milliseconds. */
export interface RunTimes {
  readonly load: number;
  readonly compile: number;
  readonly run: number;
  readonly total: number;
}

/** Adds up times under the three headings that people see. */
export class Stopwatch {
  readonly #start = performance.now();
  #load = 0;
  #compile = 0;
  #run = 0;

  readonly stage = (stage: StageName, milliseconds: number): void => {
    if (stage === "load" || stage === "verify") this.#load += milliseconds;
    else this.#compile += milliseconds;
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

  times(): RunTimes {
    return { load: this.#load, compile: this.#compile, run: this.#run, total: performance.now() - this.#start };
  }
}

/** `41 ms (load 6, compile 0, run 31)`. */
export function formatTimes({ load, compile, run, total }: RunTimes): string {
  const round = (milliseconds: number): string => String(Math.round(milliseconds));
  return `${round(total)} ms (load ${round(load)}, compile ${round(compile)}, run ${round(run)})`;
}
