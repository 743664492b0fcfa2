import { CodeWriter } from "./code-writer.ts";
import { InstructionHost } from "./instructions/instruction-methods.ts";
import { checkLimit } from "./limits.ts";
import type { ModuleScope } from "./module-scope.ts";
import { ANY_TYPE, codesOf, type FunctionType, TYPE_CODES, type ValueType } from "./types.ts";

/** Where a branch goes: past the end of a block or if, to the start of a loop. Valid while that is open. */
export interface Label {
  /** How many frames are around it. */
  readonly position: number;
}

/** Results of a block without parameters, or both. */
export type BlockType = readonly ValueType[] | FunctionType;

/** The byte of a block without parameters and results. */
const NO_TYPE = 0x40;

const I32 = [TYPE_CODES.i32];

/** Blocks, branches and what else ends or chooses, on top of the instructions of the table. */
export class ControlBuilder extends InstructionHost {
  protected readonly writer: CodeWriter;
  protected readonly module: ModuleScope;
  /** The labels of the open frames; the function's own is first. */
  readonly #labels: Label[] = [{ position: 0 }];

  constructor(functionName: string, results: readonly ValueType[], module: ModuleScope) {
    const writer = new CodeWriter(functionName, module);
    super(writer);
    this.writer = writer;
    this.module = module;
    writer.stack.open([], codesOf(results), codesOf(results));
  }

  nop(): void {
    this.writer.opcode("nop");
  }

  unreachable(): void {
    this.writer.opcode("unreachable");
    this.writer.stack.cut();
  }

  drop(): void {
    this.writer.stack.takeAny("drop");
    this.writer.opcode("drop");
  }

  /** Of two operands of one type the first if the third is not 0, else the second. */
  select(): void {
    const { stack } = this.writer;
    stack.take(I32, "select");
    const second = stack.takeAny("select");
    const first = stack.takeAny("select");
    if (first !== second && first !== ANY_TYPE && second !== ANY_TYPE) {
      stack.pushAll([first, second, TYPE_CODES.i32]);
      throw stack.refusal("select", "two operands of one type and an i32");
    }
    this.writer.opcode("select");
    stack.push(first === ANY_TYPE ? second : first);
  }

  /** The function's results must be on the stack. */
  return(): void {
    const { stack } = this.writer;
    stack.take(stack.frameAt(0)?.results ?? [], "return");
    this.writer.opcode("return");
    stack.cut();
  }

  /** A branch to `exit` leaves the block with its results. */
  block(type: BlockType, body: (exit: Label) => void): void {
    this.#open("block", type, body);
    this.#close();
  }

  /** A branch to `again` starts over with the block's parameters; without one the loop ends. */
  loop(type: BlockType, body: (again: Label) => void): void {
    this.#open("loop", type, body);
    this.#close();
  }

  /** Takes an i32. Without `otherwise` the parameters are the results. */
  if(type: BlockType, then: (exit: Label) => void, otherwise?: (exit: Label) => void): void {
    const { stack } = this.writer;
    const { params, results } = signatureOf(type);
    stack.take(I32, "if");
    const exit = this.#open("if", type, then);
    if (otherwise === undefined) {
      if (params.join() !== results.join()) throw stack.refusal("if", "a branch for 0, because it has results");
    } else {
      stack.close("else");
      stack.take(codesOf(results), "else");
      this.writer.opcode("else");
      stack.open(codesOf(params), codesOf(results), codesOf(results));
      otherwise(exit);
    }
    this.#close();
  }

  br(target: Label): void {
    this.#branch("br", target);
    this.writer.stack.cut();
  }

  /** Takes an i32; branches unless it is 0. */
  br_if(target: Label): void {
    const { stack } = this.writer;
    stack.take(I32, "br_if");
    stack.pushAll(this.#branch("br_if", target));
  }

  /** Takes an i32: the number of the target, or anything else for the last. All targets take the same types. */
  br_table(targets: readonly Label[], otherwise: Label): void {
    checkLimit("branchTargets", targets.length, "br_table");
    const { stack, bytes } = this.writer;
    stack.take(I32, "br_table");
    const types = this.#typesOf("br_table", otherwise);
    for (const target of targets)
      if (this.#typesOf("br_table", target).join() !== types.join())
        throw stack.refusal("br_table", "targets that take the same types");
    stack.take(types, "br_table");
    this.writer.opcode("br_table");
    bytes.u32(targets.length);
    for (const target of [...targets, otherwise]) bytes.u32(stack.depth - 1 - target.position);
    stack.cut();
  }

  /** Ends the function: its results must be on the stack. */
  protected closeFunction(): void {
    this.#close();
  }

  #open(name: "block" | "loop" | "if", type: BlockType, body: (label: Label) => void): Label {
    const { stack, bytes } = this.writer;
    const { params, results } = signatureOf(type);
    stack.take(codesOf(params), name);
    this.writer.opcode(name);
    if (params.length > 0 || results.length > 1) bytes.s32(this.module.types.indexOf({ params, results }));
    else bytes.byte(codesOf(results)[0] ?? NO_TYPE);
    const label = { position: stack.depth };
    this.#labels.push(label);
    stack.open(codesOf(params), codesOf(results), codesOf(name === "loop" ? params : results));
    body(label);
    return label;
  }

  #close(): void {
    this.writer.stack.close("end");
    this.writer.opcode("end");
    this.#labels.pop();
  }

  #branch(name: "br" | "br_if", target: Label): readonly number[] {
    const { stack, bytes } = this.writer;
    const types = this.#typesOf(name, target);
    stack.take(types, name);
    this.writer.opcode(name);
    bytes.u32(stack.depth - 1 - target.position);
    return types;
  }

  #typesOf(name: string, target: Label): readonly number[] {
    this.writer.own(name, this.#labels, target.position, target);
    return this.writer.stack.frameAt(target.position)?.branchTypes ?? [];
  }
}

function signatureOf(type: BlockType): FunctionType {
  return "params" in type ? type : { params: [], results: type };
}
