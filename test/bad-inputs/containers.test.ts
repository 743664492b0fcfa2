/** Row 81 of the list of inputs that must be refused: rows 1 to 15 and 40 to 53 for .hdss and .hdt, as far as they have a meaning there; row 83. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphBuilder, HoduError, type Snapshot, tensorFrom, tensorOf, tensorType, verifySnapshot } from "@hodu/core";
import { formatsPlugin, loadWeights } from "@hodu/engine";
import { openFile } from "@hodu/engine/node";
import { bytesSink, bytesSource, type CallContext, type TensorFile } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import {
  buildContainer,
  type ContainerParts,
  modelHeader,
} from "../../packages/engine/src/formats/testing/build-container.ts";
import { bitsOfAll } from "../../packages/engine/src/formats/testing/bits.ts";
import { expectRejected, temporaryFolder } from "./refuse.ts";

const folder = temporaryFolder();
const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const { hdss, hdt } = formatsPlugin.formats!;

/** The Snapshot and its weights' bits: what a damaged file may still give is this, unchanged. */
async function useModel(bytes: Uint8Array): Promise<unknown> {
  const source = bytesSource("m.hdss", bytes);
  const snapshot = await hdss.loadModel!(source, context);
  verifySnapshot(snapshot);
  const { tensors } = await loadWeights(snapshot, source, Number.POSITIVE_INFINITY, context);
  const weights = [...tensors.values()].flatMap((own) => [...own].map(([name, value]) => ({ name, value })));
  return { snapshot, weights: bitsOfAll(weights) };
}

async function useValues(bytes: Uint8Array): Promise<unknown> {
  const { values, metadata } = await hdt.loadTensors!(bytesSource("x.hdt", bytes), {}, context);
  return { values: bitsOfAll(values), metadata };
}

async function modelFile(): Promise<Uint8Array> {
  const builder = new GraphBuilder("g");
  const x = builder.input("x", tensorType("f32", [3]));
  const [sum] = builder.node("Add", [x, builder.weight("w", tensorFrom("f32", [3], [1, 2, 3]))]);
  builder.output(builder.node("Reshape", [sum, builder.weight("shape", tensorFrom("i64", [1], [-1]))])[0]);
  const built = builder.build();
  // a small weight lies in the file when its store is one
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  const weights = built.graph.weights.map((weight) =>
    weight.name === "w" ? { ...weight, store: 2, offset: 0 } : weight,
  );
  const snapshot: Snapshot = {
    ...built,
    graph: { ...built.graph, weights },
    stores: [...built.stores, { kind: "file", location: "" }],
    metadata: [["k", "v"]],
  };
  const sink = bytesSink("m.hdss");
  await hdss.saveModel!({ snapshot, source: bytesSource("source", bytes) }, sink, {}, context);
  return sink.bytes();
}

async function valuesFile(): Promise<Uint8Array> {
  const file: TensorFile = {
    values: [
      { name: "x", value: tensorFrom("f32", [2], [1, Number.NaN]) },
      { name: "s", value: { kind: "sequence", element: tensorType("u4"), items: [tensorFrom("u4", [3], [1, 2, 3])] } },
      { name: "t", value: tensorOf("string", [1], ["é"]) },
    ],
    metadata: [["k", "v"]],
  };
  const sink = bytesSink("x.hdt");
  await hdt.saveTensors!(file, sink, context);
  return sink.bytes();
}

const KINDS = [
  ["hdss", modelFile, useModel],
  ["hdt", valuesFile, useValues],
] as const;

