import type { Node, Tensor, Weight } from "@hodu/core";
import type { Kernel, Memory } from "@hodu/core/kernel-ir";
import type { Packing } from "../program/types.ts";

/** Where the elements of a buffer come from before the first step: the caller, the model, a constant, or a step. */
export type BufferSource =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "weight"; readonly weight: Weight }
  | { readonly kind: "constant"; readonly tensor: Tensor }
  /** Elements of a weight or a constant in another order, half floats perhaps as f32: laid out before the first run. */
  | { readonly kind: "packed"; readonly of: Weight | Tensor; readonly packing: Packing }
  | { readonly kind: "step" };

/** Elements in row-major order that kernels read or write. */
export interface ScheduledBuffer {
  /** The value of the graph that it holds, or a name made from one for a value on the way to it. */
  readonly name: string;
  readonly memory: Memory;
  readonly dims: readonly number[];
  /** The axis of the dim that is a multiple of the program's size. */
  readonly sizedAxis?: number;
  readonly source: BufferSource;
}

/** One thing that is done in a run. */
export type ScheduleStep =
  /** A kernel with its buffers, by index into the schedule's, in the kernel's order; and the operator that makes its value, or the sum in it. */
  | {
      readonly kind: "kernel";
      readonly kernel: Kernel;
      readonly buffers: readonly number[];
      readonly operator: string;
    }
  /** A node that runs by its reference kernel, and why. It reads and writes values by name. */
  | { readonly kind: "call"; readonly node: Node; readonly reason: string };

/** A graph as steps in the order of a run, each after those that it reads from. Every buffer lives for the whole run. */
export interface Schedule {
  readonly buffers: readonly ScheduledBuffer[];
  readonly steps: readonly ScheduleStep[];
  /** Where each output of the graph is: a buffer by index, or the name of what a call gives or the caller gave. */
  readonly outputs: readonly (number | string)[];
  /** Inputs of the graph, all small, whose elements would leave fewer calls if they were known before the run. */
  readonly wanted: readonly string[];
  /** What the size is that kernels are called with, for these dims; undefined where no kernel has one. */
  readonly size?: number;
}

/** What a target lets kernels do, as data. */
export interface ScheduleTarget {
  /** Name of the emitter's target: of C_TARGETS or WASM_TARGETS. */
  readonly name: string;
  /** Bytes of a vector register; 0 for no vectors. */
  readonly vectorBytes: number;
  /** Vector registers that a kernel may count on. */
  readonly registers: number;
  /** Whether a * b + c is one instruction. */
  readonly hasFma: boolean;
  /** Products of bytes that one operation sums: four, or two that are widened to words. Default: none. */
  readonly dots?: 2 | 4;
  /** Whether the target's compiler moves all loads of a block before its arithmetic, so that each takes a register. Default: it does not. */
  readonly loadsFirst?: boolean;
  /** Results must be the same bits whatever the target: sums in one fixed order, nothing fused. */
  readonly isReproducible: boolean;
  /** The dim that stands for the program's size: dims that are multiples of it are as many times the size that kernels are called with. */
  readonly standIn?: number;
}
