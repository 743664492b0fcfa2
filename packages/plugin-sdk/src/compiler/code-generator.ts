import type { Program, ScheduleTarget } from "@hodu/compiler";
import type { CompileOptions, CompilePhase, Dump, SessionOptions } from "../contracts/backend.ts";
import type { CallContext } from "../contracts/call-context.ts";

/** What a backend that compiles supplies; `compiledBackend` makes a backend of it. */
export interface CodeGenerator {
  /** Id and version of the plugin: part of every artifact, which another version refuses. */
  readonly id: string;
  readonly version: string;
  /** Canonical names of the devices. */
  readonly devices: readonly string[];
  /** As `identity` of a backend, which gives it: what decides the code beside the program, the options and the version. Quick. */
  identity?(options: CompileOptions): Promise<string>;
  /** As `available` of a backend. */
  available?(device: string): Promise<true | string>;
  /** What the kernels are scheduled for, found out once for each compilation: the processor's instructions, the engine's features. */
  target(options: CompileOptions, context: CallContext): Promise<ScheduleTarget>;
  /** Machine code, or a module, of a program's kernels. The same program and options give the same bytes. */
  generate(
    program: Program,
    target: ScheduleTarget,
    options: CompileOptions,
    context: CallContext,
  ): Promise<GeneratedCode>;
  /** Makes code ready to run. Throws UNSUPPORTED where this machine cannot run it. */
  load(code: Uint8Array, program: ProgramPlan, options: SessionOptions, context: CallContext): Promise<KernelEngine>;
}

/** A program without its kernels: what is kept of it in an artifact. */
export type ProgramPlan = Omit<Program, "kernels">;

/** What a generator makes of a program. */
export interface GeneratedCode {
  /** All that `load` needs. */
  readonly code: Uint8Array;
  readonly dumps: readonly Dump[];
  readonly phases: readonly CompilePhase[];
}

/** What ends a stretch of kernels: status 0 at the end of it, or what a guard of the kernel of `step` returned. */
export interface EngineStatus {
  readonly status: number;
  readonly step: number;
}

/** The loaded code of one program. */
export interface KernelEngine {
  /**
   * Whether kernels read and write any memory of this process. Otherwise only what `allocate` gave: then a session copies inputs, weights and
   * outputs, and runs one after another.
   */
  readonly reachesAllMemory: boolean;
  /**
   * Memory for kernels: zeros, at an address that is a multiple of 64. Throws MEMORY_LIMIT. It is freed with the engine, or collected. An
   * engine that does not reach all memory is asked once, for everything.
   */
  allocate(bytes: number): Uint8Array;
  /**
   * Runs steps `first` up to `last` (exclusive) of the program, all of them kernels, without a turn of the event loop being kept waiting.
   * `memory` by number of buffer. `times` gets the milliseconds of each step, by its number. Ends soon after `signal` is aborted: then it
   * throws, when no kernel touches the memory any more.
   */
  run(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
    signal: AbortSignal,
  ): Promise<EngineStatus>;
  /** The same on the caller's thread, which waits for it. */
  runSync(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
  ): EngineStatus;
  dispose(): Promise<void>;
}
