import { type DType, formatDim, formatType, type ValueType } from "@hodu/core";

/** A value as data: what a report says of an input, an output or a tensor of a file. */
export interface ValueReport {
  readonly name: string;
  /** Such as `f32[batch, 3]`, `seq(i64[...])` or `unknown`. */
  readonly type: string;
  /** Of tensors. */
  readonly dtype?: DType;
  /** Of tensors of known rank. A dim is a number, or an expression over symbols as text. */
  readonly shape?: readonly (number | string)[];
}

export function reportValue(name: string, type: ValueType | undefined): ValueReport {
  const text = formatType(type);
  if (type?.kind !== "tensor") return { name, type: text };
  if (type.shape === undefined) return { name, type: text, dtype: type.dtype };
  const shape = type.shape.map((dim) => (typeof dim === "number" ? dim : formatDim(dim)));
  return { name, type: text, dtype: type.dtype, shape };
}
