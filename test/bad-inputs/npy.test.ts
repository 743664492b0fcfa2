/** Rows 18 to 36 and 83 of the list of inputs that must be refused: .npy and .npz files. */
import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { bytesOfTensor, HoduError, type NamedValue, tensorFrom, type Value } from "@hodu/core";
import { openFile } from "@hodu/engine/node";
import npy from "hodu-format-npy";
import { describe, expect, test } from "vitest";
import {
  headerText,
  load as loadBytes,
  npyBytes,
  save,
  testContext,
} from "../../plugins/format-npy/src/testing/build-npy.ts";
import {
  descriptor,
  extraField,
  u16,
  u64,
  zipBytes,
  type ZipMember,
  type ZipOptions,
} from "../../plugins/format-npy/src/testing/build-zip.ts";
import { expectRefusal, expectRejected, temporaryFolder } from "./refuse.ts";

const folder = temporaryFolder();
let files = 0;

function write(bytes: Uint8Array, extension: string): string {
  const path = join(folder, `array-${files++}${extension}`);
  writeFileSync(path, bytes);
  return path;
}

async function load(path: string): Promise<readonly NamedValue[]> {
  return (await npy.formats!.npy.loadTensors!(await openFile(path), {}, testContext())).values;
}

/** The file is refused with exit status 65; the error names it, and says what was found. */
async function expectRejectedFile(bytes: Uint8Array, extension: string, found: string | RegExp): Promise<HoduError> {
  const path = write(bytes, extension);
  const error = await expectRejected(folder, () => load(path));
  expect(basename(error.where.file ?? "")).toBe(basename(path));
  expect(error.message).toMatch(found);
  expect(error.hint).toBeDefined();
  return error;
}

