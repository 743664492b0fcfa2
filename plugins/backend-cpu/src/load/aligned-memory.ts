import { HoduError } from "hodu-plugin-sdk";
import type { ForeignFunctions } from "hodu-plugin-sdk/node";

/** Bytes of a cache line, and of the widest vector. */
const ALIGNMENT = 64;

/** Zeros at an address that is a multiple of 64, collected when nothing refers to them any more. Throws MEMORY_LIMIT. */
export function alignedMemory(bytes: number, foreign: ForeignFunctions): Uint8Array {
  try {
    const whole = new Uint8Array(new ArrayBuffer(bytes + ALIGNMENT));
    const past = Number(foreign.address(whole) % BigInt(ALIGNMENT));
    return whole.subarray((ALIGNMENT - past) % ALIGNMENT, ((ALIGNMENT - past) % ALIGNMENT) + bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HoduError("MEMORY_LIMIT", `Cannot run the model: there is no memory for ${bytes} bytes of values`, {
      cause,
    });
  }
}
