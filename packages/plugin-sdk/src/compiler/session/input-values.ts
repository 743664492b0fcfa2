import { bindInputs, type Graph, type NamedValue, staticShape, type Value } from "@hodu/core";
import { toHex } from "../../weights/hex.ts";
import { elementBytes } from "./input-slot.ts";

/** The values that a run has for a model's inputs, by place; undefined where it takes the default. */
export type InputValues = readonly (Value | undefined)[];

/** The values of a model's inputs by place. Throws BAD_INPUT, MISSING_INPUT as every backend does. */
export function inputValues(graph: Graph, inputs: readonly NamedValue[]): InputValues {
  const { values } = bindInputs(
    graph,
    inputs.map(({ name, value }) => [name, value] as const),
  );
  return graph.inputs.map(({ name }) => values.get(name));
}

const DEFAULT = "=";
const NO_TENSOR = "-";

/** Which of a model's inputs are given, and the dims of the tensors among them, as a key: programs are compiled for both. */
export function dimsKey(values: InputValues): string {
  return values
    .map((value) => {
      if (value === undefined) return DEFAULT;
      return value.kind === "tensor" ? value.shape.join(",") : NO_TENSOR;
    })
    .join(";");
}

/** The key of a model's runs that give the inputs of `bound`, of the static types that it declares, and no others. */
export function declaredKey({ inputs }: Graph, bound: Graph): string {
  const types = new Map(bound.inputs.map(({ name, type }) => [name, type]));
  return inputs
    .map(({ name }) => {
      if (!types.has(name)) return DEFAULT;
      const type = types.get(name);
      return type?.kind === "tensor" ? (staticShape(type.shape)?.join(",") ?? "?") : NO_TENSOR;
    })
    .join(";");
}

/** The elements of the tensors at these places, as a key. They are small: shapes, axes. */
export function elementsKey(values: InputValues, places: readonly number[]): string {
  return places
    .map((i) => {
      const value = values[i];
      return value?.kind === "tensor" ? toHex(elementBytes(value)) : NO_TENSOR;
    })
    .join(";");
}
