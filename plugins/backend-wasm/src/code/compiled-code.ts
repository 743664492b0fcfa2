import type { SizedTurns } from "./turns.ts";

/** A part of a kernel: an exported function of the module. */
export interface PhaseCode {
  readonly name: string;
  /** Turns that may go to several threads, in ranges; undefined: it runs once. */
  readonly turns?: number | SizedTurns;
}

/** How a kernel is called: phase after phase. */
export interface KernelCode {
  readonly phases: readonly PhaseCode[];
  /** Bytes that each thread has for arrays. */
  readonly stackBytes: number;
  /** Whether it is called with the size of the program, behind its buffers. */
  readonly isSized?: boolean;
}

/** What `generate` makes of a program. */
export interface CompiledCode {
  /** Whether the module imports a memory that threads share. */
  readonly isShared: boolean;
  /** By number of the kernel in the program. */
  readonly kernels: readonly KernelCode[];
  readonly module: Uint8Array<ArrayBuffer>;
}
