import { processorFeatures } from "./processor-features.ts";

/** The targets of the C emitter that this backend compiles for. */
export type TargetName = "arm64" | "base" | "x86-64-v3" | "x86-64-v4" | "x86-64-v4-vnni";

const V3 = ["avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "movbe"];
const V4 = [...V3, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

/** What a processor must have for the code of a target, as Linux names it. */
const NEEDS = {
  "x86-64-v4-vnni": [...V4, "avx512_vnni"],
  "x86-64-v4": V4,
  "x86-64-v3": V3,
} as const satisfies Partial<Record<TargetName, readonly string[]>>;

/** The richest target whose code this machine runs. */
export function nativeTarget(): TargetName {
  if (process.arch === "arm64") return "arm64";
  const names = ["x86-64-v4-vnni", "x86-64-v4", "x86-64-v3"] as const;
  return names.find((name) => runsHere(name)) ?? "base";
}

/** Whether this machine runs the code of a target by that name. */
export function runsHere(name: string): boolean {
  if (name === "base" || name === "arm64") return (name === "arm64") === (process.arch === "arm64");
  const needs: readonly string[] | undefined = NEEDS[name as keyof typeof NEEDS];
  return needs !== undefined && needs.every((feature) => processorFeatures().has(feature));
}
