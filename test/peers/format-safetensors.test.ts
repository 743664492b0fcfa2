/** Our safetensors files against those of the safetensors package, in both directions. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bytesOfTensor,
  type DType,
  DTYPES,
  doubles,
  elementCount,
  HoduError,
  packedBytes,
  tensorFromBytes,
} from "@hodu/core";
import { afterAll, describe, expect, it } from "vitest";
import { NAME_OF_DTYPE } from "../../plugins/format-safetensors/src/dtypes.ts";
import { entry, safetensorsBytes } from "../../plugins/format-safetensors/src/testing/build-safetensors.ts";
import { load, save, tensorsOf } from "../../plugins/format-safetensors/src/testing/load-and-save.ts";
import { findPython } from "../../tools/python-packages.ts";

interface Facts {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly raw: string;
  /** The elements as doubles, where these hold them. */
  readonly doubles?: string;
}
interface PeerFile {
  readonly tensors: Readonly<Record<string, Facts>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const python = findPython();
const folder = mkdtempSync(join(tmpdir(), "hodu-peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = fileURLToPath(new URL("fixtures/safetensors_peer.py", import.meta.url));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function ask<T>(args: readonly string[], input = ""): T {
  const output = execFileSync(python.interpreter ?? "", [script, ...args], {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output) as T;
}

/** numpy's name of each dtype that the package can write. */
const DTYPE_OF_NUMPY: Readonly<Record<string, DType>> = {
  bool: "bool",
  int8: "i8",
  uint8: "u8",
  int16: "i16",
  uint16: "u16",
  int32: "i32",
  uint32: "u32",
  int64: "i64",
  uint64: "u64",
  float16: "f16",
  bfloat16: "bf16",
  float32: "f32",
  float64: "f64",
  complex64: "c64",
  float8_e4m3fn: "f8e4m3fn",
  float8_e4m3fnuz: "f8e4m3fnuz",
  float8_e5m2: "f8e5m2",
  float8_e5m2fnuz: "f8e5m2fnuz",
  float8_e8m0fnu: "f8e8m0",
  float4_e2m1fn_x2: "f4e2m1",
};

const skipped = python.reason === undefined ? "" : ` (skipped: ${python.reason})`;

describe.skipIf(python.reason !== undefined)(`the safetensors package${skipped}`, () => {
  const files = python.reason === undefined ? ask<Record<string, PeerFile>>(["write", folder]) : {};
  const names = Object.keys(files);

  it.each(names)("writes %s, which we read, and write again with the same bytes", async (name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, `${name}.safetensors`)));
    const file = await load(bytes);
    expect(Object.fromEntries(file.metadata)).toEqual(files[name].metadata);
    const tensors = tensorsOf(file);
    expect([...tensors.keys()].sort()).toEqual(Object.keys(files[name].tensors).sort());
    for (const [key, facts] of Object.entries(files[name].tensors)) {
      const tensor = tensors.get(key)!;
      expect({ dtype: tensor.dtype, shape: tensor.shape, raw: hex(bytesOfTensor(tensor)) }).toEqual({
        dtype: DTYPE_OF_NUMPY[facts.dtype],
        shape: facts.shape,
        raw: facts.raw,
      });
      if (facts.doubles !== undefined) {
        const numbers = new Float64Array(new Uint8Array(Buffer.from(facts.doubles, "hex")).buffer);
        expect(doubles(tensor)).toEqual(numbers);
      }
    }
    expect(hex(await save(file.values, file.metadata))).toBe(hex(bytes));
  });

  it("has a file for every dtype that it can write", () => {
    const written = names.flatMap((name) =>
      Object.values(files[name].tensors).map(({ dtype }) => DTYPE_OF_NUMPY[dtype]),
    );
    const never = [...NAME_OF_DTYPE.keys()].filter((dtype) => !written.includes(dtype));
    expect(never).toEqual(["f6e2m3", "f6e3m2"]);
  });

  it.each([...NAME_OF_DTYPE.keys()])("reads what we write of %s", async (dtype) => {
    const shapes = [[2, 4], [8, 0, 2], DTYPES[dtype].bits < 8 ? [4] : []];
    const values = shapes.map((shape, i) => {
      const bytes = new Uint8Array(packedBytes(dtype, elementCount(shape))).map((_, at) => at * 37 + i);
      const valid = dtype === "bool" ? bytes.map((byte) => byte & 1) : bytes;
      return { name: `x${i}`, value: tensorFromBytes(dtype, shape, valid) };
    });
    const path = join(folder, "ours.safetensors");
    writeFileSync(path, await save(values, [["written by", "hodu"]]));
    const { tensors, metadata } = ask<PeerFile>(["read", path]);
    expect(metadata).toEqual({ "written by": "hodu" });
    for (const { name, value } of values) {
      expect(tensors[name]).toEqual({
        dtype: NAME_OF_DTYPE.get(dtype)!.name,
        shape: value.shape,
        raw: hex(bytesOfTensor(value)),
      });
    }
  });

  it("accepts the files that we accept, but for what the format's text forbids", async () => {
    const judged = ask<readonly boolean[]>(["judge"], Object.values(CASES).map(hex).join("\n"));
    const names = Object.keys(CASES);
    const differing = await Promise.all(
      names.map(async (name, i) => ((await isAccepted(CASES[name])) === judged[i] ? [] : [name])),
    );
    expect(differing.flat().sort()).toEqual(Object.keys(STRICTER).sort());
  });
});

