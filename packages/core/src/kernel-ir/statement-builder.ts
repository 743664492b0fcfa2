import { binary, checked, indexOf } from "./expressions.ts";
import { broadcast, constantValue, type Operand, operandOf } from "./operand.ts";
import { scalarType } from "./scalars.ts";
import { typeOf } from "./type-of.ts";
import {
  type Buffer,
  type Expression,
  type Kernel,
  type LoopKind,
  type Memory,
  registerOf,
  type RegisterType,
  type Space,
  type Statement,
} from "./types.ts";

/** How a loop runs; default serial, by 1. With `lanes` the body is made for vectors and, where turns remain, for one lane. */
export interface LoopOptions {
  readonly kind?: LoopKind;
  readonly step?: number;
  readonly lanes?: number;
  /** Where a parallel loop has work for more than one thread, over constants and sizes. Default: always. */
  readonly splits?: Expression;
}

/** How many elements are read side by side (default 1), and which of them. */
export interface LoadOptions {
  readonly lanes?: number;
  readonly mask?: Expression;
}

/** A declared array of registers. */
export interface KernelArray {
  readonly name: string;
  readonly type: RegisterType;
}

/** A `let`, a `var` or a loop index. */
export type Local = Extract<Expression, { kind: "local" }>;

/** The body of a loop: its index, and how many elements one turn is for. */
export type LoopBody = (index: Expression, lanes: number) => void;

/** Writes the statements of a kernel one after another; names that are taken get a number. */
export class StatementBuilder {
  readonly #name: string;
  readonly #origin: readonly string[];
  readonly #buffers: Buffer[] = [];
  readonly #sizes: string[] = [];
  readonly #names = new Set<string>();
  /** The number that each name that was taken gets next. */
  readonly #numbers = new Map<string, number>();
  readonly #variables = new Set<string>();
  readonly #body: Statement[] = [];
  #block = this.#body;

  constructor(name: string, origin: readonly string[] = []) {
    this.#name = name;
    this.#origin = origin;
  }

  /** An array that is only read. */
  input(name: string, memory: Memory, length: Operand): Buffer {
    return this.buffer(name, memory, length, "read");
  }

  /** An array that is only written. */
  output(name: string, memory: Memory, length: Operand): Buffer {
    return this.buffer(name, memory, length, "write");
  }

