import { type DType, elementCount, numbers, tensorFromBytes } from "@hodu/core";
import type { Memory } from "@hodu/core/kernel-ir";

/** The bytes of elements in the memory that they are packed for: half floats may become f32, all else stays as it is. */
export function constantBytes(
  bytes: Uint8Array,
  { dtype, shape }: { readonly dtype: DType; readonly shape: readonly number[] },
  memory: Memory,
): Uint8Array {
  if (memory !== "f32" || dtype === "f32") return bytes;
  const decoded = Float32Array.from(numbers(tensorFromBytes(dtype, [elementCount(shape)], bytes)));
  return new Uint8Array(decoded.buffer);
}
