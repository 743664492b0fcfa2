import { typeOfValue, type Value, type ValueType } from "@hodu/core";

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
    const content = contentOf(value, type.element);
    if (content === undefined) return { kind: "optional", element: type.element };
    return { kind: "optional", element: type.element, value: fitValue(content, type.element) };
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

/** What an optional holds: ONNX writes one with the bytes of a sequence of at most one, so what is read as that may be it. */
function contentOf(value: Value, element: ValueType): Value | undefined {
  if (value.kind !== "sequence" || value.items.length > 1 || sameKinds(typeOfValue(value), element)) return value;
  return value.items[0];
}

function sameKinds(a: ValueType, b: ValueType): boolean {
  if (a.kind === "tensor" || b.kind === "tensor") return a.kind === b.kind;
  return a.kind === b.kind && sameKinds(a.element, b.element);
}
