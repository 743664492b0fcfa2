/**
 * The loop IR: what operators are lowered to and what emitters print. A kernel is plain data: buffers it is called with, sizes that are
 * known when it is called, and statements over scalars and short vectors. The verifier (verify.ts) is its grammar, the evaluator
 * (evaluate.ts) its meaning. Names are letters, digits and "_" and are declared once in a kernel; expressions are trees: what is used
 * twice has a name.
 */

/**
 * What a register holds. `index` counts elements and loop turns: signed, 64 bits in C, 32 in WebAssembly; sums and products of it may be
 * reordered, so it wraps in the middle of an expression, and what an expression gives must fit. `bool` is the result of a comparison.
 */
export type Scalar = "bool" | "index" | "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f32" | "f64";

/** A scalar, or `lanes` of one side by side (a power of two). */
export interface RegisterType {
  readonly scalar: Scalar;
  readonly lanes: number;
}

/**
 * What an element of a buffer is in memory. f16 and bf16 are read as f32 and rounded to nearest even when written; bool is a byte, read as
 * "not 0" and written as 0 or 1. Smaller types are read as the bytes that hold them.
 */
export type Memory = Exclude<Scalar, "index"> | "f16" | "bf16";

/** One array that a kernel is called with. */
export interface Buffer {
  readonly name: string;
  readonly memory: Memory;
  /** Elements that it has; over constants and sizes only. */
  readonly length: Expression;
  readonly access: "read" | "write" | "readwrite";
}

/** A function without a result but a status: 0, or what a guard returned. Its buffers do not overlap, unless one buffer is both read and written. */
export interface Kernel {
  readonly name: string;
  readonly buffers: readonly Buffer[];
  /** Names of dims that are known only when it is called; each is an `index` of at least 0. */
  readonly sizes: readonly string[];
  readonly body: readonly Statement[];
  /** Names of the source nodes that it stands for. */
  readonly origin: readonly string[];
}

/**
 * How the turns of a loop may run. serial: one after another. unroll: written out (the extent is a constant). parallel: in any order, on
 * any thread; a write of one turn is not read by another. grid, lane: parallel over the blocks of a device and over the threads of a block.
 */
export type LoopKind = "serial" | "unroll" | "parallel" | "grid" | "lane";

/** Where an array of a kernel lives: in registers or on the stack of one turn, or in memory that the lanes of a grid turn share. */
export type Space = "private" | "shared";

export type Statement =
  /**
   * `index` runs from 0 to `extent`, by `step` (at least 1). `splits`: whether a parallel loop has enough work for more than one thread, a
   * condition over constants and sizes; it has where there is none.
   */
  | {
      readonly kind: "for";
      readonly index: string;
      readonly extent: Expression;
      readonly step: number;
      readonly loop: LoopKind;
      readonly splits?: Expression;
      readonly body: readonly Statement[];
    }
  /** A name for a value. */
  | { readonly kind: "let"; readonly name: string; readonly value: Expression }
  /** A variable, and a new value for it. */
  | { readonly kind: "var"; readonly name: string; readonly value: Expression }
  | { readonly kind: "assign"; readonly name: string; readonly value: Expression }
  /** An array of registers; its elements are undefined until written. With constant indices it is that many variables. */
  | {
      readonly kind: "array";
      readonly name: string;
      readonly type: RegisterType;
      readonly length: number;
      readonly space: Space;
    }
  | { readonly kind: "set"; readonly array: string; readonly index: Expression; readonly value: Expression }
  /** Writes as many elements as `value` has lanes, side by side from `index` on; with `mask`, only lanes where it is true. */
  | {
      readonly kind: "store";
      readonly buffer: string;
      readonly index: Expression;
      readonly value: Expression;
      readonly mask?: Expression;
    }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  /** Ends the kernel with `status` (1 to 255) where the condition is false: an index from the data that is out of range, a division by 0. */
  | { readonly kind: "guard"; readonly condition: Expression; readonly status: number }
  /** All lanes of a grid turn reach it before any passes. */
  | { readonly kind: "barrier" };

/**
 * One operand, not of `index`. `abs` and `neg` are of floats and of integers, where they wrap; `floor`, `ceil`, `trunc`, `round` (to even)
 * and `sqrt` of floats; `not` of bool and integers; `clz` (the width for 0) and `popcount` of integers.
 */
