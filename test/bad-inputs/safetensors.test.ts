/** Rows 1 to 17 and 83 of the list of inputs that must be refused: safetensors files. */
import { readFileSync } from "node:fs";
import { bytesOfTensor, HoduError, type Tensor } from "@hodu/core";
import { openFile } from "@hodu/engine/node";
import { bytesSource, type TensorFile } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { loadTensors } from "../../plugins/format-safetensors/src/load-tensors.ts";
import { entry, safetensorsBytes } from "../../plugins/format-safetensors/src/testing/build-safetensors.ts";
import { load, quiet, save, tensor, tensorsOf } from "../../plugins/format-safetensors/src/testing/load-and-save.ts";
import { Workshop } from "./command.ts";
import { expectRejected, temporaryFolder } from "./refuse.ts";

const folder = temporaryFolder();
const workshop = new Workshop();
const one = entry("U8", [1], 0, 1);
const data = (length: number): Uint8Array => new Uint8Array(length).fill(1);

/** Eight bytes of a header's length, and what follows. */
function withLength(length: bigint, rest: Uint8Array = data(100)): Uint8Array {
  const bytes = new Uint8Array(8 + rest.length);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(rest, 8);
  return bytes;
}

async function expectRefused(bytes: Uint8Array, message: string): Promise<HoduError> {
  const error = await expectRejected(folder, () => load(bytes));
  expect(error.message).toContain('"x.safetensors"');
  expect(error.message).toContain(message);
  expect(error.where.file).toBe("x.safetensors");
  return error;
}

describe("rows 1 to 3: the header's length", () => {
  test.each<readonly [string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "found 0 bytes"],
    ["7 bytes", data(7), "found 7 bytes"],
    ["2^64 - 1", withLength(2n ** 64n - 1n), "a header of 18446744073709551615 bytes"],
    ["2^53 + 1", withLength(2n ** 53n + 1n), "a header of 9007199254740993 bytes"],
    ["one byte more than the file has", withLength(101n), "2 to 100"],
    ["more than 100,000,000", withLength(100_000_001n), "a header of 100000001 bytes"],
    ["0", withLength(0n), "a header of 0 bytes"],
  ])("%s", async (_, bytes, message) => {
    await expectRefused(bytes, message);
  });

  test("more than 100,000,000 of a file that has as many", async () => {
    const source = { ...bytesSource("x.safetensors", withLength(100_000_001n)), size: 2 ** 40 };
    const error = await expectRejected(folder, () => loadTensors(source, {}, quiet));
    expect(error.message).toContain("2 to 100000000");
  });
});

