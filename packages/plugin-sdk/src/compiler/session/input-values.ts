import { bindInputs, type Graph, type NamedValue, staticShape, type Tensor, type Value } from "@hodu/core";
import { toHex } from "../../weights/hex.ts";
import { elementBytes } from "./input-slot.ts";

/** The values of a model's inputs by place, defaults filled in. Throws BAD_INPUT, MISSING_INPUT as every backend does. */
export function inputValues(
  graph: Graph,
  weights: ReadonlyMap<string, Tensor>,
  inputs: readonly NamedValue[],
): readonly Value[] {
  const { values } = bindInputs(
    graph,
    inputs.map(({ name, value }) => [name, value] as const),
  );
  return graph.inputs.map(({ name, default: initial }) => values.get(name) ?? weights.get(initial!)!);
}

/** The dims of the tensors among a model's inputs, as a key: programs are compiled for them. */
export function dimsKey(values: readonly Value[]): string {
  return values.map((value) => (value.kind === "tensor" ? value.shape.join(",") : "-")).join(";");
}

/** The key of values of the static types that a graph declares. */
export function declaredKey({ inputs }: Graph): string {
  return inputs
    .map(({ type }) => (type?.kind === "tensor" ? (staticShape(type.shape)?.join(",") ?? "?") : "-"))
    .join(";");
}

/** The elements of the tensors at these places, as a key. They are small: shapes, axes. */
export function elementsKey(values: readonly Value[], places: readonly number[]): string {
  return places
    .map((i) => {
      const value = values[i];
      return value.kind === "tensor" ? toHex(elementBytes(value)) : "-";
    })
    .join(";");
}