/** What came of a file: one of our errors, or what it gave. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HoduError && error.exitCode === 65) return "refused";
    throw error;
  }
}

describe.each(KINDS)("a .%s that is damaged", (_, make, use) => {
  test("is refused or gives the same, whichever bit is flipped", async () => {
    const bytes = await make();
    const whole = await use(bytes);
    const unseen: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const result = await outcome(use(bytes));
      if (result !== "refused") {
        expect(result).toEqual(whole);
        unseen.push(bit >> 3);
      }
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    // only the zeros between the weights and the header are not looked at
    for (const at of unseen) expect(bytes[at]).toBe(0);
    expect(new Set(unseen).size).toBe(make === modelFile ? 64 - 12 : 0);
  }, 60_000);

  test("is refused wherever it is cut off, and says how long it is and should be", async () => {
    const bytes = await make();
    for (let length = 0; length < bytes.length; length++) {
      const error = await use(bytes.subarray(0, length)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ exitCode: 65 });
      const { message } = error as HoduError;
      expect(message).toContain(`${length} bytes`);
      if (length >= 64) expect(message).toContain(`expected ${bytes.length}: the file is cut off`);
    }
  });

  test("is refused with a byte after its end", async () => {
    const bytes = await make();
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    await expect(use(longer)).rejects.toThrow(
      `found ${bytes.length + 1} bytes, expected ${bytes.length}: there are bytes after the end`,
    );
  });

  test("is told from one of a later version", async () => {
    const bytes = await make();
    new DataView(bytes.buffer).setUint32(8, 2, true);
    await expect(use(bytes.subarray(0, 200))).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("written by a newer Hodu: found version 2, this one reads 1") as string,
      hint: "npm install --global hodu@latest",
    });
  });
});

const float = (shape: readonly unknown[], rest: object): object => ({
  name: "w",
  dtype: "f32",
  shape,
  store: 0,
  offset: 64,
  length: 12,
  digest: "0".repeat(64),
  ...rest,
});
const own = [{ kind: "file", location: "" }];
const twelve = new Uint8Array(12);
const weights = (list: readonly object[], data: Uint8Array = twelve): ContainerParts => ({
  header: modelHeader({ weights: list }, own),
  data,
});
const set64 = (at: number, value: bigint): Pick<ContainerParts, "prefix"> => ({
  prefix: (view) => view.setBigUint64(at, value, true),
});
const good = modelHeader({});

describe("a signed .hdss that breaks a rule", () => {
  test.each<[string, ContainerParts, string]>([
    [
      "a header of 2^64-1 bytes",
      { header: good, ...set64(24, 2n ** 64n - 1n) },
      "header length: found 18446744073709551615",
    ],
    ["a header of 2^53+1 bytes", { header: good, ...set64(24, 2n ** 53n + 1n) }, "expected less than 2^53"],
    ["a header past the end", { header: good, ...set64(24, 4096n) }, "header length"],
    ["a header offset that is no multiple of 64", { header: good, ...set64(16, 65n) }, "header offset: found 65"],
    ["a header in the prefix", { header: good, ...set64(16, 0n) }, "header offset: found 0"],
    ["a header at 2^63", { header: good, ...set64(16, 2n ** 63n) }, "header offset"],
    ["a size of 2^64-1", { header: good, ...set64(32, 2n ** 64n - 1n) }, "file size"],
    ["version 0", { header: good, prefix: (view) => view.setUint32(8, 0, true) }, "version: found 0"],
    ["opset 27", { header: good, prefix: (view) => view.setUint32(12, 27, true) }, "opset: found 27"],
    ["a header that is not UTF-8", { header: Uint8Array.of(0x7b, 0xff, 0x7d) }, "bytes that are not UTF-8"],
    ["a header that is not JSON", { header: "{" }, "text that is not JSON"],
    ["no header", { header: "" }, "header"],
    ["a list as header", { header: "[]" }, "header: found no object"],
    ["a header that starts with a space", { header: ` ${good}` }, "as JSON.stringify writes it"],
    [
      "a member that stands twice",
      { header: good.replace('"producer":""', '"producer":"","producer":""') },
      "a member twice",
    ],
    [
      "200,000 levels of brackets",
      { header: `{"parts":[],"x":${"[".repeat(2e5)}${"]".repeat(2e5)}}` },
      "more than 1000 levels of brackets",
    ],
    ["200,000 levels of graphs", { header: nestedGraphs(2e5) }, "more than 1000 levels of brackets"],
    ["140 levels of graphs", { header: nestedGraphs(140) }, "Cannot use the model"],
    ["no parts", { header: good.replace(',"parts":[]', "") }, "header.parts: found none"],
    ["a part of a negative length", { header: modelHeader({}, [], [-1]) }, "header.parts[0]: found -1"],
    ["a part of half a byte", { header: modelHeader({}, [], [0.5]) }, "header.parts[0]: found 0.5"],
    ["a part of 2^53 bytes", { header: modelHeader({}, [], [2 ** 53]) }, "header.parts[0]"],
    ["bytes after the last part", { header: good, tail: new Uint8Array(1) }, "header.parts: found parts that end"],
    [
      "a part that nothing uses",
      { header: modelHeader({}, [], [4]), parts: [new Uint8Array(4)] },
      "found 1 that nothing refers to",
    ],
    [
      "a part used twice",
      {
        header: modelHeader(
          {},
          [
            { kind: "bytes", bytes: 0 },
            { kind: "bytes", bytes: 0 },
          ],
          [4],
        ),
        parts: [new Uint8Array(4)],
      },
      "stores[1].bytes: found 0, expected a part that nothing else refers to",
    ],
    [
      "a part that is not there",
      { header: modelHeader({}, [{ kind: "bytes", bytes: 7 }]) },
      "snapshot.stores[0].bytes: found 7",
    ],
    ["a store of no kind", { header: modelHeader({}, [{ kind: "http" }]) }, 'stores[0]: found "http"'],
    ["no snapshot", { header: good.replace('"snapshot"', '"snapshit"') }, "header.snapshot: found nothing"],
    ["no opsets", { header: good.replace('"opsets"', '"opset"') }, "header.opsets: found nothing"],
    ["an opset that the prefix has not", { header: good.replace('["",28]', '["",27]') }, "header.opsets: found 27"],
    ["an opset twice", { header: good.replace('["",28]', '["",28],["",28]') }, "header.opsets"],
    [
      "a weight in no store",
      { header: modelHeader({ weights: [float([3], { store: 9 })] }, own), data: twelve },
      'weight "w": found store 9',
    ],
    ["a weight at a negative offset", weights([float([3], { offset: -64 })]), "weights[0].offset: found -64"],
    ["a weight at half a byte", weights([float([3], { offset: 64.5 })]), "weights[0].offset: found 64.5"],
    ["a weight at 2^53", weights([float([3], { offset: 2 ** 53 })]), "weights[0].offset"],
    ["a weight in the prefix", weights([float([3], { offset: 0 })]), 'weight "w": found offset 0'],
    ["a weight that is not aligned", weights([float([3], { offset: 68 })]), 'weight "w": found offset 68'],
    ["a weight past the header", weights([float([2 ** 20], { length: 2 ** 22 })]), 'weight "w": found an end at'],
    [
      "weights that overlap",
      weights([float([3], {}), float([2], { name: "v", length: 8 })]),
      'weight "w": found offset 64',
    ],
    [
      "a hole after a weight",
      weights([float([3], {})], new Uint8Array(128)),
      "header offset: found weights that end at 76",
    ],
    [
      "a hole before a weight",
      weights([float([3], { offset: 128 })], new Uint8Array(128)),
      'weight "w": found offset 128, expected 64',
    ],
    ["bytes that no weight has", { header: good, data: twelve }, "header offset: found weights that end at 64"],
    ["a weight without digest", weights([float([3], { digest: undefined })]), 'weight "w": found no SHA-256'],
    [
      "a weight with a digest of other letters",
      weights([float([3], { digest: "G".repeat(64) })]),
      'weight "w": found no SHA-256',
    ],
    ["a weight of the wrong digest", weights([float([3], {})]), "its bytes are damaged"],
    ["a weight of a negative dim", weights([float([-3], {})]), "weights[0].shape[0]: found -3"],
    ["a weight of other bytes than its shape", weights([float([4], {})]), 'weight "w" has 12 bytes, f32[4] needs 16'],
    ["a shape of 2^64 elements", weights([float([2 ** 32, 2 ** 32], {})]), "expected at most 2^53"],
    ["a shape of 2^62 elements", weights([float([2 ** 31, 2 ** 31], {})]), "expected at most 2^53"],
    ["an unknown dtype", weights([float([3], { dtype: "f31" })]), 'weights[0].dtype: found "f31"'],
    [
      "metadata that is no text",
      { header: good.replace('"metadata":[]', '"metadata":[["k",1]]') },
      "metadata[0][1]: found 1",
    ],
    ["two weights of one name", weights([float([3], {}), float([3], {})]), 'weight "w" is defined twice'],
    ["a .hdt in its place", { header: good, prefix: (view) => view.setUint32(4, 0x1a0a0d20, true) }, "magic"],
    ["line ends that a transfer changed", { header: good, prefix: (view) => view.setUint8(5, 0x0a) }, "copied as text"],
  ])("%s is refused", async (_, parts, message) => {
    const bytes = buildContainer("hdss", parts);
    const error = await expectRejected(folder, () => useModel(bytes));
    expect(error.message).toContain(message);
    if (error.code === "BAD_MODEL")
      expect(error.where).toMatchObject({ file: "m.hdss", field: expect.any(String) as string });
  });

  test("a header of a million tiny tensors, longer than any reader takes, is refused before it is read", async () => {
    const path = join(folder, "long.hdss");
    writeFileSync(
      path,
      buildContainer("hdss", {
        header: good,
        prefix: (view) => {
          view.setBigUint64(24, 87_000_000n, true);
          view.setBigUint64(32, 200_000_000n, true);
        },
      }),
    );
    truncateSync(path, 200_000_000);
    const source = await openFile(path);
    const error = await expectRejected(folder, async () => hdss.loadModel!(source, context));
    expect(error.message).toContain("header length: found 87000000, expected at most 67108864");
  });

  test("a later opset is told from a broken file", async () => {
    const later = buildContainer("hdss", { header: good, prefix: (view) => view.setUint32(12, 29, true) });
    await expect(useModel(later)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    const domain = buildContainer("hdss", { header: good.replace('["ai.onnx.ml",5]', '["ai.onnx.ml",6]') });
    await expect(useModel(domain)).rejects.toThrow('newer Hodu: found opset 6 of "ai.onnx.ml", this one reads 5');
  });

  test("names like __proto__ and ../../etc/passwd are only names", async () => {
    const names = ["__proto__", "constructor", "../../etc/passwd"];
    const list = names.map((name) => float([0], { name, store: 0, offset: 0, length: 0, digest: undefined }));
    const header = modelHeader({ weights: list }, [{ kind: "bytes", bytes: 0 }], [0]);
    const { weights: read } = (await useModel(buildContainer("hdss", { header, parts: [new Uint8Array(0)] }))) as {
      weights: [string][];
    };
    expect(read.map(([name]) => name)).toEqual(names);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const valuesHeader = (
  values: readonly unknown[],
  parts: readonly unknown[] = [],
  metadata: readonly unknown[] = [],
): string => JSON.stringify({ values, metadata, parts });
const named = (value: object, name = "x"): object => ({ name, value });
const tensor = (rest: object): object => ({ kind: "tensor", dtype: "f32", shape: [3], data: 0, ...rest });

describe("a signed .hdt that breaks a rule", () => {
  const rows: readonly [string, string, string][] = [
    [
      "a tensor of other bytes than its shape",
      valuesHeader([named(tensor({ shape: [4] }))], [12]),
      "values[0].value: found an object, expected a tensor f32[4]",
    ],
    ["a tensor of a negative dim", valuesHeader([named(tensor({ shape: [-3] }))], [12]), "shape[0]: found -3"],
    ["a tensor of half a dim", valuesHeader([named(tensor({ shape: [1.5] }))], [12]), "shape[0]: found 1.5"],
    [
      "a tensor of more than 2^53 elements",
      valuesHeader([named(tensor({ shape: [2 ** 32, 2 ** 32] }))], [12]),
      'values[0].value.shape: found "4294967296 x 4294967296"',
    ],
    [
      "more than a million parts",
      valuesHeader(
        [],
        Array.from({ length: 1_000_001 }, () => 0),
      ),
      "found 1000001 parts, expected at most 1000000",
    ],
    ["an unknown dtype", valuesHeader([named(tensor({ dtype: "f31" }))], [12]), 'dtype: found "f31"'],
    ["a dtype with an escape of a terminal", valuesHeader([named(tensor({ dtype: "\u009b2J" }))], [12]), "\\u{9b}2J"],
    ["a value of no kind", valuesHeader([named({ kind: "picture" })]), 'found "picture"'],
    ["a tensor kept in double", valuesHeader([named(tensor({ wide: true, shape: [1] }))], [8]), "values[0].value"],
    [
      "two tensors of one part",
      valuesHeader([named(tensor({})), named(tensor({}), "y")], [12]),
      "a part that nothing else refers to",
    ],
    [
      "two values of one name",
      valuesHeader([named(tensor({})), named(tensor({ data: 1 }))], [12, 12]),
      "a name that no other value has",
    ],
    [
      "a sequence with an item of another type",
      valuesHeader([named({ kind: "sequence", element: { kind: "tensor", dtype: "i64" }, items: [tensor({})] })], [12]),
      "items[0]: found",
    ],
    [
      "a map with a key twice",
      valuesHeader(
        [
          named({
            kind: "map",
            key: "i64",
            element: { kind: "tensor", dtype: "f32" },
            keys: ["1", "1"],
            values: [tensor({}), tensor({ data: 1 })],
          }),
        ],
        [12, 12],
      ),
      "a key twice",
    ],
    [
      "a map with fewer keys",
      valuesHeader(
        [named({ kind: "map", key: "i64", element: { kind: "tensor", dtype: "f32" }, keys: [], values: [tensor({})] })],
        [12],
      ),
      "expected 1 keys",
    ],
    [
      "a map with a key past its dtype",
      valuesHeader(
        [
          named({
            kind: "map",
            key: "i8",
            element: { kind: "tensor", dtype: "f32" },
            keys: [128],
            values: [tensor({})],
          }),
        ],
        [12],
      ),
      "expected -128 to 127",
    ],
    [
      "a map of float keys",
      valuesHeader(
        [
          named({
            kind: "map",
            key: "f32",
            element: { kind: "tensor", dtype: "f32" },
            keys: [1],
            values: [tensor({})],
          }),
        ],
        [12],
      ),
      "an integer dtype or string",
    ],
    [
      "200,000 levels of sequences",
      `{"values":[{"name":"x","value":${'{"kind":"sequence","element":{"kind":"tensor","dtype":"f32"},"items":['.repeat(2e5)}${"]}".repeat(2e5)}}],"metadata":[],"parts":[]}`,
      "more than 1000 levels of brackets",
    ],
    ["metadata that is no text", valuesHeader([], [], [["k", 1]]), "metadata[0][1]: found 1"],
  ];
  test.each(rows)("%s is refused", async (_, header, message) => {
    const lengths = header.endsWith("]}") ? (JSON.parse(header.slice(header.lastIndexOf("["), -1)) as number[]) : [];
    const bytes = buildContainer("hdt", { header, parts: lengths.map((length) => new Uint8Array(length)) });
    const error = await expectRejected(folder, () => useValues(bytes));
    expect(error.message).toContain(message);
    expect(error.where).toMatchObject({ file: "x.hdt", field: expect.any(String) as string });
  });

  test.each([
    ["a bool of 2", tensor({ dtype: "bool", shape: [2] }), [1, 2], "found 2, expected bools of 0 or 1"],
    ["a bit after the last i4", tensor({ dtype: "i4", shape: [3] }), [0x21, 0x13], "found 19, expected zeros after"],
    ["a bit after the last f6", tensor({ dtype: "f6e2m3", shape: [1] }), [0x40], "found 64, expected zeros after"],
  ])("%s is refused", async (_, value, part, message) => {
    const header = valuesHeader([named(value)], [part.length]);
    const bytes = buildContainer("hdt", { header, parts: [Uint8Array.from(part)] });
    expect((await expectRejected(folder, () => useValues(bytes))).message).toContain(message);
  });

  test("strings that are no UTF-8, or longer than their part, are refused", async () => {
    const header = valuesHeader([named(tensor({ dtype: "string", shape: [1] }))], [5]);
    for (const part of [Uint8Array.of(1, 0, 0, 0, 0xff), Uint8Array.of(255, 255, 255, 255, 0)]) {
      const bytes = buildContainer("hdt", { header, parts: [part] });
      await expectRejected(folder, () => useValues(bytes));
    }
  });
});

describe("a file of another kind", () => {
  test.each([
    ["m.hdss", "x.hdt", "a Hodu tensor file"],
    ["x.hdt", "m.hdss", "a Hodu model"],
  ])("%s with the content of %s: both are named", async (name, content, found) => {
    const bytes = content === "x.hdt" ? await valuesFile() : await modelFile();
    writeFileSync(join(folder, name), bytes);
    const source = await openFile(join(folder, name));
    const read = name === "x.hdt" ? hdt.loadTensors!(source, {}, context) : hdss.loadModel!(source, context);
    await expect(read).rejects.toThrow(found);
  });
});

/** A node in a graph in a node, so many times. */
function nestedGraphs(levels: number): string {
  const open =
    '{"name":"g","inputs":[],"outputs":[],"weights":[],"nodes":[{"op":"If","domain":"","name":"n","inputs":[],"outputs":[],"attributes":[{"name":"then_branch","value":{"kind":"graph","value":';
  const close = '}}],"origin":[]}],"values":[]}';
  const leaf = '{"name":"g","inputs":[],"outputs":[],"weights":[],"nodes":[],"values":[]}';
  return good.replace(leaf, open.repeat(levels) + leaf + close.repeat(levels));
}
