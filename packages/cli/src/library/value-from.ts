import { type DType, formatType, isBig, type MapType, quote, type Value, type ValueType } from "@hodu/core";
import { fitValue } from "@hodu/engine";
import { shapeFor } from "./choose-shape.ts";
import type { NestedArray } from "./flatten.ts";
import { type Refuse, refuseWith } from "./refuse.ts";
import { isTypedArray } from "./storage-from.ts";
import { type Tensor, tensorWith } from "./tensor.ts";

/** Elements with the shape or dtype that they do not tell themselves. */
export interface TensorParts {
  readonly data: NestedArray;
  readonly shape?: readonly number[];
  /** Default: what the model declares. */
  readonly dtype?: DType;
}

/**
 * A value for an input of a model: a tensor (as `tensor` makes it and runs give it), elements (typed array, nested arrays, one
 * number), elements with their shape, or for other types an array (sequence), a Map or object (map), null (an optional's none).
 */
export type Input =
  | Tensor
  | Value
  | TensorParts
  | NestedArray
  | ReadonlyMap<number | bigint | string, Input>
  | readonly Input[]
  | { readonly [key: string]: Input }
  | null;

/** The value that an input stands for where a model declares its type. Throws BAD_INPUT. */
export function valueFrom(name: string, input: Input, type: ValueType | undefined): Value {
  return convert(input, type, refuseWith(`use input ${quote(name)}`));
}

/** True for the tagged values of the Snapshot. */
export function isValue(input: unknown): input is Value {
  if (typeof input !== "object" || input === null || !("kind" in input)) return false;
  return ["tensor", "sequence", "optional", "map"].includes(String(input.kind));
}

function convert(input: Input, type: ValueType | undefined, refuse: Refuse): Value {
  if (isValue(input)) return fitValue(input, type);
  switch (type?.kind) {
    case undefined:
      return refuse("the model does not say its type, expected a tensor");
    case "tensor":
      return isParts(input)
        ? tensorWith(input.dtype ?? type.dtype, input.data, refuse, given(input) ?? shapeFor(type, refuse))
        : tensorWith(type.dtype, elementsOf(input, type, refuse), refuse, shapeFor(type, refuse));
    case "sequence": {
      if (!Array.isArray(input)) return refuse(`found ${show(input)}, expected an array for ${formatType(type)}`);
      const items = (input as readonly Input[]).map((item, i) => convert(item, type.element, at(refuse, `[${i}]`)));
      return { kind: "sequence", element: type.element, items };
    }
    case "optional":
      if (input === null) return { kind: "optional", element: type.element };
      return { kind: "optional", element: type.element, value: convert(input, type.element, refuse) };
    case "map":
      return mapFrom(input, type, refuse);
  }
}

function given({ shape }: TensorParts): (() => readonly number[]) | undefined {
  return shape && (() => shape);
}

function isParts(input: Input): input is TensorParts {
  return typeof input === "object" && input !== null && "data" in input && !isTypedArray(input);
}

function elementsOf(input: Input, type: ValueType, refuse: Refuse): NestedArray {
  const isElements = Array.isArray(input) || isTypedArray(input) || (input !== null && typeof input !== "object");
  if (isElements) return input as NestedArray;
  return refuse(`found ${show(input)}, expected elements for ${formatType(type)}`);
}

function mapFrom(input: Input, type: MapType, refuse: Refuse): Value {
  if (typeof input !== "object" || input === null || Array.isArray(input) || isTypedArray(input)) {
    return refuse(`found ${show(input)}, expected a Map or an object for ${formatType(type)}`);
  }
  const entries =
    input instanceof Map ? [...(input as ReadonlyMap<number | bigint | string, Input>)] : Object.entries(input);
  return {
    kind: "map",
    key: type.key,
    element: type.element,
    keys: entries.map(([key]) => keyFrom(key, type.key, refuse)),
    values: entries.map(([key, value]) =>
      convert(value as Input, type.element, at(refuse, `[${JSON.stringify(String(key))}]`)),
    ),
  };
}

function keyFrom(key: number | bigint | string, dtype: DType, refuse: Refuse): number | bigint | string {
  if (dtype === "string") return typeof key === "string" ? key : refuse(`found the key ${key}, expected a string`);
  const isWhole = typeof key === "bigint" || (key !== "" && Number.isSafeInteger(Number(key)));
  if (!isWhole) return refuse(`found the key ${JSON.stringify(key)}, expected a whole number`);
  return isBig(dtype) ? BigInt(key) : Number(key);
}

function at(refuse: Refuse, place: string): Refuse {
  return (why, hint) => refuse(`${place}: ${why}`, hint);
}

function show(input: Input): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "an array";
  if (isTypedArray(input)) return `a ${input[Symbol.toStringTag]}`;
  return typeof input === "object" ? "an object" : `a ${typeof input}`;
}
