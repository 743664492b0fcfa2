import {
  copyElements,
  denseData,
  denseStrides,
  type DType,
  elementCount,
  newStorage,
  type Tensor,
  type TensorData,
  tensorOf,
  type Value,
} from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";
import type { InputValues } from "./input-values.ts";
import type { RunState } from "./program-memory.ts";
import { nameOfCall } from "./stretches.ts";
import { type ValueFinder, type ValueSource, valueAt } from "./value-source.ts";

/** How one output of a run comes about. */
export type OutputPlan =
  /** Kernels write it to memory of its own. */
  | {
      readonly kind: "made";
      readonly name: string;
      readonly buffer: number;
      readonly dtype: DType;
      readonly shape: readonly number[];
      readonly strides: readonly number[];
      readonly elements: number;
    }
  /** It is there when the run ends: given as it is (`isOwn`), or a copy of it. */
  | { readonly kind: "found"; readonly name: string; readonly source: ValueSource; readonly isOwn: boolean };

/** The outputs of a program, in the graph's order. */
export function outputPlans(plan: ProgramPlan, find: ValueFinder): readonly OutputPlan[] {
  const taken = new Set<number>();
  return plan.outputs.map(({ name, from }): OutputPlan => {
    const buffer = typeof from === "number" ? plan.buffers[from] : undefined;
    if (typeof from === "number" && buffer?.place.kind === "output" && buffer.place.name === name && !taken.has(from)) {
      taken.add(from);
      const { memory, dims } = buffer;
      const shape = Object.freeze([...dims]);
      const strides = Object.freeze(denseStrides(dims));
      return { kind: "made", name, buffer: from, dtype: memory as DType, shape, strides, elements: elementCount(dims) };
    }
    const source = find(nameOfCall(from, plan) ?? buffer!.name)!;
    const slot = source.kind === "slot" ? -1 - source.slot : undefined;
    const isOwn = slot !== undefined && !taken.has(slot);
    if (slot !== undefined) taken.add(slot);
    return { kind: "found", name, source, isOwn };
  });
}

/** Gives each output that kernels make memory to be made in. */
export function bindOutputs(plans: readonly OutputPlan[], { memory, outputs }: RunState, copiesOut: boolean): void {
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i];
    if (plan.kind !== "made" || copiesOut || outputs[i] !== undefined) continue;
    const data = newStorage(plan.dtype, plan.elements) as Uint8Array;
    outputs[i] = data;
    memory[plan.buffer] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

/** An output after the run. With `keeps` its memory stays with the state: its receiver copies it. */
export function takeOutput(
  plan: OutputPlan,
  i: number,
  inputs: InputValues,
  state: RunState,
  copiesOut: boolean,
  keeps: boolean,
): Value {
  if (plan.kind === "found") {
    const value = valueAt(plan.source, inputs, state)!;
    return plan.isOwn ? value : copyOf(value);
  }
  const { dtype, shape, strides } = plan;
  let data = state.outputs[i];
  if (copiesOut || data === undefined) {
    data = newStorage(dtype, plan.elements);
    bytesOf(data).set(state.memory[plan.buffer]!);
  } else if (!keeps) {
    state.outputs[i] = undefined;
    state.memory[plan.buffer] = undefined;
  }
  return { kind: "tensor", dtype, shape, strides, offset: 0, data };
}

function bytesOf(data: TensorData): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The value in memory of its own. */
function copyOf(value: Value): Value {
  switch (value.kind) {
    case "tensor":
      return copyOfTensor(value);
    case "sequence":
      return { ...value, items: value.items.map(copyOf) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: copyOf(value.value) };
    case "map":
      return { ...value, values: value.values.map(copyOf) };
  }
}

function copyOfTensor(tensor: Tensor): Tensor {
  const from = denseData(tensor);
  const to = newStorage(tensor.dtype, elementCount(tensor.shape));
  if (from.constructor !== to.constructor) return tensorOf(tensor.dtype, tensor.shape, from.slice());
  copyElements(from, to);
  return tensorOf(tensor.dtype, tensor.shape, to);
}
