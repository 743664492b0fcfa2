import type { Snapshot } from "@hodu/core";

/** Makes every object and list of a Snapshot refuse changes; bytes, which cannot be frozen, are left to its digest. */
export function deepFreeze(snapshot: Snapshot): Snapshot {
  const waiting: object[] = [snapshot];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (ArrayBuffer.isView(next) || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const value of Object.values(next) as unknown[])
      if (typeof value === "object" && value !== null) waiting.push(value);
  }
  return snapshot;
}
