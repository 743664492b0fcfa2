import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DTYPE_NAMES, type DType, DTYPES } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { bigints, numbers, tensorFrom } from "../tensors/elements.ts";
import { compareValues } from "../tensors/compare.ts";
import { newStorage, type Tensor, tensorOf } from "../tensors/tensor.ts";
import { EXACT } from "../tensors/tolerance.ts";
import { tensorType, type Value } from "../tensors/values.ts";
import { readJsonTensors } from "./json-tensor.ts";
import { jsonOfTensorFile, writeJsonValue } from "./json-writer.ts";

const encoder = new TextEncoder();
const read = (text: string, dtypeOf?: (name: string) => DType | undefined) =>
  readJsonTensors(encoder.encode(text), { file: "x.json", dtypeOf });

function readTensor(text: string): Tensor {
  const [{ value }] = read(text);
  if (value.kind !== "tensor") throw new Error(`expected a tensor, found a ${value.kind}`);
  return value;
}

function refusal(text: string | Uint8Array): HoduError {
  try {
    readJsonTensors(typeof text === "string" ? encoder.encode(text) : text, { file: "x.json" });
  } catch (error) {
    if (error instanceof HoduError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("readJsonTensors", () => {
  it("reads flat and nested data alike", () => {
    const flat = readTensor('{"dtype":"f32","shape":[2,3],"data":[1,2,3,4,5,6]}');
    const nested = readTensor('{"dtype":"float32","data":[[1,2,3],[4,5,6]]}');
    expect(nested).toEqual(flat);
    expect(readTensor('{"dtype":"f32","shape":[2,3],"data":[[1,2,3],[4,5,6]]}')).toEqual(flat);
  });

  it("reads scalars and tensors without elements", () => {
    expect(readTensor('{"dtype":"i32","shape":[],"data":[7]}').shape).toEqual([]);
    expect(readTensor('{"dtype":"i32","data":7}').shape).toEqual([]);
    expect(readTensor('{"dtype":"i32","data":[]}').shape).toEqual([0]);
    expect(readTensor('{"dtype":"i32","data":[[],[]]}').shape).toEqual([2, 0]);
    expect(readTensor('{"dtype":"i32","shape":[3,0,2],"data":[]}').shape).toEqual([3, 0, 2]);
  });

  it("keeps 64-bit integers exact", () => {
    const text = '{"dtype":"int64","data":[9007199254740993,-9223372036854775808,9223372036854775807]}';
    expect([...bigints(readTensor(text))]).toEqual([9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n]);
    expect([...bigints(readTensor('{"dtype":"u64","data":[18446744073709551615]}'))]).toEqual([2n ** 64n - 1n]);
  });

  it("takes NaN and infinities as strings, and the sign of zero", () => {
    const values = numbers(readTensor('{"dtype":"f32","data":["NaN","Infinity","-Infinity",-0.0,-0]}'));
    expect([...values]).toEqual([Number.NaN, Infinity, -Infinity, -0, -0]);
  });

  it("reads complex numbers in pairs or in turn", () => {
    const pairs = readTensor('{"dtype":"c64","data":[[1,2],[3,4]]}');
    expect(pairs.shape).toEqual([2]);
    expect([...pairs.data]).toEqual([1, 2, 3, 4]);
    expect(readTensor('{"dtype":"c64","shape":[2],"data":[1,2,3,4]}')).toEqual(pairs);
  });

  it("reads several tensors by name, also from a result of run --json", () => {
    const one = '{"dtype":"f32","data":[1]}';
    for (const text of [
      `{"tensors":{"a":${one},"b":${one}}}`,
      `{"outputs":{"a":${one},"b":${one}},"times":{}}`,
      `{"a":${one},"b":${one}}`,
    ]) {
      expect(read(text).map(({ name }) => name)).toEqual(["a", "b"]);
    }
  });

  it("takes the dtype that the caller knows where the file has none", () => {
    const [{ value }] = read("[[1, 2]]", () => "i64");
    expect(value).toEqual(tensorFrom("i64", [1, 2], [1n, 2n]));
  });

  it.each([
    ["{", "expected a key"],
    ["", "expected a value"],
    ['{"dtype":"f32","data":[NaN]}', 'write "NaN" in quotes'],
    ['{"dtype":"f32","data":[1e400]}', "outside"],
    ['{"dtype":"f32","data":[1e39]}', "does not fit f32"],
    ['{"dtype":"f16","data":[70000]}', "does not fit f16"],
    ['{"dtype":"f4e2m1","data":["NaN"]}', "no NaN"],
    ['{"dtype":"i64","data":[1.5]}', "whole number"],
    ['{"dtype":"i64","data":[9223372036854775808]}', "does not fit i64"],
    ['{"dtype":"u8","data":[256]}', "does not fit u8"],
    ['{"dtype":"u8","data":["1"]}', "whole number"],
    ['{"dtype":"bool","data":[2]}', "true or false"],
    ['{"dtype":"string","data":[1]}', "expected a string"],
    ['{"dtype":"string","data":["\\ud800"]}', "surrogate"],
    ['{"dtype":"string","data":["\\udc00\\ud800"]}', "surrogate"],
    ['{"dtype":"f32","data":[[1,2],[3]]}', "row of 1, expected 2"],
    ['{"dtype":"f32","data":[[1,2],3]}', "expected an array"],
    ['{"dtype":"f32","data":[1,[2]]}', "array"],
    ['{"dtype":"f32","shape":[3],"data":[1,2]}', "found 2 elements, expected 3"],
    ['{"dtype":"f32","shape":[3,2],"data":[[1,2,3],[4,5,6]]}', "found shape [2, 3], expected [3, 2]"],
    ['{"dtype":"f32","shape":[-1],"data":[]}', "size of 0 or more"],
    ['{"dtype":"f32","shape":[9007199254740991,9007199254740991],"data":[]}', "2^53"],
    ['{"dtype":"q8","data":[]}', "expected one of"],
    ['{"data":[1]}', 'no "dtype"'],
    ['{"dtype":"f32"}', 'no "data"'],
    ['{"dtype":"f32","dtype":"f32","data":[1]}', "twice"],
    ['{"dtype":"f32","data":[1],}', "expected a key"],
    ['{"dtype":"f32","data":[01]}', "expected a number"],
    ['{"dtype":"f32","data":[+1]}', "expected a value"],
    ['{"dtype":"f32","data":[1.]}', "expected a number"],
    ['{"dtype":"f32","data":[1]} x', "expected the end"],
    ['{"sequence":[]}', "element"],
    ['{"map":[[1,{"dtype":"f32","data":1}],[1,{"dtype":"f32","data":1}]],"key":"i64"}', "twice"],
  ])("refuses %s", (text, message) => {
    const error = refusal(text);
    expect(error.code).toBe("BAD_TENSOR_FILE");
    expect(error.exitCode).toBe(65);
    expect(error.message).toContain("x.json");
    expect(error.message).toContain(message);
  });

  it("takes 100 levels of brackets and refuses 101", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(readJsonTensors(encoder.encode(nested(100)), { file: "x", dtypeOf: () => "f32" })[0].value.kind).toBe(
      "tensor",
    );
    expect(refusal(nested(101)).message).toContain("more than 100 levels");
    expect(refusal("[".repeat(1_000_000)).message).toContain("more than 100 levels");
  });

  it("says where: byte, line and field", () => {
    const syntax = refusal('{"é":\n [1, x]}');
    expect(syntax.message).toContain("line 2, column 6");
    expect(syntax.where.offset).toBe(12);
    expect(refusal('{"tensors":{"a":{"dtype":"i8","data":[[1],[200]]}}}').where.field).toBe("tensors.a.data[1][0]");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(refusal(Uint8Array.of(0x22, 0xff, 0x22)).message).toContain("UTF-8");
  });

  it("never fails otherwise, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({ unit: fc.constantFrom(...'{}[]",:0159.eE+-\\untrfals '.split("")) }),
        ),
        (text) => {
          const error = errorOf(() => readJsonTensors(encoder.encode(text), { file: "x", dtypeOf: () => "f32" }));
          expect(error === undefined || error instanceof HoduError).toBe(true);
        },
      ),
    );
  });

  it("refuses a type of more than 100 levels", () => {
    const sequence = (levels: number): string =>
      `{"sequence":[],"element":"${"seq(".repeat(levels)}f32${")".repeat(levels)}"}`;
    expect(read(sequence(99))).toHaveLength(1);
    for (const levels of [100, 100_000]) expect(refusal(sequence(levels)).message).toContain("expected a type such as");
  });

  it("shows nothing of a text that a terminal would act on", () => {
    const texts = [
      "\u001b[2J",
      '{"dtype":"f32","data":[1\u001b]}',
      '{"a\u009b":{"data":[1]}}',
      '{"tensors":{},"metadata":{"\u202e":1}}',
      '{"dtype":"f32","data":["\u009b"]}',
      '{"\u202e":1,"\u202e":2}',
    ];
    for (const text of texts) expect(refusal(text).message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

/** A tensor of random storage bits. */
function anyTensor(dtype: DType): fc.Arbitrary<Tensor> {
  const { kind, bits } = DTYPES[dtype];
  return fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }).chain((shape) => {
    const count = shape.reduce((total, dim) => total * dim, 1);
    const lanes = kind === "complex" ? 2 : 1;
    if (kind === "string") {
      const text = fc.array(fc.string({ unit: "grapheme" }), { minLength: count, maxLength: count });
      return text.map((values) => tensorOf(dtype, shape, values));
    }
    const data = newStorage(dtype, count);
    const width = (data as Uint8Array).BYTES_PER_ELEMENT;
    return fc.uint8Array({ minLength: count * lanes * width, maxLength: count * lanes * width }).map((bytes) => {
      if (kind === "bool")
        return tensorOf(
          dtype,
          shape,
          Uint8Array.from(bytes, (byte) => byte & 1),
        );
      if (bits < 8) {
        const low = (1 << bits) - 1;
        if (kind === "int")
          return tensorOf(
            dtype,
            shape,
            Int8Array.from(bytes, (byte) => ((byte & low) << (32 - bits)) >> (32 - bits)),
          );
        return tensorOf(
          dtype,
          shape,
          Uint8Array.from(bytes, (byte) => byte & low),
        );
      }
      const ArrayClass = data.constructor as new (buffer: ArrayBufferLike) => Uint8Array;
      return tensorOf(dtype, shape, new ArrayClass(bytes.slice().buffer));
    });
  });
}

describe("writeJsonValue", () => {
  it.each(DTYPE_NAMES)("writes %s so that it reads back equal", (dtype) => {
    fc.assert(
      fc.property(anyTensor(dtype), (tensor) => {
        const back = readTensor(writeJsonValue(tensor));
        expect(back.shape).toEqual(tensor.shape);
        expect(compareValues(back, tensor, EXACT)).toBeUndefined();
        expect(JSON.parse(writeJsonValue(tensor))).toBeTypeOf("object");
      }),
    );
  });

  it("writes sequences, optionals and maps so that they read back equal", () => {
    const tensor = tensorFrom("f32", [2], [1, 0.1]);
    const sequence: Value = {
      kind: "sequence",
      element: tensorType("f32"),
      items: [tensor, tensorFrom("f32", [], [3])],
    };
    const values: Value[] = [
      sequence,
      { kind: "sequence", element: { kind: "sequence", element: tensorType("i64") }, items: [] },
      { kind: "optional", element: tensorType("string") },
      { kind: "optional", element: { kind: "sequence", element: tensorType("f32") }, value: sequence },
      { kind: "map", key: "i64", element: tensorType("f32"), keys: [2n ** 60n + 1n, -1n], values: [tensor, tensor] },
      { kind: "map", key: "string", element: tensorType("f32"), keys: ["a", 'b"'], values: [tensor, tensor] },
    ];
    for (const value of values) expect(read(writeJsonValue(value))[0].value).toEqual(value);
  });

  it("refuses half of a surrogate pair, which it would not read", () => {
    const text = tensorFrom("string", [1], ["\ud800"]);
    expect(() => writeJsonValue(text)).toThrow(/half of a surrogate pair/);
    const map: Value = { kind: "map", key: "string", element: tensorType("string"), keys: ["\udc00"], values: [text] };
    expect(() => writeJsonValue(map)).toThrow(/half of a surrogate pair/);
    const named = { name: "a\ud800", value: tensorFrom("f32", [], [1]) };
    expect(() => [...jsonOfTensorFile({ values: [named], metadata: [] })]).toThrow(/half of a surrogate pair/);
    expect(() => [...jsonOfTensorFile({ values: [], metadata: [["k", "\ud800"]] })]).toThrow(
      /half of a surrogate pair/,
    );
  });

  it("writes the shortest decimals of singles", () => {
    expect(writeJsonValue(tensorFrom("f32", [4], [0.1, 1 / 3, 16777216, 1e-45]))).toContain(
      "[0.1,0.33333334,16777216,1e-45]",
    );
  });
});
