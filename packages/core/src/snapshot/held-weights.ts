import { tensorFromBytes } from "../tensors/bytes.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { Weight, WeightStore } from "./types.ts";

/**
 * Gives the tensors of the weights whose bytes a Snapshot holds itself, each made once; undefined for those that lie in files.
 * Throws BAD_TENSOR_FILE for bytes that do not fit the weight.
 */
export function heldWeights(stores: readonly WeightStore[]): (weight: Weight) => Tensor | undefined {
  const tensors = new Map<Weight, Tensor>();
  return (weight) => {
    const store = stores[weight.store];
    if (store.kind !== "bytes") return undefined;
    let tensor = tensors.get(weight);
    if (tensor === undefined) {
      const bytes = store.bytes.subarray(weight.offset, weight.offset + weight.length);
      tensor = tensorFromBytes(weight.dtype, weight.shape, bytes);
      tensors.set(weight, tensor);
    }
    return tensor;
  };
}
