import { DTYPE_NAMES, type NamedValue, tensorFrom, tensorOf, tensorType } from "@hodu/core";
import fc from "fast-check";
import { bytesSink, bytesSource, type CallContext, type TensorFile } from "hodu-plugin-sdk";
import { describe, expect, it, test } from "vitest";
import { formatsPlugin } from "./plugin.ts";
import { anyMetadata, anyValues } from "./testing/arbitrary-values.ts";
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
