import type { ValueType } from "../tensors/values.ts";
import { formatShape } from "./dims.ts";

/** `f32[batch, 3]`, `f32[...]`, `seq(i64[...])`, `map(string, f32[])`: the notation of the CLI and of the textual form. */
export function formatType(type: ValueType | undefined): string {
  if (type === undefined) return "unknown";
  switch (type.kind) {
    case "tensor":
      return `${type.dtype}${formatShape(type.shape)}`;
    case "sequence":
      return `seq(${formatType(type.element)})`;
    case "optional":
      return `optional(${formatType(type.element)})`;
    case "map":
      return `map(${type.key}, ${formatType(type.element)})`;
  }
}