  /** An array that the kernel is called with; its length is over constants and sizes. */
  buffer(name: string, memory: Memory, length: Operand, access: Buffer["access"]): Buffer {
    const buffer: Buffer = { name: this.#fresh(name), memory, length: indexOf(length), access };
    this.#buffers.push(buffer);
    return buffer;
  }

  /** A dim that is known only when the kernel is called. */
  size(name: string): Expression {
    const fresh = this.#fresh(name);
    this.#sizes.push(fresh);
    return { kind: "size", name: fresh };
  }

  /** A loop from 0 to `extent`. One turn, serial or unrolled, is written without a loop; none is not written. */
  loop(name: string, extent: Operand, body: LoopBody, options: LoopOptions = {}): void {
    const { kind = "serial", step = 1, lanes = 1, splits } = options;
    const turns = indexOf(extent);
    if (lanes === 1) this.#for(name, turns, { kind, step, splits }, (index) => body(index, 1));
    else this.#vectorLoop(name, turns, lanes, { kind, splits }, body);
  }

  /** A name for a value; what is a name or a constant already stays as it is. */
  let(name: string, value: Expression): Expression {
    const isNamed = value.kind === "size" || (value.kind === "local" && !this.#variables.has(value.name));
    if (isNamed || constantValue(value) !== undefined) return value;
    return this.#declare("let", name, value);
  }

  /** A variable with its first value. */
  var(name: string, value: Expression): Local {
    const variable = this.#declare("var", name, value);
    this.#variables.add(variable.name);
    return variable;
  }

  /** Gives a variable a new value. */
  assign(variable: Local, value: Operand): void {
    this.#block.push({ kind: "assign", name: variable.name, value: operandOf(value, variable.type) });
  }

  /** An array of registers, undefined until written. */
  array(name: string, type: RegisterType, length: number, space: Space = "private"): KernelArray {
    const array = { name: this.#fresh(name), type };
    this.#block.push({ kind: "array", ...array, length, space });
    return array;
  }

  /** An element of an array. */
  get(array: KernelArray, index: Operand): Expression {
    return checked({ kind: "get", array: array.name, type: array.type, index: indexOf(index) });
  }

  /** Writes an element of an array. */
  set(array: KernelArray, index: Operand, value: Operand): void {
    const element = operandOf(value, array.type);
    this.#block.push({ kind: "set", array: array.name, index: indexOf(index), value: element });
  }

  /** Elements of a buffer, side by side from `index` on; 0 where the mask is false. */
  load(buffer: Buffer, index: Operand, { lanes = 1, mask }: LoadOptions = {}): Expression {
    const type = { scalar: registerOf(buffer.memory), lanes };
    const load = { kind: "load", buffer: buffer.name, type, index: indexOf(index) } as const;
    return checked(mask === undefined ? load : { ...load, mask: broadcast(mask, lanes) });
  }

  /** Writes all lanes of a value from `index` on, or those where the mask is true. */
  store(buffer: Buffer, index: Operand, value: Operand, mask?: Expression): void {
    const lanes = typeof value === "object" ? typeOf(value).lanes : 1;
    const stored = operandOf(value, { scalar: registerOf(buffer.memory), lanes });
    const store = { kind: "store", buffer: buffer.name, index: indexOf(index), value: stored } as const;
    this.#block.push(mask === undefined ? store : { ...store, mask: broadcast(mask, lanes) });
  }

  /** Statements under a condition; those of a constant one are written without it. */
  if(condition: Expression, yes: () => void, no: () => void = () => {}): void {
    const known = constantValue(condition);
    if (known !== undefined) (known === true ? yes : no)();
    else this.#block.push({ kind: "if", condition, yes: this.#inside(yes), no: this.#inside(no) });
  }

  /** Ends the kernel with a status (1 to 255) where the condition is false. */
  guard(condition: Expression, status: number): void {
    if (constantValue(condition) !== true) this.#block.push({ kind: "guard", condition, status });
  }

  /** All lanes of a grid turn come here before any goes on. */
  barrier(): void {
    this.#block.push({ kind: "barrier" });
  }

  /** The kernel as it stands, not verified. */
  build(): Kernel {
    return {
      name: this.#name,
      buffers: [...this.#buffers],
      sizes: [...this.#sizes],
      body: [...this.#body],
      origin: this.#origin,
    };
  }

  #for(name: string, extent: Expression, options: LoopOptions, body: (index: Expression) => void): void {
    const { kind: loop = "serial", step = 1, splits } = options;
    const turns = constantValue(extent);
    if (typeof turns === "number" && turns <= 0) return;
    if (typeof turns === "number" && turns <= step && (loop === "serial" || loop === "unroll")) {
      body(indexOf(0));
      return;
    }
    const index: Local = { kind: "local", name: this.#fresh(name), type: scalarType("index") };
    const statements = this.#inside(() => body(index));
    const condition = loop === "parallel" && splits !== undefined ? { splits } : {};
    this.#block.push({ kind: "for", index: index.name, extent, step, loop, ...condition, body: statements });
  }

  #vectorLoop(name: string, turns: Expression, lanes: number, options: LoopOptions, body: LoopBody): void {
    const whole = this.let(`${name}_whole`, binary("mul", binary("div", turns, lanes), lanes));
    this.#for(name, whole, { ...options, step: lanes }, (index) => body(index, lanes));
    const rest = binary("sub", turns, whole);
    this.#for(name, rest, {}, (index) => body(binary("add", whole, index), 1));
  }

  #declare(kind: "let" | "var", name: string, value: Expression): Local {
    const local: Local = { kind: "local", name: this.#fresh(name), type: typeOf(value) };
    this.#block.push({ kind, name: local.name, value });
    return local;
  }

  #inside(write: () => void): readonly Statement[] {
    const around = this.#block;
    this.#block = [];
    try {
      write();
      return this.#block;
    } finally {
      this.#block = around;
    }
  }

  #fresh(base: string): string {
    let name = base;
    let number = this.#numbers.get(base) ?? 1;
    while (this.#names.has(name)) name = `${base}_${number++}`;
    this.#numbers.set(base, number);
    this.#names.add(name);
    return name;
  }
}
