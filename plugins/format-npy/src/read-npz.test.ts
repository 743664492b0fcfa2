import { Buffer } from "node:buffer";
import { tensorFrom, tensorOf, type Tensor, type Value } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { headerText, load, npyBytes, save } from "./testing/build-npy.ts";
import { descriptor, extraField, u32, u64, zipBytes, type ZipMember } from "./testing/build-zip.ts";
import { directoryEntry, endOfArchive, localHeader } from "./zip/write-records.ts";

const npy = (...elements: number[]): Uint8Array =>
  npyBytes(headerText("<u2", `(${elements.length},)`), Uint16Array.from(elements));
const dataOf = (value: Value): Tensor["data"] => {
  if (value.kind !== "tensor") throw new Error(value.kind);
  return value.data;
};

async function read(members: readonly ZipMember[], options?: Parameters<typeof zipBytes>[1]): Promise<unknown> {
  const { values } = await load(zipBytes(members, options), "x.npz");
  return Object.fromEntries(values.map(({ name, value }) => [name, [...dataOf(value)]]));
}

describe("archives as tools write them", () => {
  const a = { name: "a.npy", data: npy(1, 2) };
  test.each<[string, Parameters<typeof zipBytes>]>([
    ["stored", [[a]]],
    ["deflated", [[{ ...a, isDeflated: true }]]],
    ["with a comment", [[a], { comment: Buffer.from("made by hand") }]],
    [
      "with a descriptor",
      [[{ ...a, both: { flags: 8 }, local: { crc: 0, size: 0, compressedSize: 0 }, after: descriptor(a.data) }]],
    ],
    ["with a descriptor without signature", [[{ ...a, both: { flags: 8 }, after: descriptor(a.data).subarray(4) }]]],
    [
      "with a zip64 field in the member's header, as NumPy has it",
      [
        [
          {
            ...a,
            local: {
              size: 0xffff_ffff,
              compressedSize: 0xffff_ffff,
              extra: extraField(1, ...u64(a.data.length), ...u64(a.data.length)),
            },
          },
        ],
      ],
    ],
    [
      "with a zip64 field in the list",
      [[{ ...a, central: { headerAt: 0xffff_ffff, extra: extraField(1, ...u64(0)) } }]],
    ],
    ["with zip64 records", [[a], { end64: {} }]],
    [
      "with zip64 records that hold all numbers",
      [[a], { end64: {}, end: { count: 0xffff, size: 0xffff_ffff, offset: 0xffff_ffff } }],
    ],
    ["with a folder of its own", [[{ name: "sub/", data: new Uint8Array(0) }, a]]],
    ["with the time of the file", [[{ ...a, both: { extra: extraField(0x5455, 1, ...u32(0)) } }]]],
  ])("%s", async (_, [members, options]) => {
    expect(await read(members, options)).toEqual({ a: [1, 2] });
  });

  test("with descriptors of 8-byte sizes", async () => {
    const long = (data: Uint8Array) => {
      const [signature, crc] = [descriptor(data).subarray(0, 4), descriptor(data).subarray(4, 8)];
      return Uint8Array.of(...signature, ...crc, ...u64(data.length), ...u64(data.length));
    };
    const member = { ...a, both: { flags: 8 } };
    expect(await read([{ ...member, after: long(a.data) }])).toEqual({ a: [1, 2] });
    expect(await read([{ ...member, after: long(a.data).subarray(4) }])).toEqual({ a: [1, 2] });
  });

  test("without members", async () => {
    expect(await read([])).toEqual({});
  });

  test("with names that mean something elsewhere", async () => {
    const names = ["__proto__", "constructor", "layer/w:0", "é😀", " ", "", "a.npy"];
    const { values } = await load(zipBytes(names.map((name) => ({ name: `${name}.npy`, data: npy(1) }))), "x.npz");
    expect(values.map(({ name }) => name)).toEqual(names);
  });

  test("whose list has another order than the file", async () => {
    const first = { name: "b.npy", data: npy(1) };
    const bytes = zipBytes([first, a]);
    const entry = 46 + 5;
    const list = bytes.length - 22 - 2 * entry;
    const swapped = Buffer.concat([
      bytes.subarray(0, list),
      bytes.subarray(list + entry, list + 2 * entry),
      bytes.subarray(list, list + entry),
      bytes.subarray(list + 2 * entry),
    ]);
    expect((await load(swapped, "x.npz")).values.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

describe("archives of ours", () => {
  test("hold stored arrays that are views of the file", async () => {
    const values = ["w", "a longer name"].map((name) => ({ name, value: tensorFrom("f64", [2], [1, 2]) }));
    const bytes = new Uint8Array(await save(values, "x.npz"));
    for (const { value } of (await load(bytes, "x.npz")).values) {
      expect((dataOf(value) as Float64Array).buffer).toBe(bytes.buffer);
      expect((dataOf(value) as Float64Array).byteOffset % 64).toBe(0);
    }
  });

  test("call a value without a name arr_0, as NumPy does", async () => {
    const value = tensorFrom("f32", [1], [1]);
    const { values } = await load(await save([{ name: "", value }], "x.npz"), "x.npz");
    expect(values).toEqual([{ name: "arr_0", value }]);
  });

  test("past 65,535 members have the records of zip64", { tags: ["long"], timeout: 60_000 }, async () => {
    const value = tensorOf("u8", [], Uint8Array.of(1));
    const values = Array.from({ length: 66_000 }, (_, i) => ({ name: String(i), value }));
    const bytes = await save(values, "x.npz");
    expect(Buffer.from(bytes.subarray(-42, -38)).toString("latin1")).toBe("PK\x06\x07");
    expect((await load(bytes, "x.npz")).values.length).toBe(66_000);
  });

  test("past 4 GB say so in their fields", () => {
    const member = { name: "a.npy", size: 5e9, crc: 1, headerAt: 6e9 };
    const header = Buffer.from(localHeader(member));
    expect(header.readUInt32LE(18)).toBe(0xffff_ffff);
    expect(header.subarray(35, 55)).toEqual(Buffer.from([1, 0, 16, 0, ...u64(5e9), ...u64(5e9)]));
    expect((6e9 + header.length) % 64).toBe(0);
    const entry = Buffer.from(directoryEntry(member));
    expect(entry.subarray(51)).toEqual(Buffer.from([1, 0, 24, 0, ...u64(5e9), ...u64(5e9), ...u64(6e9)]));
    const end = Buffer.from(endOfArchive(1, 11e9, 100));
    expect(end.readBigUInt64LE(48)).toBe(11_000_000_000n);
    expect(end.readBigUInt64LE(64)).toBe(11_000_000_100n);
    expect(end.readUInt32LE(76 + 16)).toBe(0xffff_ffff);
  });
});

test("an error in a stored member names its byte of the file", async () => {
  const bytes = zipBytes([{ name: "a.npy", data: npyBytes(headerText("<q9", "()")) }]);
  await expect(load(bytes, "x.npz")).rejects.toMatchObject({
    message: expect.stringContaining('"a.npy" of "x.npz"'),
    where: { file: "x.npz", field: '"a.npy" header descr' },
  });
  const short = zipBytes([{ name: "a.npy", data: npyBytes(headerText("<u2", "(2,)"), Uint8Array.of(1)) }]);
  await expect(load(short, "x.npz")).rejects.toMatchObject({ where: { offset: 35 + 128 + 1 } });
});
