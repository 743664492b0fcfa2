import { foreignFunctions } from "hodu-plugin-sdk/node";
import { findCompiler } from "./build/find-compiler.ts";

/** Why this machine cannot compile and run with this backend, and what would help, in a line; undefined where it can. Nothing is started. */
export function unavailable(): string | undefined {
  if (process.platform !== "linux" && process.platform !== "darwin")
    return `it runs on Linux and macOS, not on ${process.platform}; the wasm backend runs here`;
  if (findCompiler() === undefined)
    return "neither clang nor gcc is on PATH; install one (apt install clang), or use the wasm backend, which needs none";
  if (foreignFunctions() === undefined)
    return "this process may not call native code, or there is no way to on this platform; the wasm backend runs here";
  return undefined;
}
