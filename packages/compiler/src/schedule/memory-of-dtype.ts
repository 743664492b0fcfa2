import type { DType } from "@hodu/core";
import { ELEMENT_ARRAYS, type Memory } from "@hodu/core/kernel-ir";

/** The memory type of a dtype's elements; undefined for those that kernels do not read: strings, complex numbers, less than 8 bits. */
export function memoryOfDtype(dtype: DType): Memory | undefined {
  return Object.hasOwn(ELEMENT_ARRAYS, dtype) ? (dtype as Memory) : undefined;
}
