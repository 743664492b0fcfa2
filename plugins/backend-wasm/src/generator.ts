import type { CompileOptions } from "hodu-plugin-sdk";
import type { CodeGenerator } from "hodu-plugin-sdk/compiler";
import { type EngineFeatures, engineFeatures } from "./engine-features.ts";
import { loadCode } from "./load-code.ts";
import { manifest } from "./manifest.ts";

/** Vector registers of x86-64, without the one that V8 keeps to itself; others have more. */
const REGISTERS = 15;

/** Bytes of a vector of WebAssembly. */
const VECTOR_BYTES = 16;

/** Compiles programs to WebAssembly for the engine of this process. The emitter is loaded when something is compiled. */
export const wasmGenerator: CodeGenerator = {
  id: manifest.id,
  version: manifest.version,
  devices: ["cpu"],
  async identity(options) {
    return targetName(options, engineFeatures());
  },
  async target(options) {
    const features = engineFeatures();
    return {
      name: targetName(options, features),
      vectorBytes: VECTOR_BYTES,
      registers: REGISTERS,
      hasFma: isRelaxed(options, features),
      loadsFirst: true,
      dots: 2,
      isReproducible: options.reproducible === true,
    };
  },
  async generate(program, target, options) {
    const { generateCode } = await import("./generate-code.ts");
    return generateCode(program, target, options);
  },
  load: loadCode,
};

/** Relaxed vectors round a product and its sum once or twice as the machine has it: not where bits must be the same everywhere. */
const isRelaxed = ({ reproducible }: CompileOptions, { relaxedVectors }: EngineFeatures): boolean =>
  relaxedVectors && reproducible !== true;

/** Name of one of WASM_TARGETS. */
function targetName(options: CompileOptions, features: EngineFeatures): string {
  return ["wasm", isRelaxed(options, features) && "relaxed", features.sharedMemory && "threads"]
    .filter((part) => part !== false)
    .join("-");
}
