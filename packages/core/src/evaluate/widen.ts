import { isWidened } from "../dtypes/dtypes.ts";
import { numbers } from "../tensors/elements.ts";
import { elementCount, isWide, type Tensor, tensorOf } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";

/** The value with every f16, bf16 and f32 tensor in double; itself when it has none. */
export function widen(value: Value): Value {
  switch (value.kind) {
    case "tensor":
      return widenTensor(value);
    case "sequence":
      return { ...value, items: value.items.map(widen) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: widen(value.value) };
    case "map":
      return { ...value, values: value.values.map(widen) };
  }
}

export function widenTensor(tensor: Tensor): Tensor {
  if (!isWidened(tensor.dtype) || isWide(tensor)) return tensor;
  return tensorOf(tensor.dtype, tensor.shape, new Float64Array(numbers(tensor)));
}

/** Bytes of new storage that `widen` takes. */
export function bytesToWiden(value: Value): number {
  switch (value.kind) {
    case "tensor":
      return isWidened(value.dtype) && !isWide(value) ? 8 * elementCount(value.shape) : 0;
    case "sequence":
      return value.items.reduce((total, item) => total + bytesToWiden(item), 0);
    case "optional":
      return value.value === undefined ? 0 : bytesToWiden(value.value);
    case "map":
      return value.values.reduce((total, item) => total + bytesToWiden(item), 0);
  }
}
