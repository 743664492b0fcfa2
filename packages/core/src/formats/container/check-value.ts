import { integerRange, isInteger } from "../../dtypes/dtypes.ts";
import { typeFits } from "../../inference/infer.ts";
import { withoutShapes } from "../../inference/merge-types.ts";
import { formatType } from "../../snapshot/format-type.ts";
import { isWide } from "../../tensors/tensor.ts";
import { type MapValue, typeOfValue, type Value, type ValueType } from "../../tensors/values.ts";
import type { PartReader } from "../../wire/codec.ts";

/** Holds a value of a file to its own type: items fit their element type, keys their dtype, and no key stands twice. */
export function checkValue(value: Value, from: PartReader): void {
  switch (value.kind) {
    case "tensor":
      if (isWide(value)) from.fail("wide", `elements of ${value.dtype}`);
      return;
    case "sequence":
      return from.inside("items", () => checkItems(value.items, value.element, from));
    case "optional":
      return from.inside("value", () =>
        checkItems(value.value === undefined ? [] : [value.value], value.element, from),
      );
    case "map":
      from.inside("keys", () => checkKeys(value, from));
      return from.inside("values", () => checkItems(value.values, value.element, from));
  }
}

function checkItems(items: readonly Value[], element: ValueType, from: PartReader): void {
  for (const [i, item] of items.entries()) {
    const type = withoutShapes(typeOfValue(item));
    if (!typeFits(type, withoutShapes(element))) from.inside(i, () => from.fail(formatType(type), formatType(element)));
    from.inside(i, () => checkValue(item, from));
  }
}

function checkKeys({ key, keys }: MapValue, from: PartReader): void {
  if (key !== "string" && !isInteger(key)) from.fail(key, "an integer dtype or string");
  if (new Set<unknown>(keys).size !== keys.length) from.fail("a key twice", "each key once");
  if (key === "string") return;
  const { min, max } = integerRange(key);
  for (const [i, item] of keys.entries()) {
    if (BigInt(item) < min || BigInt(item) > max) from.inside(i, () => from.fail(String(item), `${min} to ${max}`));
  }
}