const header = (rest: string): string => `{'descr': '<f4', 'fortran_order': False, ${rest}}`;
const good = npyBytes(headerText("<f4", "(2, 2)"), Float32Array.of(1, 2, 3, 4));
const withLength = (length: number, version: 1 | 2): Uint8Array => {
  const bytes = npyBytes(headerText("<f4", "(1,)"), Float32Array.of(1), [version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  return bytes;
};

describe("rows 18 to 30: .npy files", () => {
  test.each<[string, Uint8Array, string | RegExp]>([
    ["18: an empty file", new Uint8Array(0), "an empty file"],
    ["18: bad magic", Uint8Array.from(good, (byte, i) => (i === 1 ? 0 : byte)), "the bytes 93 00"],
    ["18: magic and no more", good.subarray(0, 6), "6 bytes"],
    ["18: version 9", npyBytes(headerText("<f4", "()"), new Float32Array(1), [9, 0]), "version 9.0"],
    ["18: version 1.1", npyBytes(headerText("<f4", "()"), new Float32Array(1), [1, 1]), "version 1.1"],
    ["19: a header of 60,000 bytes, of which 58 are there", withLength(60_000, 1), "60000 bytes"],
    ["19: a header that reaches past the end by one", withLength(good.length, 1), "expected at most the"],
    ["19: a header of 2^32 - 1 bytes", withLength(2 ** 32 - 1, 2), "4294967295"],
    ["20: a header above 10,000 bytes", npyBytes(headerText("<f4", "()").padEnd(10_001), new Float32Array(1)), "10001"],
    ["21: nested parentheses", npyBytes("(".repeat(4000) + ")".repeat(4000)), /expected "\{"/],
    ["21: nested in the shape", npyBytes(header(`'shape': ${"(".repeat(4000)}`)), "expected a dim"],
    ["21: nested in the dtype", npyBytes(`{'descr': ${"[".repeat(4000)}`), "the end of the header"],
    ["an escape of a terminal in the dtype", npyBytes(headerText("<\u009b2J", "()")), "\\u{9b}2J"],
    ["22: a call", npyBytes("__import__('os').system('touch canary')"), "__import__"],
    ["22: a call in the shape", npyBytes(header("'shape': (__import__('os').system('touch canary'),)")), "__import__"],
    ["23: no shape", npyBytes(header("")), "without one of its keys"],
    ["23: another key", npyBytes(header("'shape': (), 'x': 1")), 'the key "x"'],
    ["23: __proto__ for a key", npyBytes(header("'shape': (), '__proto__': {}")), 'the key "__proto__"'],
    ["23: a key twice", npyBytes(header("'shape': (), 'shape': ()")), 'the key "shape"'],
    ["23: a fraction", npyBytes(header("'shape': (2.0,)")), '"2.0'],
    ["23: a bool for a dim", npyBytes(header("'shape': (True,)")), '"True'],
    ["23: a sum", npyBytes(header("'shape': (1+1,)")), '"1+1'],
    ["23: a number for the shape", npyBytes(header("'shape': (4)"), new Float32Array(4)), /expected ","/],
    ["23: a list for the shape", npyBytes(header("'shape': [4]"), new Float32Array(4)), /expected "\("/],
    ["23: an integer of 4,900 digits", npyBytes(header(`'shape': (${"9".repeat(4900)},)`)), "a dim of"],
    ["23: 65 axes", npyBytes(header(`'shape': (${"1, ".repeat(65)})`), new Float32Array(1)), "at most 64 dims"],
    ["23: an order that is a number", npyBytes("{'descr': '<f4', 'fortran_order': 0, 'shape': ()}"), "True or False"],
    ["23: text after the header", npyBytes(`${header("'shape': ()")} x`, new Float32Array(1)), "the end of the header"],
    ["23: a header in UTF-8 that is none", npyBytes(Uint8Array.of(0x7b, 0xff), new Uint8Array(0), [3, 0]), "not UTF-8"],
    ["23: a dtype that is none", npyBytes(headerText("float", "()"), new Float32Array(1)), '"float"'],
    ["24: a negative dim", npyBytes(header("'shape': (-1,)")), '"-1'],
    ["25: a shape without data", npyBytes(header(`'shape': (${2 ** 40}, ${2 ** 20})`)), "2^53"],
    ["25: a smaller one", npyBytes(header(`'shape': (${2 ** 40},)`)), "0 bytes of data"],
    ["26: dims whose product wraps to 0", npyBytes(header(`'shape': (${2 ** 32}, ${2 ** 32})`)), "2^53"],
    ["26: the same with a dim of 0", npyBytes(header(`'shape': (0, ${2 ** 32}, ${2 ** 32})`)), "2^53"],
    ["27: 10^12 texts of no bytes", npyBytes(headerText("|S0", "(1000000000000,)")), '"|S0"'],
    ["27: the same in UTF-32", npyBytes(headerText("<U0", "(1000000000000,)")), '"<U0"'],
    ["27: raw elements of no bytes", npyBytes(headerText("|V0", "(1000000000000,)")), '"|V0"'],
    ["29: data that are cut off", good.subarray(0, -1), "15 bytes of data, expected the 16"],
    ["30: 92 bytes after the data", Buffer.concat([good, new Uint8Array(92)]), "108 bytes of data, expected the 16"],
    [
      "structures",
      npyBytes("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Float32Array(1)),
      "structures",
    ],
    ["dates", npyBytes(headerText("<M8[ns]", "(1,)"), new Float64Array(1)), "dates"],
    ["long doubles", npyBytes(headerText("<f16", "(1,)"), new Float64Array(2)), "another size"],
    ["raw bytes", npyBytes(headerText("|V2", "(1,)"), new Uint16Array(1)), "raw bytes"],
  ])("%s", async (_, bytes, found) => {
    await expectRejectedFile(bytes, ".npy", found);
    expect(existsSync("canary")).toBe(false);
  });

  test("27: more texts than memory can hold", async () => {
    const bytes = npyBytes(headerText("|S1", `(${2 ** 24 + 1},)`), new Uint8Array(2 ** 24 + 1));
    await expectRejectedFile(bytes, ".npy", "at most 16777216 texts");
  });

  test("28: pickled objects are refused by policy", async () => {
    const pickle = Buffer.from("cos\nsystem\n(S'touch canary'\ntR.");
    for (const descr of ["|O", "O", "|O8"]) {
      const path = write(npyBytes(headerText(descr, "(1,)"), pickle), ".npy");
      const error = await expectRefusal(folder, () => load(path));
      expect(error).toMatchObject({ code: "POLICY", exitCode: 77, hint: expect.stringContaining("allow_pickle=True") });
    }
    expect(existsSync("canary")).toBe(false);
  });
});

const a: ZipMember = { name: "a.npy", data: good };
const zeros = (count: number): ZipMember => {
  const bytes = Buffer.concat([npyBytes(headerText("|u1", `(${count},)`)), new Uint8Array(count)]);
  return { name: "a.npy", data: bytes, isDeflated: true };
};

describe("rows 32 to 35: .npz archives", () => {
  test("32: 300 MB of zeros in 292 KB", async () => {
    const bytes = zipBytes([zeros(300e6)]);
    expect(bytes.length).toBeLessThan(300_000);
    const error = await expectRejectedFile(bytes, ".npz", "300000128 bytes compressed");
    expect(error.hint).toContain("unzip");
  });

  test("32: the same in ten members", async () => {
    const members = Array.from({ length: 10 }, (_, i) => ({ ...zeros(30e6), name: `${i}.npy` }));
    await expectRejectedFile(zipBytes(members), ".npz", "bytes compressed");
  });

  test("32: a member that becomes more than it says", async () => {
    const bomb = { ...zeros(30e6), both: { size: 1000 } };
    await expectRejectedFile(zipBytes([bomb]), ".npz", "more than the 1000 bytes");
  });

  test.each<[string, readonly ZipMember[], string | RegExp]>([
    ["33: ../../a.npy", [{ ...a, name: "../../a.npy" }], "leads out of its folder"],
    ["33: a/../../b.npy", [{ ...a, name: "a/../../b.npy" }], "leads out of its folder"],
    ["33: ./a.npy", [{ ...a, name: "./a.npy" }], "leads out of its folder"],
    ["33: an absolute path", [{ ...a, name: "/etc/a.npy" }], "absolute"],
    ["33: a drive", [{ ...a, name: "C:/a.npy" }], "absolute"],
    ["33: backslashes", [{ ...a, name: "..\\a.npy" }], "backslash"],
    ["33: NUL", [{ ...a, name: "a.npy\0.npy" }], "NUL"],
    ["33: no .npy file", [a, { ...a, name: "readme.txt" }], '"readme.txt"'],
    ["33: no name", [{ ...a, name: "" }], 'named ""'],
    ["34: a name twice", [a, a], "two members"],
    [
      "34: a name twice, one of them an empty folder's",
      [
        { ...a, name: "a/", data: new Uint8Array(0) },
        { ...a, name: "a/", data: new Uint8Array(0) },
      ],
      "two members",
    ],
    ["35: bad CRC of a stored member", [{ ...a, both: { crc: 1 } }], "CRC-32"],
    ["35: bad CRC of a deflated member", [{ ...a, isDeflated: true, both: { crc: 1 } }], "CRC-32"],
    ["35: another name in the member's header", [{ ...a, local: { name: "b.npy" } }], "differs from the list"],
    ["35: a name of another length there", [{ ...a, local: { name: "aa.npy" } }], "differs from the list"],
  ])("%s", async (_, members, found) => {
    await expectRejectedFile(zipBytes(members), ".npz", found);
  });

  test("35: cut off at any byte", async () => {
    const bytes = zipBytes([a, { ...a, name: "b.npy", isDeflated: true }], { comment: Buffer.from("text") });
    for (let length = 0; length < bytes.length; length++) {
      await expect(loadBytes(bytes.slice(0, length), "x.npz")).rejects.toBeInstanceOf(HoduError);
    }
    for (let length = 0; length < good.length; length++) {
      await expect(loadBytes(good.slice(0, length))).rejects.toBeInstanceOf(HoduError);
    }
  });
});

const withDescriptor = (wrong: Parameters<typeof descriptor>[1], skip = 0): ZipMember => ({
  ...a,
  both: { flags: 8 },
  local: { crc: 0, size: 0, compressedSize: 0 },
  after: descriptor(good, wrong).subarray(skip),
});
const wideDescriptor = (compressedSize: number, size: number): ZipMember => ({
  ...a,
  both: { flags: 8 },
  after: Uint8Array.of(...descriptor(good).subarray(0, 8), ...u64(compressedSize), ...u64(size)),
});
const wide = (size: number, compressedSize: number): ZipMember => ({
  ...a,
  local: { size: 0xffff_ffff, compressedSize: 0xffff_ffff, extra: extraField(1, ...u64(size), ...u64(compressedSize)) },
});
const inner = zipBytes([{ ...a, name: "b.npy" }]);
const end = (bytes: Uint8Array): Uint8Array => bytes.slice(-22);

describe("row 36: archives that readers understand differently", () => {
  test.each<[string, readonly ZipMember[], ZipOptions, string | RegExp]>([
    ["bytes before the first member", [a], { prefix: Buffer.from("#!/bin/sh\n") }, /the bytes 23 21|at 10/],
    [
      "a member before the first that is listed",
      [
        { ...a, isUnlisted: true },
        { ...a, name: "b.npy" },
      ],
      {},
      "it at 0",
    ],
    [
      "a member between two that is not listed",
      [a, { ...a, name: "b.npy", isUnlisted: true }, { ...a, name: "c.npy" }],
      {},
      /after the data|differs|it at/,
    ],
    ["a member after the last that is listed", [a, { ...a, name: "b.npy", isUnlisted: true }], {}, "after the data"],
    ["a listed member that is not there", [a, { ...a, name: "b.npy", central: { headerAt: 0 } }], {}, "no header"],
    ["a listed member inside of another", [a, { ...a, name: "b.npy", central: { headerAt: 40 } }], {}, "no header"],
    ["a member behind the list", [a, { ...a, name: "b.npy", central: { headerAt: 9999 } }], {}, "a member or the list"],
    ["bytes after the end", [a], { suffix: Buffer.from("x") }, "1 bytes after the end"],
    ["two ends", [a], { suffix: end(zipBytes([a])) }, "list of members at"],
    ["an end within the comment", [a], { comment: end(zipBytes([])) }, "list of members at"],
    ["an archive within the comment", [a], { comment: inner }, "list of members at"],
    ["an archive after an archive", [a], { suffix: inner }, "list of members at"],
    ["a comment that begins like a member", [a], { comment: Buffer.from("PK\x03\x04") }, "parts of an archive"],
    ["a comment that is shorter than it says", [a], { end: { commentLength: 3 } }, "0 bytes after the end"],
    ["an archive as a member", [{ name: "a.npy", data: inner }], {}, "a zip archive"],
    ["fewer members than are listed", [a, { ...a, name: "b.npy" }], { end: { count: 1 } }, "2 members"],
    ["more members than are listed", [a], { end: { count: 2 } }, "1 members"],
    ["a list that is shorter than it says", [a], { end: { size: 52 } }, "list of members at"],
    ["a list that begins elsewhere", [a], { end: { offset: 1 } }, "list of members at"],
    ["several disks", [a], { end: { disk: 1 } }, "several disks"],
    ["zip64 records that are elsewhere", [a], { end64: { at: 0 } }, "zip64 records"],
    ["zip64 records of several disks", [a], { end64: { disks: 2 } }, "zip64 records"],
    ["zip64 records with data of their own", [a], { end64: { data: Uint8Array.of(1, 2, 3, 4) } }, "zip64 records"],
    ["zip64 records with another count", [a], { end64: { count: 2 } }, "zip64 records"],
    ["zip64 records with another list", [a], { end64: { offset: 0 } }, "zip64 records"],
    [
      "zip64 records with another list, which the end leaves to them",
      [a],
      { end64: { offset: 0 }, end: { offset: 0xffff_ffff } },
      "list of members at",
    ],
    ["zip64 records with 2^63 members", [a], { end64: { count: 2 ** 63 }, end: { count: 0xffff } }, "at most 100000"],
    ["a descriptor with another CRC", [withDescriptor({ crc: 1 })], {}, "after the data"],
    ["a descriptor with a CRC of 0", [withDescriptor({ crc: 0 })], {}, "after the data"],
    ["a descriptor with another compressed size", [withDescriptor({ compressedSize: 1 })], {}, "after the data"],
    ["a descriptor with another size", [withDescriptor({ size: 1 })], {}, "after the data"],
    ["the same without signature", [withDescriptor({ size: 1 }, 4)], {}, "after the data"],
    ["no descriptor where there should be one", [{ ...a, both: { flags: 8 } }], {}, "after the data"],
    ["a descriptor where there should be none", [{ ...a, after: descriptor(good) }], {}, "after the data"],
    ["a wide descriptor with another compressed size", [wideDescriptor(1, good.length)], {}, "after the data"],
    ["a wide descriptor with another size", [wideDescriptor(good.length, 1)], {}, "after the data"],
    ["a zip64 field with another size", [wide(1, good.length)], {}, "differs from the list"],
    ["a zip64 field with another compressed size", [wide(good.length, 1)], {}, "differs from the list"],
    [
      "a zip64 field that is too short",
      [{ ...a, local: { size: 0xffff_ffff, compressedSize: 0xffff_ffff, extra: extraField(1, ...u64(good.length)) } }],
      {},
      "zip64 field of 8",
    ],
    [
      "a zip64 field that nothing leaves a number to",
      [{ ...a, local: { extra: extraField(1, ...u64(1), ...u64(1)) } }],
      {},
      "zip64 field of 16",
    ],
    [
      "the same in the list",
      [{ ...a, central: { extra: extraField(1, ...u64(1), ...u64(1)) } }],
      {},
      "zip64 field of 16",
    ],
    ["no zip64 field where there should be one", [{ ...a, central: { size: 0xffff_ffff } }], {}, "zip64 field of 0"],
    [
      "an extra field that is cut off",
      [{ ...a, local: { extra: Uint8Array.of(...u16(7), ...u16(9), 1) } }],
      {},
      "cut off",
    ],
    ["three bytes of an extra field", [{ ...a, central: { extra: Uint8Array.of(1, 2, 3) } }], {}, "cut off"],
    [
      "an extra field twice",
      [{ ...a, central: { extra: Buffer.concat([extraField(7), extraField(7)]) } }],
      {},
      "twice",
    ],
    ["a second name", [{ ...a, both: { extra: extraField(0x7075, 1, 0, 0, 0, 0, 98) } }], {}, "a second name"],
    [
      "a name that is not UTF-8",
      [{ ...a, both: { name: Uint8Array.of(0xff, ...Buffer.from(".npy")), flags: 1 << 11 } }],
      {},
      "not UTF-8",
    ],
    ["a name of an unknown encoding", [{ ...a, name: "é.npy", both: { flags: 0 } }], {}, "no encoding"],
    ["a smaller size", [{ ...a, both: { size: good.length - 16 } }], {}, "stored bytes"],
    [
      "a smaller size of a deflated member",
      [{ ...a, isDeflated: true, both: { size: good.length - 16 } }],
      {},
      "more than the",
    ],
    [
      "a larger size of a deflated member",
      [{ ...a, isDeflated: true, both: { size: good.length + 16 } }],
      {},
      "144 bytes, made of",
    ],
    ["another size in the member's header", [{ ...a, local: { size: 1 } }], {}, "differs from the list"],
    ["another method there", [{ ...a, local: { method: 8 } }], {}, "differs from the list"],
    ["other flags there", [{ ...a, local: { flags: 2 } }], {}, "differs from the list"],
    [
      "bytes after a deflated stream",
      [
        {
          name: "a.npy",
          data: Buffer.concat([deflateRawSync(good), Buffer.from("xx")]),
          both: { method: 8, size: good.length },
        },
      ],
      {},
      "made of",
    ],
    [
      "a deflated stream that is cut off",
      [{ name: "a.npy", data: deflateRawSync(good).subarray(0, -3), both: { method: 8, size: good.length } }],
      {},
      "damaged",
    ],
    ["a deflated stream that is none", [{ name: "a.npy", data: good, both: { method: 8 } }], {}, "made of"],
    ["an encrypted member", [{ ...a, both: { flags: 1 } }], {}, "encrypted"],
    ["a strongly encrypted member", [{ ...a, both: { flags: 1 | (1 << 6) } }], {}, "encrypted"],
    ["a patch", [{ ...a, both: { flags: 1 << 5 } }], {}, "the flags 32"],
    ["a method that is not known", [{ ...a, both: { method: 93 } }], {}, "method 93"],
  ])("%s", async (_, members, options, found) => {
    await expectRejectedFile(zipBytes(members, options), ".npz", found);
  });
});

describe("row 83: the extension and the content differ", () => {
  test.each<[string, Uint8Array, string, string | RegExp, RegExp]>([
    ["an ONNX model", Uint8Array.of(8, 7, 0x12, 4, 1, 2, 3, 4), ".npy", "an ONNX model", /an .npy file/],
    ["an ONNX tensor", Uint8Array.of(8, 2, 0x10, 1, 0x4a, 8), ".npy", "an ONNX tensor", /an .npy file/],
    ["JSON", Buffer.from('{"shape": []}'), ".npy", "JSON text", /an .npy file/],
    ["safetensors", Buffer.from("\x02\0\0\0\0\0\0\0{}"), ".npz", "a safetensors file", /an .npz file/],
    ["a pickle", Uint8Array.of(0x80, 4, 0x4b, 1, 0x2e), ".npy", "a Python pickle", /an .npy file/],
    ["an archive", zipBytes([a]), ".npy", "a zip archive", /an .npy file/],
    ["an array", good, ".npz", "an .npy file", /an .npz file/],
    [
      "a PyTorch file",
      zipBytes([{ name: "x/data.pkl", data: Uint8Array.of(0x80, 2, 0x2e) }]),
      ".npz",
      '"x/data.pkl"',
      /.npy files only/,
    ],
    [
      "a pickle in an archive",
      zipBytes([{ name: "a.npy", data: Uint8Array.of(0x80, 4, 0x4e, 0x2e) }]),
      ".npz",
      "a Python pickle",
      /an .npy file/,
    ],
  ])("%s", async (_, bytes, extension, found, expected) => {
    const error = await expectRejectedFile(bytes, extension, found);
    expect(error.message).toMatch(expected);
  });
});

describe("damage", () => {
  const values: readonly NamedValue[] = [
    { name: "f", value: tensorFrom("f32", [3], [1, 2, 3]) },
    { name: "é", value: tensorFrom("bool", [2], [true, false]) },
    { name: "s", value: tensorFrom("string", [2], ["ab", "é"]) },
  ];

  test("of any bit of stored data is refused, or changes no value", async () => {
    expect.hasAssertions();
    const bytes = await save(values, "x.npz");
    const expected = plain((await loadBytes(bytes, "x.npz")).values);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      const found = await attempt(changed, "x.npz");
      if (found !== undefined) expect({ bit, values: plain(found) }).toEqual({ bit, values: expected });
    }
  });

  test("of any bit of an array or of a deflated archive is refused, or gives values", async () => {
    expect.hasAssertions();
    const deflated = zipBytes([{ ...a, isDeflated: true }]);
    for (const [name, bytes] of [
      ["x.npy", good],
      ["x.npz", deflated],
    ] as const) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = bytes.slice();
        changed[bit >> 3] ^= 1 << (bit & 7);
        const found = await attempt(changed, name);
        if (found !== undefined) expect(plain(found).length).toBe(1);
      }
    }
  });
});

async function attempt(bytes: Uint8Array, name: string): Promise<readonly NamedValue[] | undefined> {
  try {
    return (await loadBytes(bytes, name)).values;
  } catch (error) {
    if (error instanceof HoduError) return undefined;
    throw error;
  }
}

function plain(values: readonly NamedValue[]): unknown[] {
  return values.map(({ name, value }) => [name, ...elementsOf(value)]);
}

function elementsOf(value: Value): unknown[] {
  if (value.kind !== "tensor") return [];
  return [value.dtype, value.shape.join(), Buffer.from(bytesOfTensor(value)).toString("hex")];
}
