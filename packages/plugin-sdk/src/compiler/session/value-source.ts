import { type DType, type Tensor, tensorFromBytes, type Value } from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";
import type { InputSlot } from "./input-slot.ts";
import type { InputValues } from "./input-values.ts";
import type { RunState } from "./program-memory.ts";

/** Where a value of the graph is found in a run. */
export type ValueSource =
  /** What the caller gave, by place among the inputs. */
  | { readonly kind: "input"; readonly at: number }
  /** Elements in the memory of a buffer. */
  | { readonly kind: "buffer"; readonly buffer: number; readonly dtype: DType; readonly dims: readonly number[] }
  /** A weight or a constant. */
  | { readonly kind: "fixed"; readonly tensor: Tensor }
  /** What a call gave. */
  | { readonly kind: "slot"; readonly slot: number };

/** Finds the values of a program by name; undefined for a name of a graph inside of a node. */
export type ValueFinder = (name: string) => ValueSource | undefined;

/**
 * The finder of a program. `inputs`: those that callers give; `slots`: what calls give, by name; `fixed`: bytes of weights and constants by
 * number of buffer.
 */
export function valueFinder(
  plan: ProgramPlan,
  inputs: readonly InputSlot[],
  slots: ReadonlyMap<string, number>,
  fixed: (buffer: number) => Uint8Array | undefined,
  weights: ReadonlyMap<string, Tensor>,
): ValueFinder {
  const given = new Map(inputs.flatMap(({ name, isLeftOut }, at) => (isLeftOut ? [] : [[name, at]])));
  const buffers = new Map(plan.buffers.map(({ name }, number) => [name, number]));
  const inBuffer = (number: number): ValueSource => {
    const { memory, dims, place } = plan.buffers[number];
    const dtype = memory as DType;
    const bytes = place.kind === "weight" || place.kind === "constant" ? fixed(number) : undefined;
    if (bytes === undefined) return { kind: "buffer", buffer: number, dtype, dims };
    return { kind: "fixed", tensor: tensorFromBytes(dtype, dims, bytes) };
  };
  return (name) => {
    const [slot, at, number, tensor] = [slots.get(name), given.get(name), buffers.get(name), weights.get(name)];
    if (slot !== undefined) return { kind: "slot", slot };
    if (at !== undefined) return { kind: "input", at };
    if (number !== undefined) return inBuffer(number);
    return tensor && { kind: "fixed", tensor };
  };
}

/** The value in a run. Tensors may be views of memory that later steps write to. */
export function valueAt(source: ValueSource, inputs: InputValues, { memory, values }: RunState): Value | undefined {
  switch (source.kind) {
    case "input":
      return inputs[source.at];
    case "fixed":
      return source.tensor;
    case "slot":
      return values[source.slot];
    case "buffer":
      return tensorFromBytes(source.dtype, source.dims, memory[source.buffer]!);
  }
}
