import { definePlugin } from "hodu-plugin-sdk";
import { compiledBackend } from "hodu-plugin-sdk/compiler";
import { wasmGenerator } from "./generator.ts";
import { manifest } from "./manifest.ts";

/** Runs models as WebAssembly, which needs no toolchain. */
export default definePlugin({ manifest, backends: { wasm: compiledBackend(wasmGenerator) } });
