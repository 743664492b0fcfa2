import { type CompileOptions, type Dump, HoduError, quote } from "hodu-plugin-sdk";
import type { GeneratedCode, Program, ScheduleTarget } from "hodu-plugin-sdk/compiler";
import {
  emitWasm,
  printModule,
  turnsOf,
  WASM_TARGETS,
  type WasmKernel,
  type WasmTarget,
} from "hodu-plugin-sdk/compiler/wasm";
import type { KernelCode } from "./code/compiled-code.ts";
import { encodeCode } from "./code/encode-code.ts";
import { sizedIndex } from "./code/sized-index.ts";
import type { SizedTurns } from "./code/turns.ts";

/** One WebAssembly module of a program's kernels, and how they are called. Throws UNSUPPORTED for kernels that the emitter refuses. */
export function generateCode(
  { kernels }: Program,
  { name }: ScheduleTarget,
  { dump = [] }: CompileOptions,
): GeneratedCode {
  const start = performance.now();
  const target = targetOf(name);
  const { module, bytes, kernels: emitted } = emitWasm(kernels, target);
  const code = encodeCode({
    isShared: target.sharedMemory,
    kernels: emitted.map((kernel, i) => codeOf(kernel, kernels[i].sizes.length > 0)),
    module: bytes,
  });
  const dumps: readonly Dump[] = dump.includes("source")
    ? [{ stage: "source", name: "kernels.wat", text: printModule(module) }]
    : [];
  return { code, dumps, phases: [{ name: "assemble", milliseconds: performance.now() - start }] };
}

function targetOf(name: string): WasmTarget {
  const found = Object.values<WasmTarget>(WASM_TARGETS).find((target) => target.name === name);
  if (found !== undefined) return found;
  const known = Object.keys(WASM_TARGETS).join(", ");
  throw new HoduError("UNSUPPORTED", `Cannot compile for ${quote(name)}: expected one of ${known}`);
}

/** The turns of loops are numbers, or follow from the size of the program. */
function codeOf({ phases, stackBytes }: WasmKernel, isSized: boolean): KernelCode {
  return {
    stackBytes,
    ...(isSized && { isSized }),
    phases: phases.map(({ name, split }) => (split === undefined ? { name } : { name, turns: turnsIn(split) })),
  };
}

function turnsIn(split: NonNullable<WasmKernel["phases"][number]["split"]>): number | SizedTurns {
  const extent = sizedIndex(split.extent);
  return typeof extent === "number" ? turnsOf(split, new Map()) : { extent, step: split.step };
}
