/** What the WebAssembly engine of this process has. */
export interface EngineFeatures {
  /** Instructions that may fuse a * b + c. */
  readonly relaxedVectors: boolean;
  /** Memory that threads share: in a page only where it is isolated from other origins. */
  readonly sharedMemory: boolean;
}

/** A module with one function, f32x4.relaxed_madd of its three parameters; a test assembles it. */
export const RELAXED_PROBE: Uint8Array<ArrayBuffer> = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b, 0x03,
  0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b,
]);

let found: EngineFeatures | undefined;

/** Finds out once what the engine has. */
export function engineFeatures(): EngineFeatures {
  found ??= { relaxedVectors: WebAssembly.validate(RELAXED_PROBE), sharedMemory: hasSharedMemory() };
  return found;
}

/** Pages without isolation have no SharedArrayBuffer, or cannot send one to a worker. */
function hasSharedMemory(): boolean {
  if (typeof SharedArrayBuffer === "undefined") return false;
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return crossOriginIsolated ?? true;
}
