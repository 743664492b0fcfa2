export { wasmGenerator } from "./generator.ts";
export { manifest } from "./manifest.ts";
