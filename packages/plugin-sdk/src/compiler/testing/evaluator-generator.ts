import type { ScheduleTarget } from "@hodu/compiler";
import { type ElementArray, ELEMENT_ARRAYS, type Kernel, runKernel } from "@hodu/core/kernel-ir";
import { HoduError } from "@hodu/core";
import { nextTurn } from "../../steps/drive.ts";
import type { CodeGenerator, EngineStatus, KernelEngine, ProgramPlan } from "../code-generator.ts";

/** How the engine of a test behaves. */
export interface EvaluatorOptions {
  /** Whether kernels reach any memory; else what they are given must be what was allocated. Default: true. */
  readonly reachesAllMemory?: boolean;
  /** Told of each kernel that runs. */
  readonly onStep?: (step: number) => void;
  readonly vectorBytes?: number;
}

/** A generator for tests: its code is the kernels as text, its engine the evaluator of the kernel IR. */
export function evaluatorGenerator(options: EvaluatorOptions = {}): CodeGenerator {
  const target: ScheduleTarget = {
    name: "test",
    vectorBytes: options.vectorBytes ?? 16,
    registers: 16,
    hasFma: true,
    isReproducible: false,
  };
  return {
    id: "hodu-backend-evaluator",
    version: "0.0.1",
    devices: ["cpu"],
    target: async () => target,
    generate: async ({ kernels }) => ({ code: encodeKernels(kernels), dumps: [], phases: [] }),
    load: async (code, program) => new EvaluatorEngine(decodeKernels(code), program, options),
  };
}

class EvaluatorEngine implements KernelEngine {
  readonly reachesAllMemory: boolean;
  readonly #kernels: readonly Kernel[];
  readonly #program: ProgramPlan;
  readonly #options: EvaluatorOptions;
  #allocated: ArrayBufferLike | undefined;
  #isDisposed = false;

  constructor(kernels: readonly Kernel[], program: ProgramPlan, options: EvaluatorOptions) {
    this.#kernels = kernels;
    this.#program = program;
    this.#options = options;
    this.reachesAllMemory = options.reachesAllMemory ?? true;
  }

  allocate(bytes: number): Uint8Array {
    const memory = new Uint8Array(bytes);
    if (!this.reachesAllMemory && this.#allocated !== undefined) throw new Error("allocate was called twice");
    this.#allocated = memory.buffer;
    return memory;
  }

  async run(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
    signal: AbortSignal,
  ): Promise<EngineStatus> {
    for (let step = first; step < last; step++) {
      signal.throwIfAborted();
      const status = this.#step(step, memory, times);
      if (status !== 0) return { status, step };
      await nextTurn();
    }
    return { status: 0, step: last };
  }

  runSync(
    first: number,
    last: number,
    memory: readonly (Uint8Array | undefined)[],
    times: Float64Array | undefined,
  ): EngineStatus {
    for (let step = first; step < last; step++) {
      const status = this.#step(step, memory, times);
      if (status !== 0) return { status, step };
    }
    return { status: 0, step: last };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }

  #step(number: number, memory: readonly (Uint8Array | undefined)[], times: Float64Array | undefined): number {
    if (this.#isDisposed) throw new HoduError("BAD_USAGE", "Cannot run a kernel: the engine was disposed of");
    const step = this.#program.steps[number];
    if (step.kind !== "kernel") throw new Error(`step ${number} is no kernel`);
    const kernel = this.#kernels[step.kernel];
    this.#options.onStep?.(number);
    const arrays = kernel.buffers.map(({ memory: type, access }, i) => {
      const bytes = memory[step.buffers[i]];
      if (bytes === undefined) throw new Error(`buffer ${step.buffers[i]} is not bound`);
      if (!this.reachesAllMemory && bytes.buffer !== this.#allocated) throw new Error("memory of someone else");
      return { bytes, elements: elementsOf(bytes, ELEMENT_ARRAYS[type]), isWritten: access !== "read" };
    });
    const start = performance.now();
    const status = runKernel(
      kernel,
      arrays.map(({ elements }) => elements),
      kernel.sizes.map(() => this.#program.size!),
    );
    if (times !== undefined) times[number] = performance.now() - start;
    for (const { bytes, elements, isWritten } of arrays)
      if (isWritten && elements.buffer !== bytes.buffer)
        bytes.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
    return status;
  }
}

type ElementClass = (typeof ELEMENT_ARRAYS)[keyof typeof ELEMENT_ARRAYS];

function elementsOf(bytes: Uint8Array, Class: ElementClass): ElementArray {
  const width = Class.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new Class(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / width);
}

function encodeKernels(kernels: readonly Kernel[]): Uint8Array {
  const text = JSON.stringify(kernels, (_, value: unknown) => {
    if (typeof value === "bigint") return { big: value.toString() };
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
      return { number: Object.is(value, -0) ? "-0" : String(value) };
    return value;
  });
  return new TextEncoder().encode(text);
}

function decodeKernels(code: Uint8Array): readonly Kernel[] {
  return JSON.parse(new TextDecoder().decode(code), (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { big, number } = value as { readonly big?: string; readonly number?: string };
    if (big !== undefined) return BigInt(big);
    return number === undefined ? value : Number(number);
  }) as readonly Kernel[];
}
