import { TYPE_CODES, type ValueType } from "../types.ts";
import { ATOMIC_ROWS } from "./atomic-rows.ts";
import { MEMORY_ROWS } from "./memory-rows.ts";
import { NUMERIC_ROWS } from "./numeric-rows.ts";
import { RELAXED_SIMD_ROWS } from "./relaxed-simd-rows.ts";
import type { ImmediateKind, InstructionRow } from "./row.ts";
import { SIMD_ROWS } from "./simd-rows.ts";
import { WRITE_IMMEDIATES, type WriteImmediates } from "./write-immediates.ts";

/** Every instruction whose operands have fixed types, each once. */
export const INSTRUCTION_ROWS = {
  ...NUMERIC_ROWS,
  ...MEMORY_ROWS,
  ...SIMD_ROWS,
  ...RELAXED_SIMD_ROWS,
  ...ATOMIC_ROWS,
} as const;

/** The name of an instruction whose operands have fixed types, such as "f32x4.add". */
export type InstructionName = keyof typeof INSTRUCTION_ROWS;

/** A row of the table, ready to be assembled. */
export interface Instruction {
  readonly name: string;
  /** 0xfc, 0xfd or 0xfe, or 0 for an opcode of one byte. */
  readonly prefix: number;
  readonly code: number;
  /** Codes of the types of what it takes and gives, the top of the stack last. */
  readonly takes: readonly number[];
  readonly gives: readonly number[];
  readonly immediate: ImmediateKind;
  /** Takes what ImmediateArguments lists for the kind: the methods that are made from the table see to that. */
  readonly write: WriteImmediates<unknown[]>;
  /** Whether the module must have a memory. */
  readonly needsMemory: boolean;
}

/** Where a prefix begins in the number of a row. */
const PREFIX_SHIFT = 12;

/** The instructions by name. */
export const INSTRUCTIONS: ReadonlyMap<string, Instruction> = new Map(
  Object.entries(INSTRUCTION_ROWS).map(([name, row]) => [name, instructionOf(name, row)]),
);

function instructionOf(name: string, [opcode, stack, immediate = "none"]: InstructionRow): Instruction {
  const [takes = "", gives = ""] = stack.split("->");
  return {
    name,
    prefix: opcode >> PREFIX_SHIFT,
    code: opcode & ((1 << PREFIX_SHIFT) - 1),
    takes: parseTypes(takes),
    gives: parseTypes(gives),
    immediate,
    write: WRITE_IMMEDIATES[immediate] as WriteImmediates<unknown[]>,
    needsMemory: /memor|atomic/i.test(immediate),
  };
}

function parseTypes(text: string): readonly number[] {
  const names = text.split(" ").filter((name) => name !== "") as ValueType[];
  return names.map((name) => TYPE_CODES[name]);
}
