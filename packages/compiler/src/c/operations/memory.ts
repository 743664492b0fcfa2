import type { Memory } from "@hodu/core/kernel-ir";
import { type CScalar, type CType, type MaskWidth, maskType, suffixOf, unsignedOf, widthOf } from "../c-type.ts";
import { bare } from "../bare.ts";
import type { Prelude } from "../prelude.ts";
import { bitsOf, convertMask, convertOf } from "./lanes.ts";

/** Elements in memory: where the first is, and how many lie side by side. */
export interface Place {
  readonly memory: Memory;
  /** C text of a pointer of the buffer's type. */
  readonly buffer: string;
  readonly index: string;
  readonly lanes: number;
  readonly mask?: { readonly text: string; readonly width: MaskWidth };
}

/** What an element is as bytes: half floats are their bits, a bool a byte. */
export function storedScalar(memory: Memory): CScalar {
  if (memory === "f16" || memory === "bf16") return "u16";
  return memory === "bool" ? "u8" : memory;
}

/** C text of what is read; bools of a vector are a mask of bytes. */
export function loadText(prelude: Prelude, place: Place): string {
  const { memory, lanes } = place;
  const stored = loadStored(prelude, place);
  if (memory === "bool")
    return lanes === 1 ? `(${stored} != 0)` : `((hodu_${prelude.type(maskType(8, lanes))})(${stored} != 0))`;
  if (memory !== "f16" && memory !== "bf16") return stored;
  if (hasInstruction(prelude, memory, lanes)) return `${instructionOf(prelude, "from", lanes)}(${stored})`;
  const from: CType = { scalar: "u16", lanes };
  const bits = lanes === 1 ? stored : `${convertOf(prelude, from, { scalar: "u32", lanes })}(${stored})`;
  return `${halfFloatOf(prelude, "from", memory, lanes)}(${bits})`;
}

function loadStored(prelude: Prelude, { memory, buffer, index, lanes, mask }: Place): string {
  if (lanes === 1)
    return mask === undefined ? `${buffer}[${bare(index)}]` : `(${mask.text} ? ${buffer}[${bare(index)}] : 0)`;
  const type: CType = { scalar: storedScalar(memory), lanes };
  const t = prelude.type(type);
  if (mask === undefined) return `(*(const hodu_mem_${t}*)(${buffer} + ${index}))`;
  const wanted = widthOf(type.scalar);
  prelude.need("HODU_LOAD_MASKED", t, prelude.type(maskType(wanted, lanes)), lanes);
  return `hodu_load_masked_${t}(${buffer} + ${index}, ${convertMask(prelude, mask.text, mask.width, wanted, lanes)})`;
}

/** C text of the statement that writes a value; bools of a vector come as a mask of bytes. */
export function storeText(prelude: Prelude, place: Place, value: string): string {
  const { memory, buffer, index, lanes, mask } = place;
  const type: CType = { scalar: storedScalar(memory), lanes };
  const t = prelude.type(type);
  const stored = storedText(prelude, memory, type, value);
  if (lanes === 1) {
    const write = `${buffer}[${bare(index)}] = ${bare(stored)};`;
    return mask === undefined ? write : `if (${bare(mask.text)}) ${write}`;
  }
  if (mask === undefined) return `*(hodu_mem_${t}*)(${buffer} + ${index}) = ${bare(stored)};`;
  const wanted = widthOf(type.scalar);
  prelude.need("HODU_STORE_MASKED", t, prelude.type(maskType(wanted, lanes)), lanes);
  const lanesMask = convertMask(prelude, mask.text, mask.width, wanted, lanes);
  return `hodu_store_masked_${t}(${buffer} + ${index}, ${stored}, ${lanesMask});`;
}

/** A value as what lies in memory. */
function storedText(prelude: Prelude, memory: Memory, type: CType, value: string): string {
  if (memory === "bool") return type.lanes === 1 ? `(hodu_u8)${value}` : `(hodu_${suffixOf(type)})(${value} & 1)`;
  if (memory !== "f16" && memory !== "bf16") return value;
  if (hasInstruction(prelude, memory, type.lanes)) return `${instructionOf(prelude, "to", type.lanes)}(${value})`;
  const bits = `${halfFloatOf(prelude, "to", memory, type.lanes)}(${value})`;
  return type.lanes === 1 ? `(hodu_u16)${bits}` : `${convertOf(prelude, { ...type, scalar: "u32" }, type)}(${bits})`;
}

/** A function between f32 and the bits of a half float in 32 bits. */
function halfFloatOf(prelude: Prelude, direction: "from" | "to", memory: "f16" | "bf16", lanes: number): string {
  const type: CType = { scalar: "f32", lanes };
  const unsigned = unsignedOf(type);
  const [t, u] = [prelude.type(type), prelude.type(unsigned)];
  bitsOf(prelude, type, unsigned);
  bitsOf(prelude, unsigned, type);
  const macro = `HODU_${direction.toUpperCase()}_${memory.toUpperCase()}`;
  if (direction === "from" && memory === "bf16") prelude.need(macro, t, u);
  else prelude.need(macro, t, u, lanes === 1 ? "-" : "");
  return `hodu_${direction}_${memory}_${t}`;
}

/** Whether the target converts that many halves by an instruction. */
function hasInstruction({ target }: Prelude, memory: Memory, lanes: number): boolean {
  const most = target.vectorBytes / 4;
  return memory === "f16" && target.features.includes("f16c") && (lanes === 1 || (lanes >= 8 && lanes <= most));
}

/** The instruction between f32 and f16. */
function instructionOf(prelude: Prelude, direction: "from" | "to", lanes: number): string {
  const t = prelude.type({ scalar: "f32", lanes });
  prelude.need(`HODU_${direction.toUpperCase()}_F16_${lanes}`, t, prelude.type({ scalar: "u16", lanes }));
  return `hodu_${direction}_f16_${t}`;
}
