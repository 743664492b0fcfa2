import { abortError, HoduError } from "hodu-plugin-sdk";
import type { EngineStatus, KernelEngine } from "hodu-plugin-sdk/compiler";
import { type Board, newBoard } from "../threads/board.ts";
import { type KernelThread, leadRun, openThread, type ThreadSetup, walkSteps } from "../threads/kernel-thread.ts";
import { threadEnded } from "../threads/kernel-worker.ts";
import { leavesCallersThread } from "../threads/start-worker.ts";
import { Crew } from "./crew.ts";
import { walkInSlices } from "./give-way.ts";
import type { LinearMemory } from "./linear-memory.ts";
import type { EstimatedStep } from "./plan-steps.ts";

/** Steps that take longer, or a stretch of them that does, are not run on the caller's thread by `run`. */
const MAX_STEP_MS = 1;
const MAX_STRETCH_MS = 8;

/** A stretch that takes less is over before a helper has woken up. */
const WORTH_HELP_MS = 1;

/** Milliseconds of the longest of some steps, and of all. */
interface Estimate {
  readonly most: number;
  readonly total: number;
}

/** What an engine is made of. */
export interface EngineParts {
  readonly setup: ThreadSetup & { readonly steps: readonly EstimatedStep[] };
  readonly memory: LinearMemory;
  readonly buffers: number;
  readonly threads: number;
  readonly isShared: boolean;
}

/**
 * Runs a program in one WebAssembly memory. In Node what takes long runs in workers, so that the caller's thread is free; in a page it runs
 * on the caller's, which is a worker of the page, in slices. One run at a time.
 */
export class WasmEngine implements KernelEngine {
  readonly reachesAllMemory = false;
  readonly #parts: EngineParts;
  readonly #crew: Crew | undefined;
  #board: Board;
  #thread: KernelThread | undefined;
  /** By the first and last step, as one number: most runs ask for the same few. */
  readonly #estimates = new Map<number, Estimate>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#board = this.#newBoard();
    this.#crew = parts.isShared ? new Crew(parts.setup, parts.threads) : undefined;
  }

  allocate(bytes: number): Uint8Array {
    return this.#parts.memory.allocate(bytes);
  }

  async run(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
    signal: AbortSignal,
  ): Promise<EngineStatus> {
    if (signal.aborted) throw abortError(signal, "finish the run");
    this.#place(memory);
    const ending = await this.#walk(first, last, times !== undefined, signal);
    this.#giveTimes(first, ending, times);
    return ending;
  }

  runSync(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
  ): EngineStatus {
    this.#place(memory);
    const hasHelpers = this.#estimate(first, last).total > WORTH_HELP_MS && this.#help();
    try {
      const walk = walkSteps(this.#own(), this.#board, first, last, hasHelpers, times !== undefined);
      const ending = leadRun(walk, this.#board);
      if (ending.step < 0) throw new Error("a helper ended before");
      this.#giveTimes(first, ending, times);
      return ending;
    } catch (error) {
      throw this.#renewed(error);
    }
  }

  async dispose(): Promise<void> {
    await this.#crew?.dispose(this.#board);
  }

  async #walk(first: number, last: number, isMeasured: boolean, signal: AbortSignal): Promise<EngineStatus> {
    const { most, total } = this.#estimate(first, last);
    const isShort = most <= MAX_STEP_MS && total <= MAX_STRETCH_MS;
    if (isShort || this.#crew === undefined || !leavesCallersThread()) {
      const hasHelpers = !isShort && this.#help();
      return walkInSlices(walkSteps(this.#own(), this.#board, first, last, hasHelpers, isMeasured), signal);
    }
    try {
      return await this.#crew.run(this.#board, first, last, isMeasured, signal);
    } catch (error) {
      throw this.#renewed(error);
    }
  }

  #estimate(first: number, last: number): Estimate {
    const steps: readonly EstimatedStep[] = this.#parts.setup.steps;
    const stretch = first * (steps.length + 1) + last;
    const known = this.#estimates.get(stretch);
    if (known !== undefined) return known;
    const found = estimateOf(steps.slice(first, last));
    this.#estimates.set(stretch, found);
    return found;
  }

  #help(): boolean {
    return this.#parts.threads > 1 && this.#crew !== undefined && this.#crew.help(this.#board);
  }

  /** The kernels for the caller's thread, made ready when it first runs some. */
  #own(): KernelThread {
    this.#thread ??= openThread(this.#parts.setup);
    return this.#thread;
  }

  #place(memory: readonly (Uint8Array | undefined)[]): void {
    const { addresses } = this.#board;
    for (let buffer = 0; buffer < memory.length; buffer++) {
      const bytes = memory[buffer];
      if (bytes !== undefined) addresses[buffer] = bytes.byteOffset;
    }
  }

  #giveTimes(first: number, { step }: EngineStatus, times: Float64Array | undefined): void {
    times?.set(this.#board.times.subarray(first, step), first);
  }

  /** After an error threads may have left the board anywhere: the next run gets another. */
  #renewed(error: unknown): unknown {
    this.#crew?.leave(this.#board);
    this.#board = this.#newBoard();
    return error instanceof HoduError ? error : threadEnded(String(error));
  }

  #newBoard(): Board {
    const { buffers, setup, isShared } = this.#parts;
    return newBoard(buffers, setup.steps.length, isShared);
  }
}

function estimateOf(steps: readonly EstimatedStep[]): Estimate {
  const times = steps.map(({ estimate }) => estimate);
  return {
    most: times.reduce((most, time) => Math.max(most, time), 0),
    total: times.reduce((sum, time) => sum + time, 0),
  };
}
