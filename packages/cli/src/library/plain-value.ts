import { denseData, denseStrides, isWide, type Tensor, type Value } from "@hodu/core";

/** A value whose tensors are as the library gives them: `data` holds just their elements, in the storage of their dtype. */
export function plainValue(value: Value): Value {
  switch (value.kind) {
    case "tensor":
      return plainTensor(value);
    case "sequence":
      return { ...value, items: value.items.map(plainValue) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: plainValue(value.value) };
    case "map":
      return { ...value, values: value.values.map(plainValue) };
  }
}

/** What was computed in double is a tensor of doubles. */
function plainTensor(tensor: Tensor): Tensor {
  const dtype = isWide(tensor) ? "f64" : tensor.dtype;
  return {
    kind: "tensor",
    dtype,
    shape: tensor.shape,
    strides: denseStrides(tensor.shape),
    offset: 0,
    data: denseData(tensor),
  };
}
