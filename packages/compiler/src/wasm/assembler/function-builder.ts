import { ControlBuilder } from "./control-builder.ts";
import { type Local, LocalPool } from "./local-pool.ts";
import type { ModuleScope } from "./module-scope.ts";
import { codesOf, type FunctionType, TYPE_CODES, type ValueType } from "./types.ts";
import type { CodeComment, FunctionBody, FunctionHandle, GlobalHandle, TableHandle } from "./wasm-module.ts";

/**
 * Assembles one function. Every instruction is a method of its own name (`code.f32x4.add()`, `code.br_if(label)`) that
 * takes its immediates; operands are on the stack, whose types are checked at once: a TypeError names the instruction
 * and what was found.
 */
export class FunctionBuilder extends ControlBuilder {
  readonly #handle: FunctionHandle;
  readonly #locals = new LocalPool();
  readonly #comments: CodeComment[] = [];
  readonly params: readonly Local[];

  /** `shownName` stands in messages. */
  constructor(handle: FunctionHandle, shownName: string, parameterNames: readonly string[], module: ModuleScope) {
    super(shownName, handle.type.results, module);
    this.#handle = handle;
    this.params = handle.type.params.map((type, at) => this.#locals.take(type, parameterNames[at] ?? `p${at}`));
  }

  /** How many bytes of code there are so far. */
  get size(): number {
    return this.writer.bytes.length;
  }

  /** A local for the function, or for the scope that is open: then it may hold what an earlier one left. */
  newLocal(type: ValueType, name: string): Local {
    return this.#locals.take(type, name);
  }

  /** Runs `body`; the locals that are made in it are free for others afterwards, and no longer to be used. */
  scope<T>(body: () => T): T {
    this.#locals.openScope();
    const result = body();
    this.#locals.closeScope();
    return result;
  }

  /** A line of comment before the next instruction, in dumps only. */
  comment(text: string): void {
    this.#comments.push({ offset: this.size, text });
  }

  readonly local = {
    get: (local: Local): void => {
      this.#local("local.get", local);
      this.writer.stack.push(TYPE_CODES[local.type]);
    },
    set: (local: Local): void => {
      this.writer.stack.take([TYPE_CODES[local.type]], "local.set");
      this.#local("local.set", local);
    },
    tee: (local: Local): void => {
      this.writer.stack.take([TYPE_CODES[local.type]], "local.tee");
      this.#local("local.tee", local);
      this.writer.stack.push(TYPE_CODES[local.type]);
    },
  } as const;

  readonly global = {
    get: (global: GlobalHandle): void => {
      this.#reference("global.get", this.module.globals, global);
      this.writer.stack.push(TYPE_CODES[global.type]);
    },
    set: (global: GlobalHandle): void => {
      if (!global.mutable) throw new TypeError(`Cannot assemble global.set: found a constant, expected a variable`);
      this.writer.stack.take([TYPE_CODES[global.type]], "global.set");
      this.#reference("global.set", this.module.globals, global);
    },
  } as const;

  call(callee: FunctionHandle): void {
    this.writer.stack.take(codesOf(callee.type.params), "call");
    this.#reference("call", this.module.functions, callee);
    this.writer.stack.pushAll(codesOf(callee.type.results));
  }

  /** Calls the function whose place in the table is on the stack, above its arguments; it traps if that has another type. */
  call_indirect(type: FunctionType, table: TableHandle): void {
    const { stack, bytes } = this.writer;
    stack.take([...codesOf(type.params), TYPE_CODES.i32], "call_indirect");
    this.writer.own("call_indirect", this.module.tables, table.index, table);
    this.writer.opcode("call_indirect");
    bytes.u32(this.module.types.indexOf(type));
    bytes.u32(table.index);
    stack.pushAll(codesOf(type.results));
  }

  /** Ends the function: its results must be on the stack. */
  finish(): FunctionBody {
    this.closeFunction();
    return {
      handle: this.#handle,
      locals: this.#locals.slots,
      code: this.writer.bytes.toBytes(),
      comments: this.#comments,
    };
  }

  #local(name: "local.get" | "local.set" | "local.tee", local: Local): void {
    if (!this.#locals.has(local))
      throw new TypeError(
        `Cannot assemble ${name} of ${local.name}: found a local of another function or an ended scope`,
      );
    this.writer.opcode(name);
    this.writer.bytes.u32(local.index);
  }

  #reference(
    name: "global.get" | "global.set" | "call",
    all: readonly object[],
    one: FunctionHandle | GlobalHandle,
  ): void {
    this.writer.own(name, all, one.index, one);
    this.writer.opcode(name);
    this.writer.bytes.u32(one.index);
  }
}
