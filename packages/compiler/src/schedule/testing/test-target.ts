import type { ScheduleTarget } from "../types.ts";

/** A target with vectors of so many bytes. */
export function testTarget(vectorBytes: number): ScheduleTarget {
  return { name: "test", vectorBytes, registers: 16, hasFma: true, isReproducible: false };
}
