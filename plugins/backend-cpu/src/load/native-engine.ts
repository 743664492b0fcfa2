import { abortError, onAbort } from "hodu-plugin-sdk";
import type { EngineStatus, KernelEngine, ProgramPlan } from "hodu-plugin-sdk/compiler";
import { alignedMemory } from "./aligned-memory.ts";
import { type BufferUse, bufferUses } from "./buffer-uses.ts";
import { hostOf, ownsThreads } from "./hosts.ts";
import { MemoryTable } from "./memory-table.ts";
import type { NativeProgram, RunArguments } from "./native-program.ts";

type Memory = readonly (Uint8Array | undefined)[];

/** Runs the kernels of a loaded program: on the caller's thread, or on one of Node's while the event loop goes on. */
export class NativeEngine implements KernelEngine {
  readonly reachesAllMemory = true;
  readonly #program: NativeProgram;
  readonly #plan: ProgramPlan;
  readonly #threads: number;
  /** By the first and last step, as one number: most runs ask for the same few. */
  readonly #uses = new Map<number, readonly BufferUse[]>();
  /** Tables that no run uses now. */
  readonly #tables: MemoryTable[] = [];
  /** What runs that are under way use: kept until they end. */
  readonly #runs = new Map<Promise<unknown>, readonly unknown[]>();
  #isDisposed = false;

  constructor(program: NativeProgram, plan: ProgramPlan, threads: number) {
    this.#program = program;
    this.#plan = plan;
    this.#threads = threads;
  }

  allocate(bytes: number): Uint8Array {
    return alignedMemory(bytes, this.#program.foreign);
  }

  runSync(first: number, last: number, memory: Memory, times: Float64Array | undefined): EngineStatus {
    const table = this.#takeTable(first, last, memory);
    try {
      const status = this.#program.run(...this.#arguments(table, first, last, times));
      return { status, step: table.state[1] };
    } finally {
      this.#tables.push(table);
    }
  }

  async run(
    first: number,
    last: number,
    memory: Memory,
    times: Float64Array | undefined,
    signal: AbortSignal,
  ): Promise<EngineStatus> {
    if (signal.aborted) throw abortError(signal, "run the model");
    const table = this.#takeTable(first, last, memory);
    const done = this.#runAside(this.#arguments(table, first, last, times));
    this.#runs.set(done, [memory, times]);
    const stop = onAbort(signal, () => void Atomics.store(table.state, 0, 1));
    try {
      const status = await done;
      if (signal.aborted) throw abortError(signal, "run the model");
      return { status, step: table.state[1] };
    } finally {
      stop();
      this.#runs.delete(done);
      this.#tables.push(table);
    }
  }

  /** Waits for runs that are under way. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await Promise.allSettled(this.#runs.keys());
    if (!ownsThreads(this.#program)) this.#program.close();
  }

  #takeTable(first: number, last: number, memory: Memory): MemoryTable {
    if (this.#isDisposed) throw new Error("a run of an engine that was disposed");
    const uses = this.#usesOf(first, last);
    const table =
      this.#tables.pop() ?? new MemoryTable(this.#plan.buffers.length, this.#plan.size ?? 0, this.#program.foreign);
    table.fill(memory, uses);
    table.state[0] = 0;
    return table;
  }

  #usesOf(first: number, last: number): readonly BufferUse[] {
    const key = first * (this.#plan.steps.length + 1) + last;
    const known = this.#uses.get(key);
    if (known !== undefined) return known;
    const uses = bufferUses(this.#plan, first, last);
    this.#uses.set(key, uses);
    return uses;
  }

  #arguments(table: MemoryTable, first: number, last: number, times: Float64Array | undefined): RunArguments {
    const host = hostOf(this.#threads, this.#program);
    const timesAddress = times === undefined ? 0n : this.#program.foreign.address(times);
    return [host, table.address, first, last, timesAddress, table.stateAddress];
  }

  #runAside(values: RunArguments): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#program.run.async(...values, (error, status) => (error === null ? resolve(status) : reject(error))),
    );
  }
}
