import { bytesSource, type Tensor, type TensorData, type Value } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { headerText, load, npyBytes, testContext } from "./testing/build-npy.ts";
import { loadTensors } from "./load-tensors.ts";

const tensor = (value: Value): Tensor => {
  if (value.kind !== "tensor") throw new Error(value.kind);
  return value;
};

async function read(descr: string, shape: string, data: ArrayBufferView, order: "False" | "True" = "False") {
  const file = await load(npyBytes(headerText(descr, shape, order), data));
  expect(file.metadata).toEqual([]);
  expect(file.values.map(({ name }) => name)).toEqual([""]);
  return tensor(file.values[0].value);
}

const reversed = (data: ArrayBufferView, lane: number): Uint8Array => {
  const bytes = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  for (let at = 0; at < bytes.length; at += lane) bytes.subarray(at, at + lane).reverse();
  return bytes;
};

const CASES: readonly (readonly [descr: string, dtype: string, data: Exclude<TensorData, string[]>, lane: number])[] = [
  ["b1", "bool", Uint8Array.of(0, 1), 1],
  ["i1", "i8", Int8Array.of(-128, 127), 1],
  ["i2", "i16", Int16Array.of(-32768, 258), 2],
  ["i4", "i32", Int32Array.of(-(2 ** 31), 66_051), 4],
  ["i8", "i64", BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n), 8],
  ["u1", "u8", Uint8Array.of(1, 255), 1],
  ["u2", "u16", Uint16Array.of(1, 65_534), 2],
  ["u4", "u32", Uint32Array.of(1, 2 ** 32 - 2), 4],
  ["u8", "u64", BigUint64Array.of(1n, 2n ** 64n - 2n), 8],
  ["f2", "f16", Uint16Array.of(0x3c00, 0x7e01), 2],
  ["f4", "f32", Float32Array.of(1.5, -0), 4],
  ["f8", "f64", Float64Array.of(Math.PI, Number.NEGATIVE_INFINITY), 8],
  ["c8", "c64", Float32Array.of(1, 2, 3, 4), 4],
  ["c16", "c128", Float64Array.of(1, 2, 3, 4), 8],
];

describe("elements", () => {
  test.each(CASES)("of dtype %s are read in either byte order", async (name, dtype, data, lane) => {
    for (const order of ["<", "=", "|", ""]) {
      expect(await read(order + name, "(2,)", data)).toEqual({
        kind: "tensor",
        dtype,
        shape: [2],
        strides: [1],
        offset: 0,
        data,
      });
    }
    expect((await read(`>${name}`, "(2,)", reversed(data, lane))).data).toEqual(data);
  });

  test("are a view of the file where they are aligned, also in Fortran order", async () => {
    for (const order of ["False", "True"] as const) {
      const bytes = npyBytes(headerText("<f4", "(2, 3)", order), Float32Array.of(0, 1, 2, 3, 4, 5));
      const file = await load(bytes);
      const { data, strides } = tensor(file.values[0].value);
      expect((data as Float32Array).buffer).toBe(bytes.buffer);
      expect(strides).toEqual(order === "True" ? [1, 2] : [3, 1]);
    }
  });

  test("are copied where they are not aligned", async () => {
    const text = headerText("<f4", "(2,)");
    const { values } = await load(npyBytes(`${text.slice(0, -1)} \n`, Float32Array.of(1, 2)));
    expect(tensor(values[0].value).data).toEqual(Float32Array.of(1, 2));
  });

  test("of a bool that is neither 0 nor 1 are true", async () => {
    expect((await read("|b1", "(4,)", Uint8Array.of(0, 255, 2, 1))).data).toEqual(Uint8Array.of(0, 1, 1, 1));
  });

  test("of raw bytes are read as the dtype that is asked for, and refused when none is", async () => {
    const bf16 = npyBytes(headerText("<V2", "(2,)"), Uint16Array.of(0x3f80, 0x4000));
    const file = await load(bf16, "x.npy", [["", "bf16"]]);
    expect(file.values[0].value).toMatchObject({ dtype: "bf16", data: Uint16Array.of(0x3f80, 0x4000) });
    await expect(load(bf16)).rejects.toMatchObject({ code: "UNSUPPORTED", hint: expect.stringContaining("bfloat16") });
    await expect(load(bf16, "x.npy", [["", "f16"]])).rejects.toMatchObject({ code: "UNSUPPORTED" });
    const f8 = await load(npyBytes(headerText("<f1", "()"), Uint8Array.of(60)), "x.npy", [["", "f8e5m2"]]);
    expect(f8.values[0].value).toMatchObject({ dtype: "f8e5m2", shape: [], data: Uint8Array.of(60) });
  });
});

