import { type CompileOptions, HoduError, quote } from "hodu-plugin-sdk";
import type { CodeGenerator, GeneratedCode, Program, ScheduleTarget } from "hodu-plugin-sdk/compiler";
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
import { type EngineFeatures, engineFeatures } from "./engine-features.ts";
import { loadCode } from "./load-code.ts";
import { manifest } from "./manifest.ts";

/** Vector registers of WebAssembly are locals; processors that run it have at least 16. */
const REGISTERS = 16;

/** Compiles programs to WebAssembly for the engine of this process. */
export const wasmGenerator: CodeGenerator = {
  id: manifest.id,
  version: manifest.version,
  devices: ["cpu"],
  async identity(options) {
    return targetFor(options, engineFeatures()).name;
  },
  async target(options) {
    const { name, vectorBytes, features } = targetFor(options, engineFeatures());
    const isReproducible = options.reproducible === true;
    return { name, vectorBytes, registers: REGISTERS, hasFma: features.includes("relaxed-simd"), isReproducible };
  },
  generate: async (program, target, options) => generateCode(program, target, options),
  load: loadCode,
};

/** Relaxed vectors round a product and its sum once or twice as the machine has it: not where bits must be the same everywhere. */
function targetFor({ reproducible }: CompileOptions, features: EngineFeatures): WasmTarget {
  const isRelaxed = features.relaxedVectors && reproducible !== true;
  if (features.sharedMemory) return WASM_TARGETS[isRelaxed ? "wasm-relaxed-threads" : "wasm-threads"];
  return WASM_TARGETS[isRelaxed ? "wasm-relaxed" : "wasm"];
}

function generateCode({ kernels }: Program, { name }: ScheduleTarget, { dump = [] }: CompileOptions): GeneratedCode {
  const target = (WASM_TARGETS as Readonly<Record<string, WasmTarget | undefined>>)[name];
  if (target === undefined)
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot compile for ${quote(name)}: expected one of ${Object.keys(WASM_TARGETS).join(", ")}`,
    );
  const start = performance.now();
  const emitted = emitWasm(kernels, target);
  const code = encodeCode({
    isShared: target.sharedMemory,
    kernels: emitted.kernels.map(codeOf),
    module: emitted.bytes,
  });
  const dumps = dump.includes("source")
    ? [{ stage: "source" as const, name: "kernels.wat", text: printModule(emitted.module) }]
    : [];
  return { code, dumps, phases: [{ name: "assemble", milliseconds: performance.now() - start }] };
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
