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

/** One WebAssembly module of a program's kernels, and how they are called. Throws UNSUPPORTED for kernels that the emitter refuses. */
export function generateCode(
  { kernels }: Program,
  { name }: ScheduleTarget,
  { dump = [] }: CompileOptions,
): GeneratedCode {
  const start = performance.now();
  const target = targetOf(name);
  const { module, bytes, kernels: emitted } = emitWasm(kernels, target);
  const code = encodeCode({ isShared: target.sharedMemory, kernels: emitted.map(codeOf), module: bytes });
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

/** The shapes of a program are numbers, and so are the turns of its loops. */
function codeOf({ phases, stackBytes }: WasmKernel): KernelCode {
  return {
    stackBytes,
    phases: phases.map(({ name, split }) =>
      split === undefined ? { name } : { name, turns: turnsOf(split, new Map()) },
    ),
  };
}
