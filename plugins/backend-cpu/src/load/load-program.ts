import { HoduError, quote } from "hodu-plugin-sdk";
import type { KernelEngine, ProgramPlan } from "hodu-plugin-sdk/compiler";
import { availableThreads } from "hodu-plugin-sdk/node";
import { decodeCode } from "../code.ts";
import { MAX_THREADS } from "../limits.ts";
import { runsHere } from "../target/native-target.ts";
import { NativeEngine } from "./native-engine.ts";
import { openProgram } from "./native-program.ts";

/**
 * Loads the code of a program, to run with `threads` threads (0: as many as there are processors to use). Throws UNSUPPORTED for code of
 * another system or processor.
 */
export function loadProgram(code: Uint8Array, plan: ProgramPlan, threads: number): KernelEngine {
  const { header, library } = decodeCode(code);
  const { platform, arch, target } = header;
  if (platform !== process.platform || arch !== process.arch || !runsHere(target)) {
    const found = quote(`${platform} ${arch} ${target}`);
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot load the compiled model: it is for ${found}, which this machine is not`,
      {
        hint: "compile it here: --no-cache",
      },
    );
  }
  const wanted = threads === 0 ? availableThreads() : threads;
  return new NativeEngine(openProgram(library), plan, Math.min(wanted, MAX_THREADS));
}
