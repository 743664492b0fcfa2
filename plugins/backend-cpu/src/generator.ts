import { HoduError } from "hodu-plugin-sdk";
import type { CodeGenerator } from "hodu-plugin-sdk/compiler";
import { findCompiler } from "./build/find-compiler.ts";
import { manifest } from "./manifest.ts";
import { nativeTarget } from "./target/native-target.ts";
import { unavailable } from "./unavailable.ts";

/** Programs as machine code of this processor, by way of C and the machine's compiler. What compiles is imported when it is used. */
export const generator: CodeGenerator = {
  id: manifest.id,
  version: manifest.version,
  devices: ["cpu"],
  async identity() {
    return `${process.platform} ${process.arch} ${nativeTarget()} ${findCompiler()?.identity ?? "no compiler"}`;
  },
  async available() {
    return unavailable() ?? true;
  },
  async target({ reproducible = false }) {
    const { scheduleTarget } = await import("./target/schedule-target.ts");
    return scheduleTarget(nativeTarget(), reproducible);
  },
  async generate(program, target, options, context) {
    const compiler = findCompiler();
    const missing = unavailable();
    if (missing !== undefined || compiler === undefined) {
      throw new HoduError("UNSUPPORTED", `Cannot compile for the cpu backend: ${missing}`, {
        hint: "run it on another backend: --backend wasm",
      });
    }
    const { buildProgram } = await import("./build/build-program.ts");
    return buildProgram(program, target, compiler, options, context);
  },
  async load(code, plan, { threads }) {
    const { loadProgram } = await import("./load/load-program.ts");
    return loadProgram(code, plan, threads);
  },
};