export type UnaryOperation = "abs" | "ceil" | "clz" | "floor" | "neg" | "not" | "popcount" | "round" | "sqrt" | "trunc";

/**
 * Two operands of one type. Integers wrap. `div` and `rem` of integers truncate towards 0 and are undefined for 0 and for the least
 * number by -1 (the verifier wants to see that neither happens); of `index` they are of numbers from 0 on. `rem` is not of floats. `min`
 * and `max` of floats give NaN where an operand is NaN, and -0 < 0. `shr` keeps the sign of signed types; the distance of a shift is
 * taken modulo the width. `and`, `or`, `xor` are of bool and integers, shifts of integers; `index` counts as neither.
 */
export type BinaryOperation =
  | "add"
  | "and"
  | "div"
  | "max"
  | "min"
  | "mul"
  | "or"
  | "rem"
  | "shl"
  | "shr"
  | "sub"
  | "xor";

/** Of floats all but `ne` are false where an operand is NaN. */
export type Comparison = "eq" | "ge" | "gt" | "le" | "lt" | "ne";

/** How the lanes of a vector become one: lane i with lane i + half, for all i of the first half, until one is left. */
export type Reduction = "add" | "max" | "min" | "mul";

export type Expression =
  /** A bigint for i64 and u64, a boolean for bool, else a number of the type's values (NaN and infinities, too). */
  | { readonly kind: "constant"; readonly type: Scalar; readonly value: number | bigint | boolean }
  /** A loop index, a `let` or a `var`. */
  | { readonly kind: "local"; readonly name: string; readonly type: RegisterType }
  | { readonly kind: "size"; readonly name: string }
  /** `lanes` elements side by side from `index` on; with `mask`, 0 in lanes where it is false, and these are not touched. */
  | {
      readonly kind: "load";
      readonly buffer: string;
      readonly type: RegisterType;
      readonly index: Expression;
      readonly mask?: Expression;
    }
  /** An element of an array. */
  | { readonly kind: "get"; readonly array: string; readonly type: RegisterType; readonly index: Expression }
  | { readonly kind: "unary"; readonly operation: UnaryOperation; readonly value: Expression }
  | {
      readonly kind: "binary";
      readonly operation: BinaryOperation;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "compare"; readonly comparison: Comparison; readonly left: Expression; readonly right: Expression }
  /** Both are computed; what is not chosen may be anything but may not trap. */
  | { readonly kind: "select"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  /** a * b + c, rounded once where the target can, and where it must be the same everywhere (`exact`) everywhere. */
  | {
      readonly kind: "fma";
      readonly a: Expression;
      readonly b: Expression;
      readonly c: Expression;
      readonly exact: boolean;
    }
  /**
   * By value. Float to integer truncates and saturates, NaN gives 0 (to `index` as to i32); integer to integer wraps (to `index` at the
   * target's width: guard before); integer to float rounds to nearest even; to bool is "not 0", from bool 0 or 1.
   */
  | { readonly kind: "cast"; readonly to: Scalar; readonly value: Expression }
  /**
   * The same bits as lanes of another scalar, neither `bool` nor `index`: as many as they are bits for, the first of the lowest ones. Which
   * NaN a float operation gives is not defined.
   */
  | { readonly kind: "bits"; readonly to: Scalar; readonly value: Expression }
  | { readonly kind: "broadcast"; readonly lanes: number; readonly value: Expression }
  /** 0, 1, 2, ... */
  | { readonly kind: "lanes"; readonly lanes: number; readonly type: Scalar }
  | { readonly kind: "reduce"; readonly reduction: Reduction; readonly value: Expression }
  /** acc + the sum of two products of neighbouring i16 lanes, in i32: `acc` has half of the lanes of `a` and `b`. */
  | { readonly kind: "dot2"; readonly acc: Expression; readonly a: Expression; readonly b: Expression }
  /** acc + the sum of four products of neighbouring 8-bit lanes, in i32: `acc` has a quarter of the lanes of `a` (u8 or i8) and `b` (i8). */
  | { readonly kind: "dot4"; readonly acc: Expression; readonly a: Expression; readonly b: Expression };

/** The type that a load from a buffer of this memory gives. */
export function registerOf(memory: Memory): Scalar {
  return memory === "f16" || memory === "bf16" ? "f32" : memory;
}
