import { createHash } from "node:crypto";
import { graphsIn, type Snapshot, tensorFrom, tensorType, GraphBuilder, type Weight } from "@hodu/core";
import {
  type ByteSource,
  type BytesSink,
  bytesSink,
  bytesSource,
  type CallContext,
  loadWeights,
  type Model,
  openStores,
} from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import { formatsPlugin } from "./plugin.ts";
import { largeTensor, modelOfEveryKind } from "./testing/model-of-every-kind.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const { hdss } = formatsPlugin.formats!;

async function save(model: Model, options = {}): Promise<BytesSink> {
  const sink = bytesSink("folder/m.hdss");
  await hdss.saveModel!(model, sink, options, context);
  return sink;
}

async function load(sink: BytesSink): Promise<Model & { readonly source: ByteSource }> {
  const siblings = new Map([...sink.siblings].map(([name, sibling]) => [name, sibling.bytes()]));
  const source = bytesSource("m.hdss", sink.bytes(), siblings);
  return { snapshot: await hdss.loadModel!(source, context), source };
}

/** The Snapshot with the bytes of its weights in their place, so that two can be compared wherever the weights lie. */
async function resolved(model: Model): Promise<unknown> {
  const stores = await openStores(model, "compare");
  const weights = Array.from(graphsIn(model.snapshot.graph)).flatMap((graph) => graph.weights);
  const bytes = new Map<Weight, unknown>();
  for (const weight of weights) {
    const { name, dtype, shape, offset, length } = weight;
    bytes.set(weight, {
      name,
      dtype,
      shape,
      bytes: Buffer.from(await stores[weight.store].read(offset, length)).toString("hex"),
    });
  }
  const plain = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(plain);
    return (
      bytes.get(value as Weight) ?? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
    );
  };
  return plain({ ...model.snapshot, stores: [] });
}

const largeModel = (): Snapshot => {
  const builder = new GraphBuilder("g");
  const x = builder.input("x", tensorType("f32", [2000]));
  builder.output(builder.node("Add", [x, builder.weight("w", largeTensor(2000))])[0]);
  return builder.build();
};