describe("rows 4, 5, 15: the header's text", () => {
  test.each<readonly [string, string | Uint8Array, string]>([
    ["not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), "not UTF-8"],
    ["not JSON", "{hello}", "expected a name in quotes"],
    ["cut off", '{"x":{"dtype":"U8"', 'expected ","'],
    ["a list", "[]", "begins with byte 0x5b"],
    ["spaces before it", "  {}", "begins with byte 0x20"],
    ["200,000 levels", '{"x":'.repeat(200_000), "expected"],
    ["200,000 lists", `{"x":${"[".repeat(200_000)}`, 'expected "{"'],
    ["a shape of 200,000 lists", `{"x":{"shape":${"[".repeat(200_000)}`, "expected an integer"],
    ["more behind it", "{} {}", "expected the end of the header"],
  ])("%s", async (_, header, message) => {
    const error = await expectRefused(safetensorsBytes(header), message);
    expect(error.where.offset ?? error.where.field).toBeDefined();
  });
});

describe("rows 6 and 7: the data", () => {
  const two = { a: entry("U8", [2], 0, 2), b: entry("U8", [2], 2, 4) };
  test.each<readonly [string, unknown, number, string]>([
    ["cut off", two, 3, "at most the 3 of the file"],
    ["one byte more", two, 5, "1 bytes after the last tensor"],
    ["ranges that overlap", { a: two.a, b: entry("U8", [2], 1, 3) }, 3, "to begin at 2"],
    ["a hole", { a: two.a, b: entry("U8", [2], 3, 5) }, 5, "to begin at 2"],
    ["a hole before the first", { a: entry("U8", [2], 1, 3) }, 3, "to begin at 0"],
    ["a range that ends before it begins", { a: two.a, b: entry("U8", [0], 2, 1) }, 2, "to begin at 2"],
    ["data and no tensors", {}, 1, "1 bytes after the last tensor"],
  ])("%s", async (_, header, length, message) => {
    const error = await expectRefused(safetensorsBytes(header, data(length)), message);
    expect(error.where.offset).toBeGreaterThanOrEqual(8);
  });
});

describe("rows 8 to 11: what a tensor's entry says", () => {
  const fields = (shape: string, offsets = "[0,1]", dtype = '"U8"'): string =>
    `{"x":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`;
  test.each<readonly [string, string, string]>([
    ["a negative offset", fields("[1]", "[-1,0]"), "expected an integer of at least 0"],
    ["half an offset", fields("[1]", "[0.5,1]"), "expected an integer of at least 0"],
    ["a whole fraction", fields("[1]", "[0,1.0]"), "expected an integer of at least 0"],
    ["an offset of -0", fields("[1]", "[-0,1]"), "expected an integer of at least 0"],
    ["an exponent", fields("[1]", "[0,1e0]"), "expected an integer of at least 0"],
    ["a negative dim", fields("[-1]"), "expected an integer of at least 0"],
    ["an offset past 2^53", fields("[1]", "[0,9007199254740993]"), "an integer above 2^53"],
    ["an offset of 10,000 digits", fields("[1]", `[0,${"9".repeat(10_000)}]`), "an integer above 2^53"],
    ["three offsets", fields("[1]", "[0,1,1]"), "at most 2 numbers"],
    ["one offset", fields("[1]", "[0]"), 'two "data_offsets"'],
    ["more bytes than its shape has", fields("[0]"), "expected 0 bytes for U8[0]"],
    ["fewer bytes than its shape has", fields("[1]", "[0,1]", '"F32"'), "expected 4 bytes for F32[1]"],
    ["2^32 x 2^32", fields("[4294967296,4294967296]"), "below 2^53"],
    ["2^62 x 4 bytes", fields("[4611686018427387904]", "[0,0]", '"F32"'), "an integer above 2^53"],
    ["2^52 x 2^52 x 2^52 x ...", fields(`[${new Array(64).fill(2 ** 52).join(",")}]`), "below 2^53"],
    ["a million dims", fields(`[${"1,".repeat(1_000_000)}1]`), "at most 64 numbers"],
    ["4-bit elements that end within a byte", fields("[3]", "[0,1]", '"F4"'), "a whole number of bytes"],
    ["an unknown dtype", fields("[1]", "[0,1]", '"I4"'), 'dtype "I4"'],
    ["a dtype that every object has", fields("[1]", "[0,1]", '"constructor"'), 'dtype "constructor"'],
    ["a dtype that is no text", fields("[1]", "[0,1]", "8"), "expected the name of a dtype"],
    ["a field that it does not have", fields("[1]").replace('"shape"', '"strides"'), 'found "strides"'],
    ["metadata that are no text", '{"__metadata__":{"a":1}}', "expected a text"],
    ["metadata within metadata", '{"__metadata__":{"a":{}}}', "expected a text"],
    ["metadata that are null", '{"__metadata__":null}', 'expected "{"'],
  ])("%s", async (_, header, message) => {
    await expectRefused(safetensorsBytes(header, data(1)), message);
  });
});

describe("rows 12, 13, 14: names", () => {
  const header = JSON.stringify(one);
  test.each<readonly [string, string, string]>([
    ["a tensor", `{"x":${header},"x":${header}}`, 'the name "x" stands there twice'],
    ["a tensor, once with an escape", `{"x":${header},"\\u0078":${header}}`, 'the name "x" stands there twice'],
    ["the metadata", '{"__metadata__":{},"__metadata__":{}}', 'the name "__metadata__" stands there twice'],
    ["a key of the metadata", '{"__metadata__":{"a":"1","a":"1"}}', 'the key "a" stands in __metadata__ twice'],
    ["a field", '{"x":{"dtype":"U8","dtype":"U8"}}', "each once"],
  ])("%s that stands there twice", async (_, text, message) => {
    await expectRefused(safetensorsBytes(text, data(1)), message);
  });

  test("names that objects have are names", async () => {
    const names = ["__proto__", "constructor", "toString", "../../etc/passwd", "hasOwnProperty"];
    const text = `{${names.map((name, i) => `"${name}":${JSON.stringify(entry("U8", [1], i, i + 1))}`).join(",")}}`;
    const file = await load(safetensorsBytes(text, Uint8Array.of(1, 2, 3, 4, 5)));
    expect([...tensorsOf(file)].map(([name, { data: elements }]) => [name, elements[0]])).toEqual(
      names.map((name, i) => [name, i + 1]),
    );
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
    expect(tensorsOf(await load(await save(file.values)))).toEqual(tensorsOf(file));
  });
});

describe("rows 16 and 17: many tensors", () => {
  test("2,000 tensors over one range of 4 MB", async () => {
    const header = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`t${i}`, entry("U8", [4_000_000], 0, 4_000_000)]),
    );
    await expectRefused(safetensorsBytes(header, new Uint8Array(4_000_000)), "to begin at 4000000");
  });

  test("a million tiny tensors in a header of 95 MB end in time", async () => {
    const count = 1_000_000;
    const names = Array.from({ length: count }, (_, i) => {
      const name = `layers.${String(i).padStart(12, "0")}.weight`;
      return `"${name}":{"dtype":"U8","shape":[1,1],"data_offsets":[${i},${i + 1}]}`;
    });
    const bytes = safetensorsBytes(`{${names.join(",")}}`, new Uint8Array(count));
    const start = process.cpuUsage();
    const error: unknown = await load(bytes).catch((caught: unknown) => caught);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2000);
    expect(error).toBeInstanceOf(HoduError);
    expect(String(error)).toContain("more than 250000 tensors");
  });

  test("100,001 keys of metadata", async () => {
    const texts = Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [`k${i}`, "v"]));
    await expectRefused(safetensorsBytes({ __metadata__: texts }), "more than 100000 keys in __metadata__");
  });
});

