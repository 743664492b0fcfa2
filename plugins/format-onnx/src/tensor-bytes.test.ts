import { create } from "@bufbuild/protobuf";
import { type DType, DTYPE_NAMES, DTYPES, packedBytes, packElements } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { SourceFile } from "./source-file.ts";
import { TensorProtoSchema } from "./generated/onnx_pb.ts";
import { readTensorBytes } from "./tensor-bytes.ts";
import { type TensorInit, varints } from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

const place = { what: 'tensor "t"', field: "t", file: new SourceFile("t.pb", "BAD_TENSOR_FILE") };
const read = (init: TensorInit) => readTensorBytes(create(TensorProtoSchema, init), place);
const bytesOf = (init: TensorInit): number[] => {
  const { data } = read(init);
  if (data.kind === "external") throw new Error("external");
  return [...data.bytes];
};
const message = async (init: TensorInit): Promise<string> => (await refusal(() => read(init))).message;
const le = (array: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(array.buffer);

describe("values in raw_data", () => {
  test.each(DTYPE_NAMES.filter((dtype) => dtype !== "string"))("%s is a view of its bytes", (dtype) => {
    const rawData = new Uint8Array(packedBytes(dtype, 5)).fill(1);
    const { data, shape } = read({ dims: [5n], dataType: DTYPES[dtype].onnx, rawData });
    expect(data).toEqual({ kind: "view", bytes: rawData });
    expect((data as { bytes: Uint8Array }).bytes.buffer).toBe(rawData.buffer);
    expect(shape).toEqual([5]);
  });

  test.each(DTYPE_NAMES.filter((dtype) => dtype !== "string"))("%s of another length is refused", async (dtype) => {
    const expected = packedBytes(dtype, 5);
    for (const length of [expected - 1, expected + 1]) {
      const found = await message({ dims: [5n], dataType: DTYPES[dtype].onnx, rawData: new Uint8Array(length) });
      expect(found).toContain(`expected ${expected} bytes`);
    }
  });

  test("bools are 0 or 1", () => {
    expect(bytesOf({ dims: [4n], dataType: 9, rawData: Uint8Array.of(0, 1, 2, 255) })).toEqual([0, 1, 1, 1]);
  });

  test("a tensor without elements needs none", () => {
    expect(bytesOf({ dims: [0n, 3n], dataType: 1 })).toEqual([]);
    expect(bytesOf({ dims: [0n, 3n], dataType: 1, rawData: new Uint8Array(0) })).toEqual([]);
  });
});

describe("values in a typed field", () => {
  test("floats and doubles are views of the file", () => {
    const floats = le(Float32Array.of(1.5, -2));
    expect(read({ dims: [2n], dataType: 1, floatData: [floats] }).data).toEqual({ kind: "view", bytes: floats });
    const doubles = le(Float64Array.of(1.5, -2));
    expect(read({ dims: [1n], dataType: 15, doubleData: [doubles] }).data).toEqual({ kind: "view", bytes: doubles });
  });

  test("several packed runs are joined", () => {
    const runs = [le(Float32Array.of(1)), le(Float32Array.of(2, 3))];
    expect(bytesOf({ dims: [3n], dataType: 1, floatData: runs })).toEqual([...le(Float32Array.of(1, 2, 3))]);
  });

  const CASES: readonly (readonly [DType, keyof TensorInit, readonly (number | bigint)[], Uint8Array])[] = [
    ["i32", "int32Data", [1, -2], le(Int32Array.of(1, -2))],
    ["i16", "int32Data", [1, -2], le(Int16Array.of(1, -2))],
    ["i8", "int32Data", [1, -2], le(Int8Array.of(1, -2))],
    ["u16", "int32Data", [1, 65_535], le(Uint16Array.of(1, 65_535))],
    ["u8", "int32Data", [1, 255], Uint8Array.of(1, 255)],
    ["bool", "int32Data", [0, 1], Uint8Array.of(0, 1)],
    ["f16", "int32Data", [0x3c00, 0x4000], le(Uint16Array.of(0x3c00, 0x4000))],
    ["bf16", "int32Data", [0x3f80, 0x4000], le(Uint16Array.of(0x3f80, 0x4000))],
    ["f8e4m3fn", "int32Data", [0x38, 0x40], Uint8Array.of(0x38, 0x40)],
    ["i64", "int64Data", [1n, -(2n ** 62n)], le(BigInt64Array.of(1n, -(2n ** 62n)))],
    ["u32", "uint64Data", [1, 4_294_967_295], le(Uint32Array.of(1, 4_294_967_295))],
    ["u64", "uint64Data", [1n, 2n ** 63n - 1n], le(BigUint64Array.of(1n, 2n ** 63n - 1n))],
  ];
  test.each(CASES)("%s in %s", (dtype, field, numbers, bytes) => {
    expect(bytesOf({ dims: [2n], dataType: DTYPES[dtype].onnx, [field]: varints(numbers) })).toEqual([...bytes]);
  });

  test("4-bit elements share a number by two, 2-bit by four; 6-bit elements have one each", () => {
    expect(bytesOf({ dims: [3n], dataType: 21, int32Data: varints([0x21, 0x03]) })).toEqual([0x21, 0x03]);
    expect(bytesOf({ dims: [5n], dataType: 25, int32Data: varints([0xe4, 0x01]) })).toEqual([0xe4, 0x01]);
    const six = [1, 2, 3, 63, 5];
    const packed = [...packElements(six, "f6e2m3")];
    expect(bytesOf({ dims: [5n], dataType: 27, int32Data: varints(six) })).toEqual(packed);
    expect(packed.length).toBe(4);
  });

  test("strings become a length and UTF-8 each", () => {
    const stringData = ["é", ""].map((text) => new TextEncoder().encode(text));
    expect(bytesOf({ dims: [2n], dataType: 8, stringData })).toEqual([2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0]);
  });
});

describe("what is refused", () => {
  test("values of a wrong number", async () => {
    expect(await message({ dims: [3n], dataType: 7, int64Data: varints([1, 2]) })).toContain("found 2 numbers");
    expect(await message({ dims: [3n], dataType: 1, floatData: [new Uint8Array(8)] })).toContain("expected 12 bytes");
    expect(await message({ dims: [3n], dataType: 8, stringData: [] })).toContain("expected 3 strings");
    expect(await message({ dims: [3n], dataType: 1 })).toContain("found no values");
    expect(await message({ dims: [5n], dataType: 22, int32Data: varints([1, 2]) })).toContain("expected 3 numbers");
    expect(await message({ dims: [5n], dataType: 22, rawData: new Uint8Array(2) })).toContain("expected 3 bytes");
  });

  test("values in two fields, in another dtype's field, or strings in raw_data", async () => {
    const rawData = new Uint8Array(4);
    expect(await message({ dims: [1n], dataType: 1, rawData, floatData: [rawData] })).toContain(
      "values in raw_data and float_data",
    );
    expect(await message({ dims: [1n], dataType: 1, int64Data: varints([1]) })).toContain("f32 values in int64_data");
    expect(await message({ dims: [1n], dataType: 8, rawData })).toContain("strings in raw_data");
    expect(await message({ dims: [1n], dataType: 8, stringData: [Uint8Array.of(0xff)] })).toContain("not UTF-8");
  });

  test("unknown data types and impossible dims, before anything is allocated", async () => {
    expect(await message({ dims: [1n], dataType: 99 })).toContain(
      "found data type 99, expected a data type from 1 to 28",
    );
    expect(await message({ dims: [1n], dataType: 0 })).toContain("data type 0");
    expect(await message({ dims: [-2n], dataType: 1 })).toContain("found dim -2");
    expect(await message({ dims: [2n ** 32n, 2n ** 32n], dataType: 1 })).toContain("fewer than 2^53 elements");
    expect(await message({ dims: [2n ** 62n, 4n, 0n], dataType: 1 })).toContain("fewer than 2^53 elements");
    expect(await message({ dims: [2n ** 50n], dataType: 1, rawData: new Uint8Array(8) })).toContain("found 8 bytes");
    expect(await message({ dims: new Array(65).fill(1n), dataType: 1 })).toContain("65 dims");
    expect(await message({ dims: [2n ** 50n], dataType: 7, int64Data: varints([1]) })).toContain("found 1 numbers");
  });

  test("a segment of a tensor", async () => {
    expect(await message({ dims: [1n], dataType: 1, segment: { begin: 0n, end: 1n } })).toContain("a segment");
  });
});
