import type { ScheduleTarget } from "hodu-plugin-sdk/compiler";
import { C_TARGETS, type CFeature } from "hodu-plugin-sdk/compiler/c";
import type { TargetName } from "./native-target.ts";

/** A target of the C emitter as the scheduler sees it. */
export function scheduleTarget(name: TargetName, isReproducible: boolean): ScheduleTarget {
  const { vectorBytes, features } = C_TARGETS[name];
  const has = (wanted: CFeature): boolean => features.some((feature) => feature === wanted);
  const hasManyRegisters = vectorBytes === 64 || name === "arm64";
  return {
    name,
    vectorBytes,
    registers: hasManyRegisters ? 32 : 16,
    hasFma: has("fma"),
    ...(has("madd") && { dots: has("vnni") ? 4 : 2 }),
    isReproducible,
  };
}
