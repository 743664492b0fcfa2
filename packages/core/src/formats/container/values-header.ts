import { isWide, tensorOf } from "../../tensors/tensor.ts";
import { encodeNumbers, numbers } from "../../tensors/elements.ts";
import type { NamedValue, Value } from "../../tensors/values.ts";
import { list, pair, type PartReader, PartWriter, record, text } from "../../wire/codec.ts";
import type { WireNamedValue } from "../../wire/types.ts";
import { namedValue } from "../../wire/value-codecs.ts";
import { checkValue } from "./check-value.ts";
import { encodeHeader } from "./header.ts";
import type { EncodedHeader } from "./model-header.ts";

type Metadata = readonly (readonly [key: string, value: string])[];

/** What a .hdt holds. */
export interface NamedValues {
  readonly values: readonly NamedValue[];
  readonly metadata: Metadata;
}

interface WireNamedValues {
  readonly values: readonly WireNamedValue[];
  readonly metadata: Metadata;
}

const valuesHeader = record<NamedValues, WireNamedValues>({
  values: list(namedValue),
  metadata: list(pair(text, text)),
});

/** Values as the header of a .hdt. Tensors that are kept in double are rounded to their dtype. */
export function encodeValuesHeader({ values, metadata }: NamedValues): EncodedHeader {
  const writer = new PartWriter();
  const narrow = values.map(({ name, value }) => ({ name, value: narrowed(value) }));
  const members = valuesHeader.encode({ values: narrow, metadata }, writer);
  return { header: encodeHeader(members, writer), parts: writer.parts };
}

/** The values of a header's members; tensors are views of its parts. Throws what `from` refuses with. */
export function decodeValuesHeader(members: object, from: PartReader): NamedValues {
  const file = valuesHeader.decode(members, from);
  const names = new Set<string>();
  from.inside("values", () => {
    for (const [i, { name, value }] of file.values.entries()) {
      from.inside(i, () => {
        if (names.has(name)) from.fail(name, "a name that no other value has");
        from.inside("value", () => checkValue(value, from));
      });
      names.add(name);
    }
  });
  return file;
}

function narrowed(value: Value): Value {
  switch (value.kind) {
    case "tensor":
      return isWide(value) ? tensorOf(value.dtype, value.shape, encodeNumbers(value.dtype, numbers(value))) : value;
    case "sequence":
      return { ...value, items: value.items.map(narrowed) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: narrowed(value.value) };
    case "map":
      return { ...value, values: value.values.map(narrowed) };
  }
}
