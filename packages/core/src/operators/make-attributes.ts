import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import type { Attribute, Graph, NamedAttribute } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";
import type { AttributeDefs } from "./attributes.ts";

/** An attribute as a person writes it; ints may be numbers or bigints. */
export type PlainAttribute =
  | number
  | bigint
  | string
  | Tensor
  | Graph
  | ValueType
  | readonly (number | bigint | string | Tensor)[];

/** Attributes of a node from plain values; each one's kind comes from the operator's definition; floats are singles, as in ONNX. Throws INVALID_GRAPH. */
export function makeAttributes(
  definitions: AttributeDefs,
  values: Readonly<Record<string, PlainAttribute | undefined>>,
): NamedAttribute[] {
  const attributes: NamedAttribute[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(definitions, name)) {
      throw new HoduError(
        "INVALID_GRAPH",
        `Cannot set attribute ${quote(name)}: expected one of ${Object.keys(definitions).join(", ") || "none"}`,
      );
    }
    attributes.push({ name, value: makeAttribute(definitions[name].kind, value) });
  }
  return attributes;
}

function makeAttribute(kind: Attribute["kind"], value: PlainAttribute): Attribute {
  switch (kind) {
    case "int":
      return { kind, value: BigInt(value as number | bigint) };
    case "ints":
      return { kind, value: (value as readonly (number | bigint)[]).map((item) => BigInt(item)) };
    // a double would be another number in an .onnx file
    case "float":
      return { kind, value: Math.fround(value as number) };
    case "floats":
      return { kind, value: (value as readonly number[]).map(Math.fround) };
    default:
      return { kind, value } as Attribute;
  }
}
