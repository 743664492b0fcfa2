import { KernelWorker } from "./kernel-worker.ts";

/** Workers that stay for the next run; what more were needed at once end after it. */
const MAX_IDLE = 64;

/** The workers of this process, which all engines share; the first run that needs them starts them. */
class WorkerPool {
  readonly #idle: KernelWorker[] = [];
  readonly #engines = new Set<number>();
  #lastEngine = 0;

  /** Counts an engine, whose number it gives. */
  open(): number {
    this.#lastEngine++;
    this.#engines.add(this.#lastEngine);
    return this.#lastEngine;
  }

  /** A worker that does nothing else until it is given back: one that knows the engine, or any, or a new one. */
  take(): KernelWorker {
    const found = this.#idle.pop();
    return found ?? new KernelWorker();
  }

  /** Takes a worker back. One that ended is dropped. */
  async giveBack(worker: KernelWorker): Promise<void> {
    if (worker.isAlive && this.#engines.size > 0 && this.#idle.length < MAX_IDLE) this.#idle.push(worker);
    else await worker.terminate();
  }

  /** An engine is gone; with the last one, so are the workers. */
  async close(engine: number): Promise<void> {
    this.#engines.delete(engine);
    for (const worker of this.#idle) worker.forget(engine);
    if (this.#engines.size > 0) return;
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }
}

/** The one pool of a process or page. */
export const workerPool = new WorkerPool();
