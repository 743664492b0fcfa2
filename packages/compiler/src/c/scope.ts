import type { Buffer } from "@hodu/core/kernel-ir";
import type { CLines } from "./c-lines.ts";
import type { MaskWidth } from "./c-type.ts";
import type { Names } from "./names.ts";
import type { Prelude } from "./prelude.ts";

/** A name of the IR as it stands in C. */
export interface Declared {
  readonly identifier: string;
  /** Its declaration as the field of a struct, where another function gets it. */
  readonly field: string;
  /** Bits of each lane where it is a bool of several lanes. */
  readonly mask: MaskWidth;
  /** An array that is as many variables: all its indices are known. */
  readonly isSplit: boolean;
}

/** What the emitter of one function knows while it writes. */
export interface Scope {
  readonly symbol: string;
  readonly prelude: Prelude;
  readonly names: Names;
  readonly lines: CLines;
  /** Functions that the kernel hands to other threads; they stand before it. */
  readonly parts: string[];
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly declared: Map<string, Declared>;
  /** Indices of the loops that are being written out. */
  readonly unrolled: Map<string, number>;
  readonly splitArrays: ReadonlySet<string>;
}

/** What stands for a name of the IR. The verifier has seen that every name is declared before it is used. */
export function declaredOf(scope: Scope, name: string): Declared {
  const declared = scope.declared.get(name);
  if (declared === undefined)
    throw new Error(`a kernel that was not verified: ${JSON.stringify(name)} is not declared`);
  return declared;
}
