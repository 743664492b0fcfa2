import { elementCount, type Tensor, tensorFromBytes, type Weight } from "@hodu/core";
import type { WeightBytes } from "./weight-bytes.ts";

/** Largest constant that inference looks at. */
const MAX_ELEMENTS = 65_536;

/** The tensors of small weights, each made once, for inference. */
export function smallConstants(bytesOf: WeightBytes): (weight: Weight) => Tensor | undefined {
  const made = new Map<Weight, Tensor>();
  return (weight) => {
    if (elementCount(weight.shape) > MAX_ELEMENTS) return undefined;
    const tensor = made.get(weight) ?? tensorFromBytes(weight.dtype, weight.shape, bytesOf(weight));
    made.set(weight, tensor);
    return tensor;
  };
}
