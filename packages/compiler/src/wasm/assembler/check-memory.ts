import { WASM_LIMITS } from "./limits.ts";
import type { MemoryLimits } from "./types.ts";

/** Throws a RangeError for limits that no memory can have. */
export function checkMemory({ min, max, shared = false }: MemoryLimits): void {
  if (shared && max === undefined)
    throw new RangeError("Cannot declare a memory: found a shared one without an upper limit, expected max");
  const upper = max ?? min;
  const most = WASM_LIMITS.memoryPages;
  if (!Number.isInteger(min) || !Number.isInteger(upper) || min < 0 || min > upper || upper > most)
    throw new RangeError(`Cannot declare a memory: found ${min} to ${upper} pages, expected up to ${most} of 64 KiB`);
}
