import {
  DTYPE_NAMES,
  type DType,
  elementCount,
  isPacked,
  type NamedValue,
  packElements,
  packedBytes,
  type Tensor,
  tensorFrom,
  tensorFromBytes,
  tensorOf,
  tensorType,
  unpackElements,
  type Value,
} from "@hodu/core";
import fc from "fast-check";
import { bytesSink, bytesSource, type CallContext, type TensorFile } from "hodu-plugin-sdk";
import { describe, expect, it, test } from "vitest";
import { formatsPlugin } from "./plugin.ts";
import { bitsOf, bitsOfAll } from "./testing/bits.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const { hdt, json } = formatsPlugin.formats!;
const formats = { hdt, json };

async function save(format: keyof typeof formats, file: TensorFile): Promise<Uint8Array> {
  const sink = bytesSink(`x.${format}`);
  await formats[format].saveTensors!(file, sink, context);
  return sink.bytes();
}

const load = (format: keyof typeof formats, bytes: Uint8Array): Promise<TensorFile> =>
  formats[format].loadTensors!(bytesSource(`x.${format}`, bytes), {}, context);

const anyShape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });

/** A tensor of any bits that its dtype may have, NaN payloads too. */
function tensorOfAnyBits(dtype: DType): fc.Arbitrary<Tensor> {
  return anyShape.chain((dims): fc.Arbitrary<Tensor> => {
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

const anyTensor = fc.constantFrom(...DTYPE_NAMES).chain(tensorOfAnyBits);

function sequence(dtype: DType): fc.Arbitrary<Value> {
  return fc
    .array(tensorOfAnyBits(dtype), { maxLength: 3 })
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
      .array(tensorOfAnyBits(dtype), { minLength: keys.length, maxLength: keys.length })
      .map((values): Value => ({ kind: "map", key: keyType, element: tensorType(dtype), keys, values })),
  );
}

/** Any value that a tensor file may hold. */
const anyValue: fc.Arbitrary<Value> = fc.oneof(
  anyTensor,
  fc.constantFrom(...DTYPE_NAMES).chain((dtype) => fc.oneof(sequence(dtype), optional(dtype), map(dtype))),
);

/** Values of different names. */
const anyValues: fc.Arbitrary<readonly NamedValue[]> = fc.uniqueArray(
  fc.record({
    name: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "__proto__", "../../x")),
    value: anyValue,
  }),
  { maxLength: 4, selector: ({ name }) => name },
);

/** Pairs of different keys. */
const anyMetadata = fc.uniqueArray(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), {
  maxLength: 3,
  selector: ([name]) => name,
});

