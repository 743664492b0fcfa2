import { ELEMENT_ARRAYS, type Memory } from "@hodu/core/kernel-ir";

/** Bytes of an element of a buffer. */
export function memoryWidth(memory: Memory): number {
  return ELEMENT_ARRAYS[memory].BYTES_PER_ELEMENT;
}