describe("row 83: content of another kind than the extension says", () => {
  test.each([
    [
      "an ONNX model",
      () => readFileSync(new URL("../../examples/digits/model.onnx", import.meta.url)),
      "an ONNX model",
    ],
    ["a zip archive", () => Buffer.from("PK\u0003\u0004 and so on, for long enough"), "a zip archive"],
    ["an .npy file", () => Buffer.from("\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4'}", "latin1"), "an .npy file"],
  ])("%s in a .safetensors", async (_, content, kind) => {
    const path = workshop.write(content(), "other.safetensors");
    const model = new URL("../../examples/digits/model.onnx", import.meta.url).pathname;
    const message = new RegExp(
      `other\\.safetensors.* found ${kind}, expected what its extension "\\.safetensors" says`,
    );
    await workshop.expectRefused(65, message, ["run", model, "-i", path]);
  });
});

describe("a small file that is damaged", () => {
  const elements = Uint8Array.from({ length: 40 }, (_, i) => i * 5);
  const good = save(
    [
      tensor("a", "f32", [2, 2], elements.subarray(0, 16)),
      tensor("b", "bool", [3], Uint8Array.of(1, 0, 1)),
      tensor("c", "f4e2m1", [4], elements.subarray(0, 2)),
    ],
    [["k", "v"]],
  );

  test("is refused wherever it is cut off", async () => {
    const bytes = await good;
    for (let length = 0; length < bytes.length; length++) {
      await expect(load(bytes.subarray(0, length))).rejects.toBeInstanceOf(HoduError);
    }
  });

  test("is refused, or read as tensors that are whole, with any bit flipped", async () => {
    const bytes = await good;
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = bytes.slice();
      copy[bit >> 3] ^= 1 << (bit & 7);
      const found = await load(copy).catch((error: unknown) => error);
      if (found instanceof HoduError) refused++;
      else for (const value of tensorsOf(found as TensorFile).values()) expectWhole(value);
    }
    expect(refused).toBeGreaterThan(bytes.length * 4);
  });

  function expectWhole(value: Tensor): void {
    expect(bytesOfTensor(value).length).toBeLessThanOrEqual(16);
  }
});

test("a file that is cut off on the disk is refused before its data are looked at", async () => {
  const bytes = safetensorsBytes({ x: entry("U8", [20_000_000], 0, 20_000_000) }, new Uint8Array(19_999_999));
  const path = workshop.write(bytes, "cut.safetensors");
  const error = await expectRejected(folder, async () => loadTensors(await openFile(path), {}, quiet));
  expect(error.message).toContain("at most the 19999999 of the file");
});
