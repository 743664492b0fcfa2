import {
  bytesOfTensor,
  bytesSink,
  DTYPE_NAMES,
  type DType,
  HoduError,
  type NamedValue,
  packedBytes,
  type SequenceValue,
  tensorOf,
  transposed,
} from "hodu-plugin-sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NAME_OF_DTYPE } from "./dtypes.ts";
import { saveTensors } from "./save-tensors.ts";
import { entry, safetensorsBytes } from "./testing/build-safetensors.ts";
import { load, quiet, save, tensor, tensorsOf } from "./testing/load-and-save.ts";

const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

test("the header has one form: metadata first, tensors by descending dtype and name, spaces up to a multiple of 8", async () => {
  const bytes = await save(
    [
      tensor("b", "u8", [1], Uint8Array.of(1)),
      tensor("a", "u8", [1], Uint8Array.of(2)),
      tensor("z", "f32", [], Uint8Array.of(3, 4, 5, 6)),
    ],
    [["format", "pt"]],
  );
  const header =
    '{"__metadata__":{"format":"pt"},"z":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
    '"a":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect(text(bytes)).toBe(text(safetensorsBytes(padded, Uint8Array.of(3, 4, 5, 6, 2, 1))));
});

test("nothing but an empty header is a file", async () => {
  expect(text(await save([]))).toBe(text(safetensorsBytes("{}      ")));
});

/** Any tensors of the dtypes that the format has. */
const files = fc.uniqueArray(
  fc
    .tuple(
      fc.string({ unit: "binary", maxLength: 6 }).filter((name) => name !== "__metadata__"),
      fc.constantFrom(...NAME_OF_DTYPE.keys()),
      fc.array(fc.nat(3), { maxLength: 3 }),
    )
    .chain(([name, dtype, dims]) => {
      const shape = [...dims, 4];
      const length = packedBytes(
        dtype,
        shape.reduce((product, dim) => product * dim, 1),
      );
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((bytes) => tensor(name, dtype, shape, dtype === "bool" ? bytes.map((byte) => byte & 1) : bytes));
    }),
  { maxLength: 8, selector: ({ name }) => name },
);

test("what is written is read again, bit for bit", async () => {
  const metadata = fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }));
  await fc.assert(
    fc.asyncProperty(files, metadata, async (values, texts) => {
      const bytes = await save(values, Object.entries(texts));
      const found = await load(bytes);
      expect(found.metadata).toEqual(Object.entries(texts));
      expect(formOf(found.values)).toEqual(formOf(values));
      expect(text(await save(found.values, found.metadata))).toBe(text(bytes));
    }),
    { numRuns: 200 },
  );
});

function formOf(values: readonly NamedValue[]): unknown {
  const tensors = [...tensorsOf({ values, metadata: [] })].sort(([a], [b]) => (a < b ? -1 : 1));
  return tensors.map(([name, value]) => [name, value.dtype, value.shape, text(bytesOfTensor(value))]);
}

test("a strided tensor, and one that is kept in double, are written as what they mean", async () => {
  const strided = transposed(tensorOf("i16", [2, 3], Int16Array.of(1, 2, 3, 4, 5, 6)), [1, 0]);
  const wide = tensorOf("f16", [2], Float64Array.of(1, -2));
  const found = tensorsOf(
    await load(
      await save([
        { name: "strided", value: strided },
        { name: "wide", value: wide },
      ]),
    ),
  );
  expect(found.get("strided")).toMatchObject({ shape: [3, 2], data: Int16Array.of(1, 4, 2, 5, 3, 6) });
  expect(found.get("wide")).toMatchObject({ dtype: "f16", data: Uint16Array.of(0x3c00, 0xc000) });
});

test("the unnamed value of a file keeps its empty name", async () => {
  const bytes = await save([tensor("", "u8", [1], Uint8Array.of(9))]);
  expect(text(bytes)).toContain(JSON.stringify({ "": entry("U8", [1], 0, 1) }));
  expect((await load(bytes)).values[0].name).toBe("");
});

describe("what the format does not have is refused", () => {
  const sequence: SequenceValue = { kind: "sequence", element: { kind: "tensor", dtype: "f32" }, items: [] };
  const one = tensor("x", "u8", [1], Uint8Array.of(1));
  const odd = { name: "x", value: tensorOf("f4e2m1", [3], Uint8Array.of(1, 2, 3)) };
  test.each<readonly [string, readonly NamedValue[], string]>([
    ["a sequence", [{ name: "x", value: sequence }], "found a sequence"],
    ["a name that stands there twice", [one, one], "twice"],
    ["the name of the metadata", [{ ...one, name: "__metadata__" }], "metadata"],
    ["half of a character", [{ ...one, name: "\ud800" }], "half of a surrogate pair"],
    ["elements that end within a byte", [odd], "do not fill the last byte"],
  ])("%s", async (_, values, message) => {
    await expectRefused(values, message);
  });

  test.each<DType>(["i2", "i4", "u2", "u4", "c128", "string"])("dtype %s", async (dtype) => {
    expect(DTYPE_NAMES.filter((name) => !NAME_OF_DTYPE.has(name))).toContain(dtype);
    await expectRefused([tensor("x", dtype, [0], new Uint8Array(0))], `found dtype ${dtype}`);
  });

  async function expectRefused(values: readonly NamedValue[], message: string): Promise<void> {
    const sink = bytesSink("x.safetensors");
    const error: unknown = await saveTensors({ values, metadata: [] }, sink, quiet).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HoduError);
    expect(error).toMatchObject({ code: "UNSUPPORTED", where: { file: "x.safetensors" } });
    expect(String(error)).toContain(message);
    expect(sink.bytes()).toHaveLength(0);
  }
});

test("a key of the metadata that stands there twice is refused", async () => {
  const twice = [
    ["a", "1"],
    ["a", "2"],
  ] as const;
  await expect(save([], twice)).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

test("progress goes up to all bytes of the data", async () => {
  const steps: (readonly [number, number | undefined])[] = [];
  const context = { ...quiet, progress: (done: number, total: number | undefined) => void steps.push([done, total]) };
  const values = [tensor("x", "u8", [9_000_000], new Uint8Array(9_000_000))];
  await saveTensors({ values, metadata: [] }, bytesSink("x.safetensors"), context);
  expect(steps.length).toBe(3);
  expect(steps.at(-1)).toEqual([9_000_000, 9_000_000]);
});
