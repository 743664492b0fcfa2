import { ALIGNMENT } from "./limits.ts";

/** The next multiple of 64 from `offset` on. */
export function alignUp(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
