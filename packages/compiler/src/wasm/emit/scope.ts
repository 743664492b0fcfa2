import type { Buffer, Expression } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { Local } from "../assembler/local-pool.ts";
import type { ValueType } from "../assembler/types.ts";
import type { WasmTarget } from "./target.ts";
import { type LocalSource, type Push, pushLocal, type Value } from "./value.ts";

/** A name of the IR that holds a value. */
export interface Declared {
  readonly value: Value;
  /** Where a new value goes; none for what keeps its value. */
  readonly locals?: readonly Local[];
  /** Tells it from others of its name: what an unrolled loop writes out declares names again. */
  readonly id: number;
  /** How many blocks are around it. */
  readonly depth: number;
}

/** An array: registers, or a place in the memory of the thread. */
export interface DeclaredArray {
  /** Its element 0, without parts. */
  readonly element: Omit<Value, "parts">;
  /** Locals of each part of each element, where all indices are known. */
  readonly registers?: readonly (readonly Local[])[];
  /** Bytes from the thread's region on. */
  readonly offset: number;
}

/** A block that runs as a whole: a loop's body, a branch. What is computed in it serves until it ends. */
interface Block {
  /** Addresses by what they are the sum of, and their locals. */
  readonly addresses: Map<string, Push>;
  readonly locals: Local[];
}

/** The rules of expressions. */
type ValueOf = (expression: Expression, scope: Scope) => Value;

/** What the emitter of one function knows while it writes. */
export class Scope implements LocalSource {
  readonly code: FunctionBuilder;
  readonly target: WasmTarget;
  readonly buffers: ReadonlyMap<string, { readonly buffer: Buffer; readonly base: Local }>;
  readonly stack: Local;
  readonly declared = new Map<string, Declared>();
  readonly arrays = new Map<string, DeclaredArray>();
  /** Indices of the loops that are being written out. */
  readonly unrolled = new Map<string, number>();
  readonly splitArrays: ReadonlySet<string>;
  readonly blocks: Block[] = [{ addresses: new Map(), locals: [] }];
  readonly #valueOf: ValueOf;
  readonly #free = new Map<ValueType, Local[]>();
  #temporaries: Local[] = [];
  #names: string[] = [];
  #named: Local[] = [];
  #ids = 0;
  #stackTop = 0;
  /** Bytes of the thread's memory that arrays need. */
  stackBytes = 0;

  constructor(
    code: FunctionBuilder,
    target: WasmTarget,
    buffers: Scope["buffers"],
    stack: Local,
    splitArrays: ReadonlySet<string>,
    valueOf: ValueOf,
  ) {
    this.code = code;
    this.target = target;
    this.buffers = buffers;
    this.stack = stack;
    this.splitArrays = splitArrays;
    this.#valueOf = valueOf;
  }

  /** What an expression gives. */
  value(expression: Expression): Value {
    return this.#valueOf(expression, this);
  }

  /** The operand of an expression of one lane. */
  operand(expression: Expression): Push {
    return this.value(expression).parts[0];
  }

  get depth(): number {
    return this.blocks.length - 1;
  }

  /** A name's value, and where it is changed. It is known until the block or the turn ends. */
  declare(name: string, value: Value, locals?: readonly Local[]): void {
    this.declared.set(name, { value, locals, id: this.#ids++, depth: this.depth });
    this.#names.push(name);
  }

  /** A local for a name: until the innermost block or unrolled turn ends. */
  local(type: ValueType): Local {
    const local = this.#take(type);
    this.#named.push(local);
    return local;
  }

  /** An address for the rest of the innermost block. */
  keepAddress(key: string, write: () => void): Push {
    const local = this.#take("i32");
    const { addresses, locals } = this.blocks[this.depth];
    locals.push(local);
    write();
    this.code.local.set(local);
    const push = pushLocal(this.code, local);
    addresses.set(key, push);
    return push;
  }

  temporary(type: ValueType): Local {
    const local = this.#take(type);
    this.#temporaries.push(local);
    return local;
  }

  /** Bytes in the memory of the thread, until the block or turn ends. */
  stackPlace(bytes: number): number {
    const offset = this.#stackTop;
    this.#stackTop += bytes;
    this.stackBytes = Math.max(this.stackBytes, this.#stackTop);
    return offset;
  }

  /** Writes one statement; its temporaries are free for the next. */
  statement(write: () => void): void {
    const around = this.#temporaries;
    this.#temporaries = [];
    write();
    this.#release(this.#temporaries);
    this.#temporaries = around;
  }

  /** Writes a block. */
  block(write: () => void): void {
    this.blocks.push({ addresses: new Map(), locals: [] });
    this.turn(write);
    this.#release(this.blocks.pop()!.locals);
  }

  /** Writes a turn of an unrolled loop: names end with it, addresses stay with the block around. */
  turn(write: () => void): void {
    const [names, named, top] = [this.#names, this.#named, this.#stackTop];
    this.#names = [];
    this.#named = [];
    write();
    for (const name of this.#names) this.declared.delete(name);
    this.#release(this.#named);
    this.#names = names;
    this.#named = named;
    this.#stackTop = top;
  }

  #take(type: ValueType): Local {
    return this.#free.get(type)?.pop() ?? this.code.newLocal(type, type);
  }

  #release(locals: readonly Local[]): void {
    for (const local of locals) {
      const free = this.#free.get(local.type) ?? [];
      this.#free.set(local.type, free);
      free.push(local);
    }
  }
}
