import { decodeTable, encodeBf16, encodeF16 } from "../dtypes/float-codec.ts";
import type { ScalarValue } from "./scalar-values.ts";
import type { Memory } from "./types.ts";

/** The array class that holds elements of each memory type: bool as bytes, f16 and bf16 as their bits. */
export const ELEMENT_ARRAYS = {
  bool: Uint8Array,
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  f32: Float32Array,
  f64: Float64Array,
} as const satisfies Record<Memory, unknown>;

/** The elements of one buffer. */
export type ElementArray = InstanceType<(typeof ELEMENT_ARRAYS)[Memory]>;

/** The value that a load gives for an element: f16 and bf16 as f32, bool as "not 0". */
export function readElement(memory: Memory, elements: ElementArray, index: number): ScalarValue {
  const stored = elements[index];
  if (memory === "bool") return Number(stored) !== 0;
  return memory === "f16" || memory === "bf16" ? decodeTable(memory)[Number(stored)] : stored;
}

const ENCODERS: Partial<Readonly<Record<Memory, (value: ScalarValue) => number>>> = {
  bool: (value) => (value === true ? 1 : 0),
  f16: (value) => encodeF16(Number(value)),
  bf16: (value) => encodeBf16(Number(value)),
};

/** Writes the value of a store to an element. */
export function writeElement(memory: Memory, elements: ElementArray, index: number, value: ScalarValue): void {
  const stored = ENCODERS[memory]?.(value) ?? value;
  (elements as { [index: number]: ScalarValue })[index] = stored;
}
