import { type Dim, dimsEqual } from "../snapshot/dims.ts";
import { tensorType, type ValueType } from "../tensors/values.ts";
import type { Inferred } from "./context.ts";

/** What is known of a value that has one type or the other; `other` gives the dim that stands for two unequal ones. */
export function mergeTypes(a: Inferred, b: Inferred, other: (a: Dim, b: Dim) => Dim): Inferred {
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === "tensor" && b.kind === "tensor") {
    if (a.dtype !== b.dtype) return undefined;
    if (a.shape === undefined || b.shape === undefined || a.shape.length !== b.shape.length) return tensorType(a.dtype);
    const { shape } = b;
    return tensorType(
      a.dtype,
      a.shape.map((dim, i) => (dimsEqual(dim, shape[i]) ? dim : other(dim, shape[i]))),
    );
  }
  if (a.kind === "tensor" || b.kind === "tensor" || a.kind !== b.kind) return undefined;
  if (a.kind === "map" && b.kind === "map" && a.key !== b.key) return undefined;
  const element = mergeTypes(a.element, b.element, other);
  return element && { ...a, element };
}

/** The type with every dim replaced. */
export function mapDims(type: ValueType, replace: (dim: Dim) => Dim): ValueType {
  if (type.kind === "tensor") return tensorType(type.dtype, type.shape?.map(replace));
  return { ...type, element: mapDims(type.element, replace) };
}

/** The type without the shapes in it. */
export function withoutShapes(type: ValueType): ValueType {
  if (type.kind === "tensor") return tensorType(type.dtype);
  return { ...type, element: withoutShapes(type.element) };
}

/** An item of a sequence has its element type, but each item has its own unknown dims. */
export function itemType(element: ValueType, fresh: () => Dim): ValueType {
  return mapDims(element, (dim) => (typeof dim === "number" ? dim : fresh()));
}
