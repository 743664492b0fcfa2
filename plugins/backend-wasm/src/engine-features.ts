import { encodeModule, ModuleBuilder } from "hodu-plugin-sdk/compiler/wasm";

/** What the WebAssembly engine of this process has. */
export interface EngineFeatures {
  /** Instructions that may fuse a * b + c. */
  readonly relaxedVectors: boolean;
  /** Memory that threads share: in a page only where it is isolated from other origins. */
  readonly sharedMemory: boolean;
}

let found: EngineFeatures | undefined;

/** Finds out once what the engine has. */
export function engineFeatures(): EngineFeatures {
  found ??= { relaxedVectors: hasRelaxedVectors(), sharedMemory: hasSharedMemory() };
  return found;
}

function hasRelaxedVectors(): boolean {
  const builder = new ModuleBuilder("probe");
  const probe = builder.addFunction("probe", { params: ["v128", "v128", "v128"], results: ["v128"] });
  builder.define(probe, (code, a, b, c) => {
    for (const operand of [a, b, c]) code.local.get(operand);
    code.f32x4.relaxed_madd();
  });
  return WebAssembly.validate(encodeModule(builder.build()));
}

/** Pages without isolation have no SharedArrayBuffer, or cannot send one to a worker. */
function hasSharedMemory(): boolean {
  if (typeof SharedArrayBuffer === "undefined") return false;
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return crossOriginIsolated ?? true;
}
