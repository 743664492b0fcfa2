import {
  denseData,
  type DType,
  elementCount,
  encodeNumbers,
  type Graph,
  isDense,
  isWide,
  type NamedValue,
  numbers,
  staticShape,
  type Tensor,
  tensorOf,
  typeOfValue,
  type Value,
} from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";
import type { InputValues } from "./input-values.ts";

/** An input of a program as a run sees it. */
export interface InputSlot {
  readonly name: string;
  /** The buffer that it is bound to; undefined for one that no kernel reads. */
  readonly buffer: number | undefined;
  /** What a value must be to be taken without further checks; undefined where that cannot be said. */
  readonly dtype: DType | undefined;
  readonly dims: readonly number[];
  /** Whether the program is for runs that take its default, which is a weight of it. */
  readonly isLeftOut: boolean;
  /** The elements that the program was compiled for. */
  readonly known: Tensor | undefined;
  /** Elements that the storage of a dense tensor has. */
  readonly elements: number;
}

/** The inputs of a model, in the graph's order, as its program for the types of `bound` wants them; `known`: values that are part of it. */
export function inputSlots(
  { inputs }: Graph,
  bound: Graph,
  { buffers }: ProgramPlan,
  known: readonly NamedValue[],
): readonly InputSlot[] {
  const numbers = new Map<string, number>();
  buffers.forEach(({ place }, number) => place.kind === "input" && numbers.set(place.name, number));
  const types = new Map(bound.inputs.map(({ name, type }) => [name, type]));
  return inputs.map(({ name, default: initial }): InputSlot => {
    const found = known.find((each) => each.name === name)?.value;
    const value = found?.kind === "tensor" ? found : undefined;
    const type = value ? typeOfValue(value) : types.get(name);
    const dims = type?.kind === "tensor" ? staticShape(type.shape) : undefined;
    const isLeftOut = initial !== undefined && value === undefined && !types.has(name);
    const open: InputSlot = {
      name,
      buffer: undefined,
      dtype: undefined,
      dims: [],
      elements: 0,
      isLeftOut,
      known: value,
    };
    if (type?.kind !== "tensor" || dims === undefined) return open;
    return { ...open, buffer: numbers.get(name), dtype: type.dtype, dims, elements: elementCount(dims) };
  });
}

/** The values of inputs that are given in order, all that the program is for, as it wants them; undefined for any others. */
export function matchInputs(slots: readonly InputSlot[], inputs: readonly NamedValue[]): InputValues | undefined {
  if (inputs.length > slots.length) return undefined;
  const values = new Array<Value | undefined>(slots.length);
  let given = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    if (slot.isLeftOut) continue;
    if (given === inputs.length) return undefined;
    const { name, value } = inputs[given++];
    if (name !== slot.name || value.kind !== "tensor" || !fits(value, slot)) return undefined;
    if (slot.known !== undefined && !isSame(value, slot.known)) return undefined;
    values[i] = value;
  }
  return given === inputs.length ? values : undefined;
}

/** Whether a tensor has the type of a slot. */
function fits({ dtype, shape }: Tensor, slot: InputSlot): boolean {
  if (dtype !== slot.dtype || shape.length !== slot.dims.length) return false;
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== slot.dims[axis]) return false;
  return true;
}

/** Whether two tensors of one dtype have the same bits. */
export function isSame(one: Tensor, other: Tensor): boolean {
  const [a, b] = [elementBytes(one), elementBytes(other)];
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
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
