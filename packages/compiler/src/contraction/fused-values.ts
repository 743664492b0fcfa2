import type { ScheduledValue } from "../schedule/values.ts";

/** The values of a graph, and which of them are kept in buffers. */
export interface FusedValues {
  value(id: number): ScheduledValue;
  isKept(id: number): boolean;
}
