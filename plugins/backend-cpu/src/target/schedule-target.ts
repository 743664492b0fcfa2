import type { ScheduleTarget } from "hodu-plugin-sdk/compiler";
import { C_TARGETS } from "hodu-plugin-sdk/compiler/c";
import type { TargetName } from "./native-target.ts";

/** A target of the C emitter as the scheduler sees it. */
export function scheduleTarget(name: TargetName, isReproducible: boolean): ScheduleTarget {
  const { vectorBytes, features } = C_TARGETS[name];
  const hasManyRegisters = vectorBytes === 64 || name === "arm64";
  return {
    name,
    vectorBytes,
    registers: hasManyRegisters ? 32 : 16,
    hasFma: features.some((feature) => feature === "fma"),
    isReproducible,
  };
}
