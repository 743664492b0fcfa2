import { bytesOfTensor, type NamedValue, type Value } from "@hodu/core";
import { toHex } from "hodu-plugin-sdk";

/** A value as plain data in which every bit of every tensor counts. */
export function bitsOf(value: Value): unknown {
  switch (value.kind) {
    case "tensor":
      return { dtype: value.dtype, shape: value.shape, bytes: toHex(bytesOfTensor(value)) };
    case "sequence":
      return { ...value, items: value.items.map(bitsOf) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: bitsOf(value.value) };
    case "map":
      return { ...value, values: value.values.map(bitsOf) };
  }
}

export function bitsOfAll(values: readonly NamedValue[]): unknown {
  return values.map(({ name, value }) => [name, bitsOf(value)]);
}
