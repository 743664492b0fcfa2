import {
  copyElements,
  denseData,
  denseStrides,
  DTYPES,
  elementCount,
  HoduError,
  isWide,
  lanesOf,
  type NamedValue,
  quote,
  type Tensor,
  type TensorData,
} from "@hodu/core";
import type { OutputMemory } from "./contracts/backend.ts";

/**
 * The outputs of a run with those that `into` names copied to the memory given there; for backends that compute into memory
 * of their own. Throws BAD_INPUT, and then has written nothing.
 *
 * @example
 * ```js
 * import { fillOutputs, tensorFrom } from "hodu-plugin-sdk";
 *
 * const data = new Float32Array(2);
 * const outputs = [{ name: "y", value: tensorFrom("f32", [2], [1, 2]) }];
 * const [{ value }] = fillOutputs(outputs, [{ name: "y", data }]);
 * console.log(value.data === data, data);
 * ```
 * ```text
 * true Float32Array(2) [ 1, 2 ]
 * ```
 */
export function fillOutputs(
  outputs: readonly NamedValue[],
  into: readonly OutputMemory[] | undefined,
): readonly NamedValue[] {
  if (into === undefined || into.length === 0) return outputs;
  const memory = new Map(into.map(({ name, data }) => [name, data]));
  checkNames(outputs, into, memory);
  for (const output of outputs) {
    const data = memory.get(output.name);
    if (data !== undefined) checkMemory(output, data);
  }
  return outputs.map((output) => {
    const data = memory.get(output.name);
    if (data === undefined || output.value.kind !== "tensor") return output;
    return { name: output.name, value: filled(output.value, data) };
  });
}

function checkNames(
  outputs: readonly NamedValue[],
  into: readonly OutputMemory[],
  memory: ReadonlyMap<string, TensorData>,
): void {
  const names = new Set(outputs.map(({ name }) => name));
  for (const { name } of into) {
    if (names.has(name)) continue;
    throw refuse(name, `the run does not give it, it gives ${[...names].map(quote).join(", ")}`);
  }
  if (memory.size < into.length) throw refuse(into[0].name, "an output is named twice");
}

function checkMemory({ name, value }: NamedValue, data: TensorData): void {
  if (value.kind !== "tensor") throw refuse(name, `it is a ${value.kind}, expected a tensor`);
  const wanted = isWide(value) ? "Float64Array" : DTYPES[value.dtype].storage;
  const length = elementCount(value.shape) * lanesOf(value.dtype);
  // by its tag: the class of another realm is another one
  const found = Array.isArray(data) ? "Array" : data[Symbol.toStringTag];
  if (found === wanted && data.length === length) return;
  const type = `${value.dtype}[${value.shape.join(", ")}]`;
  throw refuse(name, `found ${found}(${data.length}), expected ${wanted}(${length}) for ${type}`);
}

function filled(tensor: Tensor, data: TensorData): Tensor {
  copyElements(denseData(tensor), data);
  return { ...tensor, strides: denseStrides(tensor.shape), offset: 0, data };
}

function refuse(name: string, why: string): HoduError {
  return new HoduError("BAD_INPUT", `Cannot put output ${quote(name)} into the memory given: ${why}`);
}
