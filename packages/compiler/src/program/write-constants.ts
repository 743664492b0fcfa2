import { bytesOfTensor, type Weight } from "@hodu/core";
import { constantBytes } from "./constant-bytes.ts";
import { memoryWidth } from "./memory-width.ts";
import { packedCount, packElements } from "./pack-elements.ts";
import { packRows } from "./pack-rows.ts";
import type { ProgramConstant } from "./types.ts";

/** The bytes of a weight, as they are stored. */
export type ConstantReader = (weight: Weight) => Uint8Array;

/** Writes one constant of a program to its constants, which were all zeros and lie at a multiple of 8. */
export function writeConstants(
  { offset, memory, from, packing }: ProgramConstant,
  read: ConstantReader,
  constants: Uint8Array,
): void {
  const bytes = "kind" in from ? bytesOfTensor(from) : read(from);
  if (packing === undefined) return constants.set(bytes, offset);
  const width = memoryWidth(memory);
  const target = constants.subarray(offset, offset + packedCount(packing) * width);
  if (packing.rows !== undefined) return packRows(bytes, from.dtype === "i8", packing, packing.rows, target);
  const elements = constantBytes(bytes, from, memory);
  packElements(elements, width, packing, target);
}
