import { bytesSource, DTYPES, elementCount, packedBytes } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { DTYPE_OF_NAME } from "./dtypes.ts";
import { loadTensors } from "./load-tensors.ts";
import { entry, safetensorsBytes } from "./testing/build-safetensors.ts";
import { load, quiet, tensorsOf } from "./testing/load-and-save.ts";

const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

test("every dtype is read", async () => {
  let end = 0;
  const members: Record<string, unknown> = {};
  for (const [name, dtype] of DTYPE_OF_NAME) {
    members[name] = entry(name, [2, 4], end, (end += packedBytes(dtype, 8)));
  }
  const tensors = tensorsOf(await load(safetensorsBytes(members, new Uint8Array(end))));
  expect([...tensors.keys()]).toEqual([...DTYPE_OF_NAME.keys()]);
  for (const [name, { dtype, shape, data }] of tensors) {
    expect({ dtype, shape }).toEqual({ dtype: DTYPE_OF_NAME.get(name), shape: [2, 4] });
    expect(data.constructor.name).toBe(DTYPES[dtype].storage);
  }
});

test("values are views of the file, where its dtype can be viewed", async () => {
  const header = JSON.stringify({
    a: entry("F32", [2], 0, 8),
    b: entry("U8", [3], 8, 11),
    c: entry("F16", [1], 11, 13),
  });
  const bytes = safetensorsBytes(header.padEnd(Math.ceil(header.length / 8) * 8), ramp(13));
  const { a, b, c } = Object.fromEntries(tensorsOf(await load(bytes)));
  expect((a.data as Float32Array).buffer).toBe(bytes.buffer);
  expect((b.data as Uint8Array).buffer).toBe(bytes.buffer);
  expect((c.data as Uint16Array).buffer).not.toBe(bytes.buffer);
  expect([...(c.data as Uint16Array)]).toEqual([0x0c0b]);
});

test("tensors are given in the order of their data, empty ones too, whatever the order of the header", async () => {
  const header = {
    late: entry("U8", [2], 2, 4),
    early: entry("U8", [2], 0, 2),
    empty: entry("I64", [0, 7], 2, 2),
    scalar: entry("U8", [], 4, 5),
  };
  const { values } = await load(safetensorsBytes(header, ramp(5)));
  expect(values.map(({ name }) => name)).toEqual(["early", "empty", "late", "scalar"]);
  expect(values[1].value).toMatchObject({ dtype: "i64", shape: [0, 7] });
  expect(values[3].value).toMatchObject({ shape: [], data: Uint8Array.of(4) });
});

test("metadata are kept, escapes and all", async () => {
  const header = '{"__metadata__":{"format":"pt","\\u00e9\\n":"\\ud83d\\ude00"}}  \n';
  expect((await load(safetensorsBytes(header))).metadata).toEqual([
    ["format", "pt"],
    ["é\n", "😀"],
  ]);
  expect(await load(safetensorsBytes("{}"))).toEqual({ values: [], metadata: [] });
});

test("a bool that is neither 0 nor 1 is true", async () => {
  const { values } = await load(safetensorsBytes({ x: entry("BOOL", [4], 0, 4) }, Uint8Array.of(0, 1, 2, 255)));
  expect(values[0].value).toMatchObject({ data: Uint8Array.of(0, 1, 1, 1) });
});

test("4- and 6-bit elements are unpacked, the first in the low bits", async () => {
  const header = { f4: entry("F4", [2], 0, 1), f6: entry("F6_E3M2", [4], 1, 4) };
  const tensors = tensorsOf(
    await load(safetensorsBytes(header, Uint8Array.of(0x21, 0b10_000001, 0b0011_0000, 0b000100_00))),
  );
  expect(tensors.get("f4")?.data).toEqual(Uint8Array.of(1, 2));
  expect(tensors.get("f6")?.data).toEqual(Uint8Array.of(1, 2, 3, 4));
});

test("small neighbours are read together, in parts that stay small", async () => {
  const count = 40;
  const length = 2 ** 20;
  const header = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`t${i}`, entry("U8", [length], i * length, (i + 1) * length)]),
  );
  const bytes = safetensorsBytes(header, new Uint8Array(count * length).fill(7));
  const source = bytesSource("x.safetensors", bytes);
  const reads: number[] = [];
  const { values } = await loadTensors(
    { ...source, read: async (o, n) => (reads.push(n), source.read(o, n)) },
    {},
    quiet,
  );
  expect(values.map(({ value }) => value.kind === "tensor" && elementCount(value.shape))).toEqual(
    new Array(count).fill(length),
  );
  expect(reads.slice(2)).toEqual([16 * length, 16 * length, 8 * length]);
});
