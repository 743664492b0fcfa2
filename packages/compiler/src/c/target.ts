/**
 * What the instruction set of a target has beyond its base: fused multiply-add, rounding to whole floats, f16 conversion, sums of two
 * 16-bit products, of four 8-bit ones.
 */
export type CFeature = "fma" | "rounding" | "f16c" | "madd" | "vnni";

/** A processor that C is emitted for, as data. */
export interface CTarget {
  readonly name: string;
  /** Bytes of a vector register. */
  readonly vectorBytes: 16 | 32 | 64;
  readonly features: readonly CFeature[];
  /** How gcc and clang are told; none where the compiler's default serves. */
  readonly flags: readonly string[];
  /** Macros that the compiler predefines for this target: without them a generated file does not compile. */
  readonly requires: readonly string[];
}

/** Any processor with vectors of 16 bytes that a C compiler makes code for by default. */
const base: CTarget = { name: "base", vectorBytes: 16, features: [], flags: [], requires: [] };

/** AVX2, FMA, F16C: x86 from 2013 on. */
const x86V3: CTarget = {
  name: "x86-64-v3",
  vectorBytes: 32,
  features: ["fma", "rounding", "f16c", "madd"],
  flags: ["-march=x86-64-v3"],
  requires: ["__AVX2__", "__FMA__", "__F16C__"],
};

/** AVX-512 F, BW, CD, DQ, VL. */
const x86V4: CTarget = {
  name: "x86-64-v4",
  vectorBytes: 64,
  features: ["fma", "rounding", "f16c", "madd"],
  flags: ["-march=x86-64-v4", "-mprefer-vector-width=512"],
  requires: ["__AVX512F__", "__AVX512BW__", "__AVX512VL__", "__AVX512DQ__", "__FMA__", "__F16C__"],
};

/** AVX-512 with its dot products of bytes: x86 servers from 2019 on. */
const x86V4Vnni: CTarget = {
  name: "x86-64-v4-vnni",
  vectorBytes: 64,
  features: ["fma", "rounding", "f16c", "madd", "vnni"],
  flags: [...x86V4.flags, "-mavx512vnni"],
  requires: [...x86V4.requires, "__AVX512VNNI__"],
};

/** Arm of 64 bits: NEON. */
const arm64: CTarget = {
  name: "arm64",
  vectorBytes: 16,
  features: ["fma", "rounding"],
  flags: [],
  requires: ["__aarch64__"],
};

/** The targets by name. */
export const C_TARGETS = {
  arm64,
  base,
  "x86-64-v3": x86V3,
  "x86-64-v4": x86V4,
  "x86-64-v4-vnni": x86V4Vnni,
} as const satisfies Readonly<Record<string, CTarget>>;

/**
 * Flags that every file is compiled with, by gcc and clang. The text says where a * b + c is fused, so the compiler does not contract it;
 * no errno and no traps of floats, so that square roots and rounding are instructions; no notes on
 * how vectors are passed, since functions that take them are inlined.
 */
export const C_FLAGS: readonly string[] = [
  "-std=gnu11",
  "-ffreestanding",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fPIC",
  "-Wno-psabi",
];
