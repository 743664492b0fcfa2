import {
  bytesPerElement,
  denseData,
  type DType,
  encodeNumbers,
  type Graph,
  isDense,
  isWide,
  type NamedValue,
  numbers,
  type Tensor,
  tensorOf,
  type Value,
} from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";

/** An input of a program as a run sees it. */
export interface InputSlot {
  readonly name: string;
  /** The buffer that it is bound to; undefined for one that no kernel reads. */
  readonly buffer: number | undefined;
  /** What is bound: undefined for one that kernels cannot read. */
  readonly dtype: DType | undefined;
  readonly dims: readonly number[];
  /** Elements that the storage of a dense tensor has. */
  readonly elements: number;
}

/** The inputs of a program, in the graph's order. */
export function inputSlots({ inputs }: Graph, { buffers }: ProgramPlan): readonly InputSlot[] {
  const bound = new Map<string, number>();
  buffers.forEach(({ place }, number) => place.kind === "input" && bound.set(place.name, number));
  return inputs.map(({ name }): InputSlot => {
    const number = bound.get(name);
    if (number === undefined) return { name, buffer: undefined, dtype: undefined, dims: [], elements: 0 };
    const { memory, dims, bytes } = buffers[number];
    const dtype = memory as DType;
    return { name, buffer: number, dtype, dims, elements: bytes / bytesPerElement(dtype) };
  });
}

/** The values of inputs that are given in order, all of them, as the program wants them; undefined for any others. */
export function matchInputs(slots: readonly InputSlot[], inputs: readonly NamedValue[]): readonly Value[] | undefined {
  if (inputs.length !== slots.length) return undefined;
  const values = new Array<Value>(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const { name, value } = inputs[i];
    if (name !== slot.name || value.kind !== "tensor" || !fits(value, slot)) return undefined;
    values[i] = value;
  }
  return values;
}

/** Whether a tensor has the type of a slot. */
export function fits({ dtype, shape }: Tensor, slot: InputSlot): boolean {
  if (dtype !== slot.dtype || shape.length !== slot.dims.length) return false;
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== slot.dims[axis]) return false;
  return true;
}

/** The elements of a tensor in row-major order, as kernels read them: a view of its storage where that is possible. */
export function elementBytes(tensor: Tensor): Uint8Array {
  const narrow = isWide(tensor)
    ? tensorOf(tensor.dtype, tensor.shape, encodeNumbers(tensor.dtype, numbers(tensor)))
    : tensor;
  const data = denseData(narrow);
  if (Array.isArray(data)) throw new TypeError("elementBytes of strings");
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Whether the storage of a tensor is its elements, in order and nothing else. */
export function isPlain(tensor: Tensor, elements: number): boolean {
  return tensor.offset === 0 && tensor.data.length === elements && isDense(tensor) && !isWide(tensor);
}
