import type { Expression, Kernel } from "@hodu/core/kernel-ir";
import { encodeModule } from "../assembler/encode-module.ts";
import { WASM_LIMITS } from "../assembler/limits.ts";
import { ModuleBuilder } from "../assembler/module-builder.ts";
import type { WasmModule } from "../assembler/wasm-module.ts";
import { kernelKey } from "./kernel-key.ts";
import { definePhase, parameterCount } from "./kernel-function.ts";
import { mergeSplats } from "./merge-splats.ts";
import { phasesOf } from "./phases.ts";
import type { WasmTarget } from "./target.ts";
import { unsupported } from "./unsupported.ts";

/**
 * An exported function `(buffers..., sizes..., stack, begin, end) -> status`, all i32: addresses in bytes and sizes in the kernel's order, the
 * thread's memory for arrays, and the turns from `begin` up to `end`, which a phase without a split loop does not read.
 */
export interface WasmPhase {
  readonly name: string;
  /** The extent, over constants and the kernel's sizes, and the step of the loop whose turns may go to several threads in any order. */
  readonly split?: { readonly extent: Expression; readonly step: number };
}

/** How a kernel is called: phase after phase, the next when all turns of one have ended, up to the first status that is not 0. */
export interface WasmKernel {
  readonly phases: readonly WasmPhase[];
  /** Bytes that each thread has at `stack`, a multiple of 16 from 16 on. */
  readonly stackBytes: number;
}

/** A module that imports its memory as `env.memory`, and its kernels in the order given; equal ones share their functions. */
export interface WasmKernels {
  readonly module: WasmModule;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kernels: readonly WasmKernel[];
}

/** Pages of 64 KiB in 4 GiB. */
const ALL_PAGES = 65_536;

/**
 * Kernels as one WebAssembly module. They must have been verified. The same kernels give the same bytes, and no name of the IR or of the model
 * is in them; origins are comments in its text. Buffers lie from FIRST_BUFFER_ADDRESS on. Parallel loops that something is around run on one
 * thread. Throws UNSUPPORTED for barriers, for exact `fma` that the target does not have, and for kernels that are too large.
 */
export function emitWasm(kernels: readonly Kernel[], target: WasmTarget): WasmKernels {
  const builder = new ModuleBuilder("kernels");
  builder.importMemory("env", "memory", target.sharedMemory ? { min: 0, max: ALL_PAGES, shared: true } : { min: 0 });
  const emitted = new Map<string, WasmKernel>();
  const all = kernels.map((kernel) => {
    const key = kernelKey(kernel);
    const known = emitted.get(key) ?? emitKernel(builder, kernel, emitted.size, target);
    emitted.set(key, known);
    return known;
  });
  const module = builder.build();
  return { module, bytes: encodeModule(module), kernels: all };
}

function emitKernel(builder: ModuleBuilder, kernel: Kernel, number: number, target: WasmTarget): WasmKernel {
  if (parameterCount(kernel) > WASM_LIMITS.parameters)
    throw unsupported(`${parameterCount(kernel)} parameters, expected at most ${WASM_LIMITS.parameters}`);
  let stackBytes = 0;
  const phases = phasesOf({ ...kernel, body: mergeSplats(kernel.body) }).map((phase, i): WasmPhase => {
    const name = `kernel_${number}_${i}`;
    const made = definePhase(builder, name, kernel, phase, target);
    builder.export(name, made.handle);
    stackBytes = Math.max(stackBytes, made.stackBytes);
    const { split } = phase;
    return split === undefined ? { name } : { name, split: { extent: split.extent, step: split.loop.step } };
  });
  return { phases, stackBytes: Math.max(16, Math.ceil(stackBytes / 16) * 16) };
}
