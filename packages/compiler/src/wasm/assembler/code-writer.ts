import { ByteWriter } from "./byte-writer.ts";
import { CONTROL_OPCODES, type ControlName } from "./instructions/control-opcodes.ts";
import type { Emitter } from "./instructions/instruction-methods.ts";
import type { Instruction } from "./instructions/instruction-table.ts";
import type { ModuleScope } from "./module-scope.ts";
import { OperandStack } from "./operand-stack.ts";

/** Writes the instructions of one function and keeps its operand stack. */
export class CodeWriter implements Emitter {
  readonly bytes = new ByteWriter();
  readonly stack: OperandStack;
  readonly #module: ModuleScope;

  constructor(functionName: string, module: ModuleScope) {
    this.stack = new OperandStack(functionName);
    this.#module = module;
  }

  emit(instruction: Instruction, a?: unknown, b?: unknown, c?: unknown): void {
    const { name, prefix, code } = instruction;
    if (instruction.needsMemory && !this.#module.hasMemory)
      throw new TypeError(`Cannot assemble ${name}: found a module without memory, expected one to be declared before`);
    this.stack.take(instruction.takes, name);
    if (prefix === 0) this.bytes.byte(code);
    else {
      this.bytes.byte(prefix);
      this.bytes.u32(code);
    }
    instruction.write(this.bytes, name, a, b, c);
    this.stack.pushAll(instruction.gives);
  }

  /** Refuses a handle that is not the one of its number: of another module, or of a block that is closed. */
  own(instruction: string, all: readonly object[], index: number, handle: object): void {
    if (all[index] !== handle)
      throw new TypeError(
        `Cannot assemble ${instruction}: found what is of another function or module, or a block that is closed`,
      );
  }

  opcode(name: ControlName): void {
    this.bytes.byte(CONTROL_OPCODES[name]);
  }
}