describe("shapes", () => {
  test.each([
    ["()", 1, [], []],
    ["(0,)", 0, [0], [1]],
    ["(3, 0)", 0, [3, 0], [0, 1]],
    ["(0, 1125899906842624)", 0, [0, 2 ** 50], [2 ** 50, 1]],
    ["(2,)", 2, [2], [1]],
    ["(2L, 1L)", 2, [2, 1], [1, 1]],
    [`(${"1, ".repeat(64)})`, 1, new Array<number>(64).fill(1), new Array<number>(64).fill(1)],
  ])("%s", async (text, count, shape, strides) => {
    const header = `{"shape":${text},"fortran_order":False , 'descr':'<u2'}`;
    const { values } = await load(npyBytes(header, new Uint16Array(count)));
    expect(values[0].value).toMatchObject({ shape, strides });
  });
});

describe("versions", () => {
  const header = headerText("<u2", "(1,)");
  test.each([1, 2, 3])("%i.0 is read", async (major) => {
    const { values } = await load(npyBytes(header, Uint16Array.of(7), [major, 0]));
    expect(values[0].value).toMatchObject({ data: Uint16Array.of(7) });
  });
});

describe("texts", () => {
  const utf32 = (...texts: string[]): Uint32Array =>
    Uint32Array.from(texts.flatMap((text) => Array.from(text.padEnd(3, "\0"), (letter) => letter.codePointAt(0)!)));

  test("in UTF-32 lose the zeros at their ends only", async () => {
    const data = utf32("h\0é", "", "x");
    data[8] = 0x1f600;
    expect((await read("<U3", "(3,)", data)).data).toEqual(["h\0é", "", "x\0😀"]);
    expect((await read(">U3", "(3,)", reversed(data, 4))).data).toEqual(["h\0é", "", "x\0😀"]);
  });

  test("in bytes are UTF-8", async () => {
    const data = new TextEncoder().encode("hé\0\ufeff\0");
    expect((await read("|S4", "(2,)", data)).data).toEqual(["hé", "\ufeff"]);
  });

  test.each([
    ["<U1", Uint32Array.of(0x11_0000), "BAD_TENSOR_FILE"],
    ["<U1", Uint32Array.of(0xd800), "BAD_TENSOR_FILE"],
    ["|S1", Uint8Array.of(0xe9), "UNSUPPORTED"],
  ])("that are none are refused: %s", async (descr, data, code) => {
    await expect(read(descr, "(1,)", data)).rejects.toMatchObject({ code, where: { offset: 128 } });
  });
});

test("a call that is cancelled while it copies ends", async () => {
  const controller = new AbortController();
  const bytes = npyBytes(headerText(">f4", "(4000000,)"), new Float32Array(4e6));
  const source = bytesSource("x.npy", bytes);
  async function* chunks(offset: number, length: number) {
    yield* source.chunks(offset, length / 2);
    controller.abort();
    yield* source.chunks(offset + length / 2, length / 2);
  }
  const call = loadTensors({ ...source, chunks }, {}, testContext([], controller.signal));
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});