async function isAccepted(bytes: Uint8Array): Promise<boolean> {
  try {
    await load(bytes);
    return true;
  } catch (error) {
    if (error instanceof HoduError) return false;
    throw error;
  }
}

/** What the package accepts and we refuse, and why. */
const STRICTER: Readonly<Record<string, string>> = {
  "a space before the header": "the format's text: the header must begin with {",
  "a name twice": "the format's text: duplicate keys are disallowed",
  "a key twice in the metadata": "the format's text: duplicate keys are disallowed",
  "metadata that are null": "the format's text: metadata are a map of text to text",
  "an unknown field": "a field of a later version may change what the bytes mean",
  "fields as a list": "the format's text: a tensor's entry is an object",
  "a rank of 100": "no library has so many axes",
};

const one = entry("U8", [1], 0, 1);
const data = Uint8Array.of(1);
const custom = (fields: string): Uint8Array => safetensorsBytes(`{"x":{${fields}}}`, data);

const CASES: Readonly<Record<string, Uint8Array>> = {
  good: safetensorsBytes({ x: one }, data),
  "no name": safetensorsBytes({ "": one }, data),
  "white space after the header": safetensorsBytes(`${JSON.stringify({ x: one })} \n\t\r `, data),
  "white space within": safetensorsBytes(JSON.stringify({ x: one }, null, 2), data),
  "a space before the header": safetensorsBytes(` ${JSON.stringify({ x: one })}`, data),
  "a byte order mark": safetensorsBytes(`\ufeff${JSON.stringify({ x: one })}`, data),
  "a list": safetensorsBytes([one], data),
  "an empty header": safetensorsBytes("", new Uint8Array(0)),
  "empty metadata": safetensorsBytes({ __metadata__: {}, x: one }, data),
  "metadata that are null": safetensorsBytes({ __metadata__: null, x: one }, data),
  "a number in the metadata": safetensorsBytes({ __metadata__: { a: 1 }, x: one }, data),
  "a key twice in the metadata": safetensorsBytes('{"__metadata__":{"a":"1","a":"2"}}'),
  "metadata twice": safetensorsBytes('{"__metadata__":{},"__metadata__":{}}'),
  "a name twice": safetensorsBytes(`{"x":${JSON.stringify(one)},"x":${JSON.stringify(one)}}`, data),
  "a comma at the end": custom('"dtype":"U8","shape":[1],"data_offsets":[0,1],'),
  "an unknown field": custom('"dtype":"U8","shape":[1],"data_offsets":[0,1],"extra":3'),
  "a field twice": custom('"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]'),
  "a missing field": custom('"dtype":"U8","data_offsets":[0,1]'),
  "fields as a list": safetensorsBytes({ x: ["U8", [1], [0, 1]] }, data),
  "a whole fraction": custom('"dtype":"U8","shape":[1.0],"data_offsets":[0,1]'),
  "an exponent": custom('"dtype":"U8","shape":[1e0],"data_offsets":[0,1]'),
  "a leading zero": custom('"dtype":"U8","shape":[01],"data_offsets":[0,1]'),
  "a negative zero": custom('"dtype":"U8","shape":[1],"data_offsets":[-0,1]'),
  "a negative dim": custom('"dtype":"U8","shape":[-1],"data_offsets":[0,1]'),
  "three offsets": custom('"dtype":"U8","shape":[1],"data_offsets":[0,1,1]'),
  "an unknown dtype": custom('"dtype":"C128","shape":[1],"data_offsets":[0,1]'),
  "a dtype in small letters": custom('"dtype":"u8","shape":[1],"data_offsets":[0,1]'),
  "an escaped key": custom('"dty\\u0070e":"U8","shape":[1],"data_offsets":[0,1]'),
  "half of a surrogate pair": safetensorsBytes(`{"\\ud800":${JSON.stringify(one)}}`, data),
  "a bad escape": safetensorsBytes(`{"\\x":${JSON.stringify(one)}}`, data),
  "a control character": safetensorsBytes(`{"\n":${JSON.stringify(one)}}`, data),
  "bytes that are not UTF-8": safetensorsBytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), data),
  "a hole": safetensorsBytes({ x: entry("U8", [1], 1, 2) }, Uint8Array.of(1, 2)),
  "a byte that is left over": safetensorsBytes({ x: one }, Uint8Array.of(1, 2)),
  "an overlap": safetensorsBytes({ x: entry("U8", [2], 0, 2), y: entry("U8", [2], 1, 3) }, Uint8Array.of(1, 2, 3)),
  "the same range twice": safetensorsBytes({ x: one, y: one }, data),
  "an empty tensor in between": safetensorsBytes(
    { x: one, y: entry("F32", [0], 1, 1), z: entry("U8", [1], 1, 2) },
    Uint8Array.of(1, 2),
  ),
  "an empty tensor at the end, named before it": safetensorsBytes({ y: entry("F32", [0], 1, 1), x: one }, data),
  "an empty tensor with a huge dim": safetensorsBytes({ x: entry("F32", [0, 2 ** 40, 2 ** 40], 0, 0) }),
  "an end before the beginning": safetensorsBytes({ x: entry("U8", [0], 1, 0) }, data),
  "dims whose product wraps to 0": safetensorsBytes({ x: entry("F32", [2 ** 32, 2 ** 32], 0, 0) }),
  "4-bit elements that fill their bytes": safetensorsBytes({ x: entry("F4", [2], 0, 1) }, data),
  "4-bit elements that end within a byte": safetensorsBytes({ x: entry("F4", [1], 0, 1) }, data),
  "6-bit elements that fill their bytes": safetensorsBytes({ x: entry("F6_E3M2", [4], 0, 3) }, Uint8Array.of(1, 2, 3)),
  "a bool of 2": safetensorsBytes({ x: entry("BOOL", [1], 0, 1) }, Uint8Array.of(2)),
  "a rank of 64": safetensorsBytes({ x: entry("U8", new Array<number>(64).fill(1), 0, 1) }, data),
  "a rank of 100": safetensorsBytes({ x: entry("U8", new Array<number>(100).fill(1), 0, 1) }, data),
};
