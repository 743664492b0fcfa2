import type { InputShape, NamedValue } from "hodu-plugin-sdk";

/** The shapes of the tensors among inputs, to compile for. */
export function inputShapes(inputs: readonly NamedValue[]): readonly InputShape[] {
  return inputs.flatMap(({ name, value }) => (value.kind === "tensor" ? [{ name, dims: value.shape }] : []));
}
