import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { INSTRUCTION_ROWS, InstructionName } from "../assembler/instructions/instruction-table.ts";

/** The name of an instruction without immediates, such as "f32x4.add". */
export type PlainInstruction = {
  [N in InstructionName]: (typeof INSTRUCTION_ROWS)[N] extends readonly [number, string] ? N : never;
}[InstructionName];

/** Assembles an instruction whose name is put together. */
export function plain(code: FunctionBuilder, name: PlainInstruction): void {
  const [space, method] = name.split(".");
  (code as unknown as Readonly<Record<string, Readonly<Record<string, () => void>>>>)[space][method]();
}
