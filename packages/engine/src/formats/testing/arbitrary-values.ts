import {
  DTYPE_NAMES,
  type DType,
  elementCount,
  isPacked,
  type NamedValue,
  packElements,
  packedBytes,
  type Tensor,
  tensorFromBytes,
  tensorOf,
  tensorType,
  unpackElements,
  type Value,
} from "@hodu/core";
import fc from "fast-check";

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });

/** A tensor of any bits that its dtype may have, NaN payloads too. */
function tensor(dtype: DType): fc.Arbitrary<Tensor> {
  return shape.chain((dims): fc.Arbitrary<Tensor> => {
    const count = elementCount(dims);
    if (dtype === "string") {
      const strings = fc.array(fc.string({ unit: "binary" }), { minLength: count, maxLength: count });
      return strings.map((data) => tensorOf(dtype, dims, data));
    }
    const length = packedBytes(dtype, count);
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => tensorFromBytes(dtype, dims, soundBytes(dtype, bytes, count)));
  });
}

/** bool is 0 or 1; the bits after the last packed element are zero. */
function soundBytes(dtype: DType, bytes: Uint8Array, count: number): Uint8Array {
  if (dtype === "bool") return bytes.map((byte) => byte & 1);
  return isPacked(dtype) ? packElements(unpackElements(bytes, dtype, count), dtype) : bytes;
}

const anyTensor = fc.constantFrom(...DTYPE_NAMES).chain(tensor);

function sequence(dtype: DType): fc.Arbitrary<Value> {
  return fc
    .array(tensor(dtype), { maxLength: 3 })
    .map((items) => ({ kind: "sequence", element: tensorType(dtype), items }));
}

function optional(dtype: DType): fc.Arbitrary<Value> {
  return fc.option(sequence(dtype), { nil: undefined }).map((value): Value => {
    const element = { kind: "sequence", element: tensorType(dtype) } as const;
    return value === undefined ? { kind: "optional", element } : { kind: "optional", element, value };
  });
}

const key = fc.oneof(
  fc.record({
    key: fc.constant("i64" as const),
    keys: fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  }),
  fc.record({ key: fc.constant("i8" as const), keys: fc.uniqueArray(fc.integer({ min: -128, max: 127 })) }),
  fc.record({ key: fc.constant("string" as const), keys: fc.uniqueArray(fc.string({ unit: "binary" })) }),
);

function map(dtype: DType): fc.Arbitrary<Value> {
  return key.chain(({ key: keyType, keys }) =>
    fc
      .array(tensor(dtype), { minLength: keys.length, maxLength: keys.length })
      .map((values): Value => ({ kind: "map", key: keyType, element: tensorType(dtype), keys, values })),
  );
}

/** Any value that a tensor file may hold. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  anyTensor,
  fc.constantFrom(...DTYPE_NAMES).chain((dtype) => fc.oneof(sequence(dtype), optional(dtype), map(dtype))),
);

/** Values of different names. */
export const anyValues: fc.Arbitrary<readonly NamedValue[]> = fc.uniqueArray(
  fc.record({
    name: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "__proto__", "../../x")),
    value: anyValue,
  }),
  { maxLength: 4, selector: ({ name }) => name },
);

/** Pairs of different keys. */
export const anyMetadata = fc.uniqueArray(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), {
  maxLength: 3,
  selector: ([name]) => name,
});
