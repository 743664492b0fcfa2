import { abortError, onAbort } from "hodu-plugin-sdk";
import type { EngineStatus } from "hodu-plugin-sdk/compiler";
import type { Board } from "../threads/board.ts";
import { endRun, type ThreadSetup } from "../threads/kernel-thread.ts";
import type { KernelWorker } from "../threads/kernel-worker.ts";
import { workerPool } from "../threads/worker-pool.ts";
import type { WorkerRequest } from "../threads/worker-messages.ts";

/** Milliseconds that a kernel has to end by itself when a run is given up; then its threads are ended. */
const GRACE_MS = 20;

/** Milliseconds after which helpers of calls on the caller's thread are given back when none has come. */
const LINGER_MS = 50;

/** Keeps what it awaits from being reported as unhandled while nobody waits for it. */
const quietly = (promise: Promise<unknown>): void => void promise.catch(() => {});

/** The workers of one engine: those that lead and help its runs, taken from the pool for as long as they are needed. */
export class Crew {
  readonly #setup: ThreadSetup;
  readonly #threads: number;
  readonly #engine = workerPool.open(this);
  #lastRun = 0;
  /** Helpers of the caller's thread, which wait for its next phase. */
  #helpers: readonly KernelWorker[] = [];
  #isAlone = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: ThreadSetup, threads: number) {
    this.#setup = setup;
    this.#threads = threads;
  }

  /** Runs steps on workers. Throws what `abortError` says, and PLUGIN_CRASH; then no thread is left on the board. */
  async run(
    board: Board,
    first: number,
    last: number,
    isMeasured: boolean,
    signal: AbortSignal,
  ): Promise<EngineStatus> {
    this.leave(board);
    const workers = Array.from({ length: this.#threads }, () => workerPool.take());
    const end = (): Promise<void> => endAll(workers);
    const grace = abortGrace(signal, () => Atomics.store(board.words, board.at.abort, 1), end);
    try {
      const ending = await this.#ask(workers, board, first, last, isMeasured);
      if (signal.aborted || ending === undefined) throw abortError(signal, "finish the run");
      return ending;
    } catch (error) {
      await end();
      throw signal.aborted ? abortError(signal, "finish the run") : error;
    } finally {
      grace.done();
      await Promise.all(workers.map((worker) => workerPool.giveBack(worker)));
    }
  }

  /** Lets workers help the caller's thread; they stay until no phase comes for a while. false where there can be none. */
  help(board: Board): boolean {
    if (this.#isAlone) return false;
    if (this.#helpers.length === 0) this.#callHelpers(board);
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.leave(board), LINGER_MS);
    (this.#linger as { unref?: () => void }).unref?.();
    return true;
  }

  #callHelpers(board: Board): void {
    const run = this.#begin(board);
    this.#helpers = Array.from({ length: this.#threads - 1 }, () => workerPool.take());
    this.#helpers.forEach((worker, i) => {
      const request: WorkerRequest = { kind: "help", ...this.#attached(worker, i + 1), board, run };
      const asked = worker.request(request, false).catch(() => this.#lose(board));
      quietly(asked.then(() => workerPool.giveBack(worker)));
    });
  }

  /** Lets the helpers of the caller's thread go. */
  leave(board: Board): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#helpers.length === 0) return;
    this.#helpers = [];
    endRun(board);
  }

  async dispose(board: Board): Promise<void> {
    this.leave(board);
    await workerPool.close(this.#engine);
  }

  #begin({ words, at }: Board): number {
    this.#lastRun = (this.#lastRun % 1_000_000_000) + 1;
    Atomics.store(words, at.abort, 0);
    Atomics.store(words, at.run, this.#lastRun);
    return this.#lastRun;
  }

  /** One worker leads, the others help; when all have ended, what the first says. */
  async #ask(
    workers: readonly KernelWorker[],
    board: Board,
    first: number,
    last: number,
    isMeasured: boolean,
  ): Promise<EngineStatus | undefined> {
    const run = this.#begin(board);
    const hasHelpers = workers.length > 1;
    const endings = workers.map((worker, thread) => {
      const common = { ...this.#attached(worker, thread), board };
      const asked =
        thread === 0
          ? worker.request({ kind: "lead", ...common, first, last, hasHelpers, isMeasured }, true)
          : worker.request({ kind: "help", ...common, run }, true);
      return asked.catch((error: unknown) => {
        this.#break(board);
        throw error;
      });
    });
    const [ending] = await Promise.all(endings);
    return ending;
  }

  /** Makes a worker ready to be a thread of this engine. */
  #attached(worker: KernelWorker, thread: number): { readonly engine: number; readonly stack: number } {
    worker.attach(this.#engine, this.#setup);
    return { engine: this.#engine, stack: this.#setup.stacks + thread * this.#setup.stackBytes };
  }

  /** A helper that ended, or could not be started (a page may forbid it), is not asked again. */
  #lose(board: Board): void {
    this.#isAlone = true;
    if (Atomics.load(board.words, board.at.active) !== 0) this.#break(board);
  }

  /** After a thread has ended, nobody waits for it. */
  #break(board: Board): void {
    Atomics.store(board.words, board.at.broken, 1);
    Atomics.store(board.words, board.at.abort, 1);
    endRun(board);
  }
}

async function endAll(workers: readonly KernelWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}

/** Calls `stop` when the signal is aborted, and `kill` when that did not end the run soon. */
function abortGrace(signal: AbortSignal, stop: () => void, kill: () => Promise<void>): { readonly done: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = onAbort(signal, () => {
    stop();
    timer = setTimeout(() => quietly(kill()), GRACE_MS);
  });
  return {
    done: () => {
      leave();
      clearTimeout(timer);
    },
  };
}
