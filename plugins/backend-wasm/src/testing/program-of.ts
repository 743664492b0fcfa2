import type { Kernel, Program, ProgramBuffer, ProgramPlan } from "hodu-plugin-sdk/compiler";
import type { KernelEngine } from "hodu-plugin-sdk/compiler";
import { loadCode } from "../load-code.ts";
import { wasmGenerator } from "../generator.ts";

/** A context without a deadline. */
export const quietContext = () => ({ signal: new AbortController().signal, log: () => {}, progress: () => {} });

/** A program of kernels that share buffers of f32, by numbers, run one after another. */
export function programOf(
  elements: readonly number[],
  steps: readonly { readonly kernel: Kernel; readonly buffers: readonly number[]; readonly flops?: number }[],
): Program {
  const buffers = elements.map(
    (count, i): ProgramBuffer => ({
      name: `buffer${i}`,
      memory: "f32",
      dims: [count],
      bytes: count * 4,
      place: { kind: "input", name: `buffer${i}` },
    }),
  );
  return {
    kernels: steps.map(({ kernel }) => kernel),
    buffers,
    steps: steps.map(({ kernel, buffers: used, flops = 0 }, i) => ({
      kind: "kernel",
      kernel: i,
      buffers: used,
      origin: kernel.origin,
      operator: kernel.name,
      flops,
    })),
    outputs: [],
    arenaBytes: 0,
    constants: [],
    constantBytes: 0,
  };
}

/** The engine of a program, and its buffers in the engine's memory. */
export interface LoadedProgram {
  readonly engine: KernelEngine;
  readonly memory: readonly Uint8Array[];
  readonly floats: readonly Float32Array[];
}

/** Generates and loads a program, as a session does. */
export async function loadProgram(program: Program, threads: number): Promise<LoadedProgram> {
  const options = { device: "cpu", precision: "native" } as const;
  const target = await wasmGenerator.target(options, quietContext());
  const { code } = await wasmGenerator.generate(program, target, options, quietContext());
  const plan: ProgramPlan = program;
  const engine = await loadCode(code, plan, { threads, maxMemory: 2 ** 32 }, quietContext());
  const memory = program.buffers.map(({ bytes }) => engine.allocate(bytes));
  const floats = memory.map(
    ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4),
  );
  return { engine, memory, floats };
}
