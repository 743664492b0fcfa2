import type { Node, Tensor, Weight } from "@hodu/core";
import type { Kernel, Memory } from "@hodu/core/kernel-ir";

/** Where the elements of a program's buffer are while it runs. */
export type BufferPlace =
  /** Memory of the caller: an input of the graph, dense. */
  | { readonly kind: "input"; readonly name: string }
  /** A weight of the model as it is stored, read only. */
  | { readonly kind: "weight"; readonly weight: Weight }
  /** Bytes made when the program was compiled (packed weights, constants): from `offset` of the program's constants. */
  | { readonly kind: "constant"; readonly offset: number }
  /** From `offset` of the arena on, which values share that do not live at the same time. */
  | { readonly kind: "arena"; readonly offset: number }
  /** An output of the graph: memory of its own, that the caller keeps. */
  | { readonly kind: "output"; readonly name: string }
  /** What a call gives: wherever its tensor is. */
  | { readonly kind: "call"; readonly name: string };

/** Elements in row-major order that kernels read or write. */
export interface ProgramBuffer {
  /** The value of the graph that it holds, or a name made from one. */
  readonly name: string;
  readonly memory: Memory;
  readonly dims: readonly number[];
  /** The axis of the dim that is a multiple of the program's size. */
  readonly sizedAxis?: number;
  readonly bytes: number;
  readonly place: BufferPlace;
}

/** One thing that is done in a run. */
export type ProgramStep =
  /** A kernel of the program by number, with its buffers by number, in the kernel's order. */
  | {
      readonly kind: "kernel";
      readonly kernel: number;
      readonly buffers: readonly number[];
      readonly origin: readonly string[];
      /** Operator that it stands for, for profiles and dumps: that of its last node. */
      readonly operator: string;
      /** Floating-point operations (a multiply-add is two). */
      readonly flops: number;
    }
  /** A node that runs by its reference kernel, and why. It reads and writes values by name. */
  | { readonly kind: "call"; readonly node: Node; readonly reason: string };

/** A graph for one set of input shapes: verified kernels, the order they run in, and where everything lies. Plain data. */
export interface Program {
  readonly kernels: readonly Kernel[];
  readonly buffers: readonly ProgramBuffer[];
  readonly steps: readonly ProgramStep[];
  /** Where each output of the graph is: a buffer by number, or the name of what a call gives, the caller gave or a weight holds. */
  readonly outputs: readonly ProgramOutput[];
  /** Bytes of the arena, known before the run; offsets in it are multiples of 64. */
  readonly arenaBytes: number;
  /** What is written to `constants` before the first run, in the order of offsets, which are multiples of 64. */
  readonly constants: readonly ProgramConstant[];
  readonly constantBytes: number;
  /** What its kernels are called with as their size, and dims and offsets are for; undefined where no kernel has one. */
  readonly size?: number;
}

/** Where an output of the graph is. */
export interface ProgramOutput {
  readonly name: string;
  readonly from: number | string;
}

/** Elements that are made of a weight or a constant at compile time. */
export interface ProgramConstant {
  readonly offset: number;
  readonly memory: Memory;
  readonly from: Weight | Tensor;
  /** How they are laid out; undefined: as they are. */
  readonly packing?: Packing;
}

/**
 * A new order of elements: the packed array has dims `sizes`; its element at index i is that of the source at position sum(i[d] * strides[d]),
 * or 0 where for some of `limits` the sum over its axes of i[axis] * scale is not below `below`.
 */
export interface Packing {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly limits: readonly {
    readonly axes: readonly { readonly axis: number; readonly scale: number }[];
    readonly below: number;
  }[];
  /** What becomes of the rows that the last axis is. */
  readonly rows?: RowGroups;
}

/**
 * Rows of bytes, `places` of them at a time: their sums in i32, or groups of so many rows as one, the elements of each column side by side.
 * The last group is of the last rows, with `fill` (default 0) for those that are in the one before; of fewer rows than a group has, it comes after.
 */
export interface RowGroups {
  readonly places: number;
  readonly as: "sum" | 2 | 4;
  readonly fill?: number;
}
