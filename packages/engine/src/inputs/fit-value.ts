import type { Value, ValueType } from "@hodu/core";

/**
 * A value read from a file in the form that the model declares, where the file cannot tell: a tensor for an optional tensor,
 * an empty sequence for a sequence of any element type. What does not fit stays as it is, for the check of inputs to refuse.
 */
export function fitValue(value: Value, type: ValueType | undefined): Value {
  if (type === undefined) return value;
  if (type.kind === "optional") {
    if (value.kind === "optional") {
      if (value.value === undefined) return { kind: "optional", element: type.element };
      return { kind: "optional", element: type.element, value: fitValue(value.value, type.element) };
    }
    return { kind: "optional", element: type.element, value: fitValue(value, type.element) };
  }
  if (value.kind === "optional" && value.value !== undefined) return fitValue(value.value, type);
  if (value.kind === "sequence" && type.kind === "sequence") {
    return {
      kind: "sequence",
      element: value.items.length === 0 ? type.element : value.element,
      items: value.items.map((item) => fitValue(item, type.element)),
    };
  }
  return value;
}