describe("a tensor file of ours", () => {
  it("gives back every value of every kind and dtype, bit for bit, as .hdt", async () => {
    await fc.assert(
      fc.asyncProperty(anyValues, anyMetadata, async (values, metadata) => {
        const bytes = await save("hdt", { values, metadata });
        const read = await load("hdt", bytes);
        expect(read.metadata).toEqual(metadata);
        expect(bitsOfAll(read.values)).toEqual(bitsOfAll(values));
        expect(await save("hdt", read)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("gives back every value and metadata as JSON, NaN payloads apart", async () => {
    await fc.assert(
      fc.asyncProperty(anyValues, anyMetadata, async (values, metadata) => {
        const once = await load("json", await save("json", { values, metadata }));
        expect(once.metadata).toEqual(metadata);
        expect(once.values.map(({ name }) => name)).toEqual(values.map(({ name }) => name));
        const twice = await load("json", await save("json", once));
        expect(bitsOfAll(twice.values)).toEqual(bitsOfAll(once.values));
      }),
      { numRuns: 300 },
    );
  });

  test.each(DTYPE_NAMES)("an empty, a scalar and a full tensor of %s come back from both", async (dtype) => {
    const one = dtype === "string" ? ["é"] : dtype === "bool" ? [1] : [1];
    const filled = (shape: readonly number[], count: number): NamedValue["value"] =>
      dtype === "string"
        ? tensorOf(
            dtype,
            shape,
            Array.from({ length: count }, () => one[0] as string),
          )
        : tensorFrom(
            dtype,
            shape,
            Array.from({ length: count * (dtype.startsWith("c") ? 2 : 1) }, () => 1),
          );
    const values = [
      { name: "none", value: filled([0, 3], 0) },
      { name: "one", value: filled([], 1) },
      { name: "five", value: filled([5], 5) },
    ];
    for (const format of ["hdt", "json"] as const) {
      const read = await load(format, await save(format, { values, metadata: [] }));
      expect(bitsOfAll(read.values)).toEqual(bitsOfAll(values));
    }
  });

  it("has one unnamed value as itself", async () => {
    const values = [{ name: "", value: tensorFrom("i64", [1], [2n ** 53n + 1n]) }];
    expect(new TextDecoder().decode(await save("json", { values, metadata: [] }))).toBe(
      '{"dtype":"i64","shape":[1],"data":[9007199254740993]}\n',
    );
    expect(bitsOfAll((await load("hdt", await save("hdt", { values, metadata: [] }))).values)).toEqual(
      bitsOfAll(values),
    );
  });

  it("rounds what is kept in double to its dtype", async () => {
    const values = [{ name: "x", value: tensorOf("f32", [1], Float64Array.of(0.1)) }];
    const { values: read } = await load("hdt", await save("hdt", { values, metadata: [] }));
    expect(bitsOf(read[0].value)).toEqual(bitsOf(tensorOf("f32", [1], Float32Array.of(0.1))));
  });

  it("has the elements of a strided view in order", async () => {
    const view = { ...tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]), shape: [3, 2], strides: [1, 3] };
    const { values } = await load("hdt", await save("hdt", { values: [{ name: "x", value: view }], metadata: [] }));
    expect(values[0].value).toMatchObject({ shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) });
  });

  test.each(["hdt", "json"] as const)("refuses two values of one name in .%s", async (format) => {
    const value = tensorFrom("f32", [], [1]);
    const file = {
      values: [
        { name: "x", value },
        { name: "x", value },
      ],
      metadata: [],
    };
    await expect(save(format, file)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("reads JSON without dtypes as it is told to", async () => {
    const bytes = new TextEncoder().encode('{"a": {"data": [1]}, "b": {"data": [2]}}');
    const options = {
      dtypes: [
        ["a", "f16"],
        ["b", "i64"],
      ],
    } as const;
    const { values } = await json.loadTensors!(bytesSource("x.json", bytes), options, context);
    expect(values.map(({ value }) => value.kind === "tensor" && value.dtype)).toEqual(["f16", "i64"]);
  });

  it("writes a large tensor as JSON in pieces", async () => {
    const sizes: number[] = [];
    const sink = { ...bytesSink("x.json"), write: async (bytes: Uint8Array) => void sizes.push(bytes.length) };
    const value = tensorOf("f32", [1_000_000], new Float32Array(1_000_000).fill(0.1));
    await json.saveTensors!({ values: [{ name: "", value }], metadata: [] }, sink, context);
    expect(Math.max(...sizes)).toBeLessThan(2 << 20);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(
      4_000_000 - 1 + '{"dtype":"f32","shape":[1000000],"data":[]}\n'.length,
    );
  });

  it("keeps metadata keys apart: JSON refuses one that stands twice, .hdt keeps both", async () => {
    const file: TensorFile = {
      values: [],
      metadata: [
        ["k", "1"],
        ["k", "2"],
      ],
    };
    await expect(save("json", file)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect(await load("hdt", await save("hdt", file))).toEqual(file);
  });

  it("has an element type where it is empty", async () => {
    const values = [{ name: "x", value: { kind: "sequence", element: tensorType("u4"), items: [] } as const }];
    expect((await load("hdt", await save("hdt", { values, metadata: [] }))).values).toEqual(values);
  });
});
