import { KernelWorker } from "./kernel-worker.ts";

/** Workers that stay for the next run; what more were needed at once end after it. */
const MAX_IDLE = 64;

/** The workers of this process, which all engines share; the first run that needs them starts them. */
class WorkerPool {
  readonly #idle: KernelWorker[] = [];
  readonly #engines = new Set<number>();
  readonly #owners = new FinalizationRegistry<number>((engine) => void this.close(engine).catch(() => {}));
  #lastEngine = 0;

  /** Counts an engine, whose number it gives. One whose owner was collected is closed: workers hold its memory until then. */
  open(owner: object): number {
    this.#lastEngine++;
    this.#engines.add(this.#lastEngine);
    this.#owners.register(owner, this.#lastEngine);
    return this.#lastEngine;
  }

  /** A worker that does nothing else until it is given back: the one that was given back last, or a new one. */
  take(): KernelWorker {
    return this.#idle.pop() ?? new KernelWorker();
  }

  /** Takes a worker back. One that ended is dropped; one that knows an engine that is gone ends, and the engine's memory with it. */
  async giveBack(worker: KernelWorker): Promise<void> {
    if (this.#isOfUse(worker) && this.#idle.length < MAX_IDLE) this.#idle.push(worker);
    else await worker.terminate();
  }

  /** An engine is gone, and so are the workers that know it: nothing else makes them free its memory. */
  async close(engine: number): Promise<void> {
    this.#engines.delete(engine);
    const ended = this.#idle.filter((worker) => !this.#isOfUse(worker));
    this.#idle.splice(0, this.#idle.length, ...this.#idle.filter((worker) => this.#isOfUse(worker)));
    await Promise.all(ended.map((worker) => worker.terminate()));
  }

  #isOfUse(worker: KernelWorker): boolean {
    return worker.isAlive && this.#engines.size > 0 && worker.knowsOnly(this.#engines);
  }
}

/** The one pool of a process or page. */
export const workerPool = new WorkerPool();