describe(".hdss", () => {
  const made: Model = { snapshot: modelOfEveryKind(), source: undefined };

  it.each([{}, { externalWeights: true }])("gives back everything of a model, with %j", async (options) => {
    const read = await load(await save(made, options));
    expect(await resolved(read)).toEqual(await resolved(made));
  });

  it.each([{}, { externalWeights: true }])("saved again is the same to the last byte, with %j", async (options) => {
    const first = await save(made, options);
    const second = await save(await load(first), options);
    expect(second.bytes()).toEqual(first.bytes());
    expect([...second.siblings].map(([name, sink]) => [name, sink.bytes()])).toEqual(
      [...first.siblings].map(([name, sink]) => [name, sink.bytes()]),
    );
  });

  it("has each large weight once, 64-byte aligned, with its digest; small ones stay with the Snapshot", async () => {
    const { snapshot, source } = await load(await save(made));
    const weights = new Map(
      Array.from(graphsIn(snapshot.graph)).flatMap((graph) => graph.weights.map((w) => [w.name, w])),
    );
    const { large, tied, inner, packed, shape, nothing } = Object.fromEntries(weights);
    expect(tied).toEqual({ ...large, name: "tied" });
    for (const weight of [large, inner, packed]) {
      expect(snapshot.stores[weight.store]).toEqual({ kind: "file", location: "" });
      expect(weight.offset % 64).toBe(0);
      const bytes = await source.read(weight.offset, weight.length);
      expect(weight.digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
    for (const weight of [shape, nothing]) expect(snapshot.stores[weight.store].kind).toBe("bytes");
  });

  it("keeps large weights in a file of their own when asked to", async () => {
    const sink = await save(made, { externalWeights: true });
    expect([...sink.siblings.keys()]).toEqual(["m.weights"]);
    const { snapshot } = await load(sink);
    expect(snapshot.stores[0]).toEqual({ kind: "file", location: "m.weights" });
    expect(sink.bytes().length).toBeLessThan(8000);
  });

  it("makes no file of weights when there are none", async () => {
    const builder = new GraphBuilder("g");
    builder.output(
      builder.node("Add", [
        builder.input("x", tensorType("f32", [])),
        builder.weight("w", tensorFrom("f32", [], [1])),
      ])[0],
    );
    const sink = await save({ snapshot: builder.build(), source: undefined }, { externalWeights: true });
    expect(sink.siblings.size).toBe(0);
  });

  it("is opened though a weight is damaged, and refuses the weight at its first use", async () => {
    const sink = await save({ snapshot: largeModel(), source: undefined });
    const bytes = sink.bytes();
    bytes[64 + 4000] ^= 1;
    const source = bytesSource("m.hdss", bytes);
    const snapshot = await hdss.loadModel!(source, context);
    const refusal = { code: "BAD_MODEL", where: { file: "m.hdss", field: 'weight "w"', offset: 64 } };
    await expect(loadWeights(snapshot, source, Number.POSITIVE_INFINITY, context)).rejects.toMatchObject(refusal);
    await expect(save({ snapshot, source })).rejects.toMatchObject(refusal);
  });

  it("names the file of weights that is damaged", async () => {
    const sink = await save({ snapshot: largeModel(), source: undefined }, { externalWeights: true });
    const weights = sink.siblings.get("m.weights")!.bytes();
    weights[0] ^= 128;
    const source = bytesSource("m.hdss", sink.bytes(), new Map([["m.weights", weights]]));
    const snapshot = await hdss.loadModel!(source, context);
    await expect(loadWeights(snapshot, source, Number.POSITIVE_INFINITY, context)).rejects.toMatchObject({
      where: { file: "m.weights", field: 'weight "w"', offset: 0 },
    });
  });

  it("reads nothing of the weights to open a model", async () => {
    const { source } = await load(await save({ snapshot: largeModel(), source: undefined }));
    const read: [number, number][] = [];
    const watched: ByteSource = {
      ...source,
      read: (offset, length) => (read.push([offset, length]), source.read(offset, length)),
      chunks: (offset, length) => (read.push([offset, length]), source.chunks(offset, length)),
    };
    await hdss.loadModel!(watched, context);
    expect(read.filter(([offset, length]) => offset + length > 64 && offset < 64 + 8000)).toEqual([]);
  });

  it("needs the file that the weights are in", async () => {
    const { snapshot } = await load(await save({ snapshot: largeModel(), source: undefined }));
    await expect(save({ snapshot, source: undefined })).rejects.toMatchObject({ code: "MISSING_INPUT" });
  });

  it("ends when it is cancelled, both ways", async () => {
    const controller = new AbortController();
    const sink = bytesSink("m.hdss");
    const cancelling = { ...sink, write: async (bytes: Uint8Array) => (controller.abort(), sink.write(bytes)) };
    const aborting = { ...context, signal: controller.signal };
    const model: Model = { snapshot: bigModel(), source: undefined };
    await expect(hdss.saveModel!(model, cancelling, {}, aborting)).rejects.toMatchObject({ code: "ABORTED" });
    const { source } = await load(await save(made));
    await expect(hdss.loadModel!(source, aborting)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("tells how far it is", async () => {
    const done: [number, number | undefined][] = [];
    const telling: CallContext = { ...context, progress: (now, total) => void done.push([now, total]) };
    const sink = bytesSink("m.hdss");
    await hdss.saveModel!({ snapshot: bigModel(), source: undefined }, sink, {}, telling);
    expect(done.at(-1)).toEqual([sink.bytes().length, sink.bytes().length]);
    expect(done.length).toBeGreaterThan(2);
  });
});

/** A model of 12 MB in one weight. */
function bigModel(): Snapshot {
  const builder = new GraphBuilder("big");
  const x = builder.input("x", tensorType("f32", []));
  builder.output(builder.node("Add", [x, builder.weight("w", largeTensor(3_000_000))])[0]);
  return builder.build();
}
