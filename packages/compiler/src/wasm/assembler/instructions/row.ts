import type { ValueType } from "../types.ts";

/** How many bytes an access to memory has, which is also its natural alignment. */
export type AccessBytes = 1 | 2 | 4 | 8 | 16;

/** What stands behind an opcode, and by which arguments it is given. */
export interface ImmediateArguments {
  none: [];
  /** From -2^31 to 2^32 - 1. */
  i32: [value: number];
  /** From -2^63 to 2^64 - 1. */
  i64: [value: bigint];
  f32: [value: number];
  f64: [value: number];
  /** All lanes, the lowest first. */
  v128: [shape: LaneShape, lanes: readonly (number | bigint)[]];
  lane2: [lane: number];
  lane4: [lane: number];
  lane8: [lane: number];
  lane16: [lane: number];
  /** For each lane of the result the byte it takes: 0 to 15 of the first operand, 16 to 31 of the second. */
  shuffle: [lanes: readonly number[]];
  memory1: MemoryArguments;
  memory2: MemoryArguments;
  memory4: MemoryArguments;
  memory8: MemoryArguments;
  memory16: MemoryArguments;
  memory1lane16: [lane: number, ...MemoryArguments];
  memory2lane8: [lane: number, ...MemoryArguments];
  memory4lane4: [lane: number, ...MemoryArguments];
  memory8lane2: [lane: number, ...MemoryArguments];
  atomic1: AtomicArguments;
  atomic2: AtomicArguments;
  atomic4: AtomicArguments;
  atomic8: AtomicArguments;
  memory: [];
  twoMemories: [];
  fence: [];
  data: [segment: DataReference];
  dataAndMemory: [segment: DataReference];
}

/** Bytes added to the address (default 0), and what the address is a multiple of (default: the size of the access, which it may not pass). */
type MemoryArguments = [offset?: number, alignment?: number];

/** Bytes added to the address, default 0. */
type AtomicArguments = [offset?: number];

/** A segment of data of the module, by its number. */
interface DataReference {
  readonly index: number;
}

/** How a vector is divided, lowest lane first. */
export type LaneShape = "i8x16" | "i16x8" | "i32x4" | "i64x2" | "f32x4" | "f64x2";

/** A kind of immediates. */
export type ImmediateKind = keyof ImmediateArguments;

type Operands = "" | `${ValueType}` | `${ValueType} ${ValueType}` | `${ValueType} ${ValueType} ${ValueType}`;

/** Operands taken and given, the top of the stack last. */
type StackText = `${Operands} -> ${ValueType}` | `${Operands} ->` | `-> ${ValueType}` | "->";

/** Opcode, effect on the stack, immediates (default none). An opcode with a prefix is the prefix and three hexadecimal digits. */
export type InstructionRow = readonly [opcode: number, stack: StackText, immediate?: ImmediateKind];

/** Instructions by name, as the text format spells them. */
export type InstructionRows = Readonly<Record<string, InstructionRow>>;
