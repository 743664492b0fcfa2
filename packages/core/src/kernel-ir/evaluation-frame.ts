import { quote } from "../errors/quote.ts";
import { kernelError } from "./kernel-error.ts";
import type { ElementArray } from "./elements.ts";
import type { ScalarValue } from "./scalar-values.ts";
import type { Buffer, Expression } from "./types.ts";

/** The lanes of a value; one for a scalar. */
export type Lanes = readonly ScalarValue[];

/** A buffer and what it was called with. */
export interface BoundBuffer {
  readonly buffer: Buffer;
  readonly elements: ElementArray;
  readonly length: number;
}

/** What expressions are evaluated over. */
export interface Frame {
  readonly kernel: string;
  readonly buffers: ReadonlyMap<string, BoundBuffer>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly locals: Map<string, Lanes>;
  readonly arrays: Map<string, (Lanes | undefined)[]>;
}

/** Ends the evaluation of a kernel that does what the IR does not define. */
export function stop(frame: Frame, found: string): never {
  throw kernelError(`run kernel ${quote(frame.kernel)}`, found);
}

/** The value of a name. Throws INVALID_KERNEL for one that is not there. */
export function named<Value>(frame: Frame, values: ReadonlyMap<string, Value>, name: string): Value {
  return values.get(name) ?? stop(frame, `the name "${name}", which nothing declares`);
}

/** The place of an element; the caller says how many there are. */
export function placeIn(frame: Frame, name: string, index: ScalarValue, length: number): number {
  if (typeof index === "number" && index >= 0 && index < length) return index;
  return stop(frame, `index ${String(index)} of "${name}", expected 0..${length - 1}`);
}

/** Which expression evaluates to what; given to the rules of each kind. */
export type Evaluate = (expression: Expression, frame: Frame) => Lanes;
