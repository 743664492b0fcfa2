import type { CompilePhase } from "../../contracts/backend.ts";

/** Notes how long the parts of a compilation take. */
export class PhaseClock {
  readonly phases: CompilePhase[] = [];

  time<Result>(name: string, work: () => Result): Result {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.phases.push({ name, milliseconds: performance.now() - start });
    }
  }

  async timeLater<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.phases.push({ name, milliseconds: performance.now() - start });
    }
  }

  /** Notes phases that were timed elsewhere. */
  add(phases: readonly CompilePhase[]): void {
    this.phases.push(...phases);
  }
}
