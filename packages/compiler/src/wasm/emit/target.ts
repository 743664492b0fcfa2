/** What instructions an engine has beyond WebAssembly 2.0: relaxed vectors, which fuse a * b + c. */
export type WasmFeature = "relaxed-simd";

/** An engine that kernels are assembled for, as data. */
export interface WasmTarget {
  readonly name: string;
  /** Bytes of a vector register. Wider vectors are made of several, narrower ones leave the rest of one unused. */
  readonly vectorBytes: 16;
  readonly features: readonly WasmFeature[];
  /** Whether the memory is shared between threads. */
  readonly sharedMemory: boolean;
  /** Floats of which `fma` can be `exact`; lowering for this target avoids the others. */
  readonly exactFma: readonly ("f32" | "f64")[];
}

const base: WasmTarget = {
  name: "wasm",
  vectorBytes: 16,
  features: [],
  sharedMemory: false,
  exactFma: ["f32"],
};

/** The targets by name. */
export const WASM_TARGETS = {
  wasm: base,
  "wasm-relaxed": { ...base, name: "wasm-relaxed", features: ["relaxed-simd"] },
  "wasm-relaxed-threads": { ...base, name: "wasm-relaxed-threads", features: ["relaxed-simd"], sharedMemory: true },
  "wasm-threads": { ...base, name: "wasm-threads", sharedMemory: true },
} as const satisfies Readonly<Record<string, WasmTarget>>;
