import { existsSync, readdirSync, readFileSync } from "node:fs";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Value } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import {
  MapProtoSchema,
  OptionalProtoSchema,
  SequenceProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";
import { loadTensors } from "./load-tensors.ts";
import {
  floats,
  int64s,
  memorySource,
  modelBytes,
  oneNode,
  type TensorInit,
  testContext,
  varints,
} from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

const load = async (bytes: Uint8Array) => (await loadTensors(memorySource("t.pb", bytes), {}, testContext())).values;
const bytesOf = <Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): Uint8Array =>
  toBinary(schema, create(schema, init));
const loadTensor = (init: TensorInit) => load(bytesOf(TensorProtoSchema, init));
const refused = async (bytes: Uint8Array) => {
  const error = await refusal(() => load(bytes));
  expect(error.code).toBe("BAD_TENSOR_FILE");
  return error;
};
const dataOf = (value: Value | undefined) => (value?.kind === "tensor" ? [...value.data] : undefined);

describe("a tensor", () => {
  test("comes under its name", async () => {
    const [{ name, value }] = await loadTensor(floats("x", [2], [1.5, -2]));
    expect(name).toBe("x");
    expect(value).toMatchObject({ kind: "tensor", dtype: "f32", shape: [2] });
    expect(dataOf(value)).toEqual([1.5, -2]);
  });

  test("outlives its file, at any alignment", async () => {
    for (let pad = 0; pad < 8; pad++) {
      const bytes = bytesOf(TensorProtoSchema, int64s("x".repeat(pad), [2], [1, -2]));
      const [{ value }] = await load(bytes);
      bytes.fill(0);
      expect(dataOf(value)).toEqual([1n, -2n]);
    }
  });

  test("may be of strings, of 4-bit elements, or a scalar without a name", async () => {
    const stringData = ["a", "é"].map((text) => new TextEncoder().encode(text));
    expect(dataOf((await loadTensor({ dims: [2n], dataType: 8, stringData }))[0].value)).toEqual(["a", "é"]);
    const packed = Uint8Array.of(0x2f, 0x01);
    expect(dataOf((await loadTensor({ dims: [3n], dataType: 22, rawData: packed }))[0].value)).toEqual([-1, 2, 1]);
    expect(dataOf((await loadTensor({ dataType: 6, int32Data: varints([7]) }))[0].value)).toEqual([7]);
  });

  test("may have documentation, which is skipped", async () => {
    const bytes = bytesOf(TensorProtoSchema, floats("x", [1], [1]));
    expect(dataOf((await load(Uint8Array.from([...bytes, 0x62, 1, 65])))[0].value)).toEqual([1]);
  });
});

describe("other values", () => {
  const tensors = [floats("", [1], [1]), floats("", [2], [2, 3])];

  test("sequences of tensors, of any length", async () => {
    const [{ name, value }] = await load(
      bytesOf(SequenceProtoSchema, { name: "s", elemType: 1, tensorValues: tensors }),
    );
    expect(name).toBe("s");
    expect(value).toMatchObject({ kind: "sequence", element: { kind: "tensor", dtype: "f32" } });
    expect(value.kind === "sequence" && value.items.map(dataOf)).toEqual([[1], [2, 3]]);
    const [empty] = await load(bytesOf(SequenceProtoSchema, { name: "s", elemType: 1 }));
    expect(empty.value).toMatchObject({ kind: "sequence", items: [] });
  });

  test("sequences of sequences", async () => {
    const sequenceValues = [{ elemType: 1, tensorValues: tensors }, { elemType: 1 }];
    const [{ value }] = await load(bytesOf(SequenceProtoSchema, { elemType: 3, sequenceValues }));
    expect(value.kind === "sequence" && value.items).toMatchObject([
      { kind: "sequence", items: [{}, {}] },
      { kind: "sequence", items: [] },
    ]);
  });

  test("sequences of maps, whose values are one tensor or one each", async () => {
    const values = { elemType: 1, tensorValues: [floats("", [2], [0.25, 0.75])] };
    const each = { elemType: 1, tensorValues: [floats("", [], [0.25]), floats("", [], [0.75])] };
    const mapValues = [
      { keyType: 7, keys: [3n, -4n], values },
      { keyType: 8, stringKeys: [Uint8Array.of(97), Uint8Array.of(98)], values: each },
    ];
    for (const [i, keys] of [
      [3n, -4n],
      ["a", "b"],
    ].entries()) {
      const [{ value }] = await load(bytesOf(SequenceProtoSchema, { elemType: 4, mapValues: [mapValues[i]] }));
      const [map] = value.kind === "sequence" ? value.items : [];
      expect(map).toMatchObject({ kind: "map", keys });
      expect(map.kind === "map" && map.values.map(dataOf)).toEqual([[0.25], [0.75]]);
    }
  });

  test("a map alone", async () => {
    const values = { elemType: 1, tensorValues: [floats("", [], [0.25])] };
    const [{ value }] = await load(bytesOf(MapProtoSchema, { name: "m", keyType: 7, keys: [3n], values }));
    expect(value).toMatchObject({ kind: "map", key: "i64", keys: [3n] });
  });

  test("a sparse tensor, made dense", async () => {
    const init = { dims: [4n], values: floats("s", [1], [5]), indices: int64s("", [1], [2]) };
    const [{ name, value }] = await load(bytesOf(SparseTensorProtoSchema, init));
    expect(name).toBe("s");
    expect(dataOf(value)).toEqual([0, 0, 5, 0]);
  });

  test("an optional that holds something is read as a sequence of one; an empty one without a type as itself", async () => {
    const [{ value }] = await load(bytesOf(OptionalProtoSchema, { name: "o", elemType: 1, tensorValue: tensors[0] }));
    expect(value).toMatchObject({ kind: "sequence", items: [{ kind: "tensor" }] });
    const [empty] = await load(bytesOf(OptionalProtoSchema, { name: "o" }));
    expect(empty).toMatchObject({ name: "o", value: { kind: "optional" } });
  });
});

describe("what is refused", () => {
  test("empty files and other formats", async () => {
    expect((await refused(new Uint8Array(0))).message).toContain("an empty file");
    const npy = Uint8Array.from("\x93NUMPY\x01\0", (c) => c.charCodeAt(0));
    expect((await refused(npy)).message).toContain("found an .npy file, expected a tensor in protobuf");
    expect((await refused(modelBytes(oneNode({ opType: "Neg" })))).message).toContain("an ONNX model");
  });

  test("a tensor that does not fit its dims, at the offset of its values", async () => {
    const bytes = bytesOf(TensorProtoSchema, { ...floats("x", [3], [1, 2]) });
    const error = await refused(bytes);
    expect(error.message).toBe('Cannot read tensor "x" in t.pb: found 8 bytes, expected 12 bytes (f32, 3 elements)');
    expect(error.where).toEqual({ file: "t.pb", field: "raw_data", offset: bytes.length - 8 });
  });

  test("sequences of mixed types, and items that elem_type does not name", async () => {
    const mixed = { elemType: 1, tensorValues: [floats("", [1], [1]), int64s("", [1], [1])] };
    expect((await refused(bytesOf(SequenceProtoSchema, mixed))).message).toContain("another type than the first");
    const wrong = { elemType: 3, tensorValues: [floats("", [1], [1])] };
    await refused(bytesOf(SequenceProtoSchema, wrong));
  });

  test("maps with a key twice, or with more keys than values", async () => {
    const values = { elemType: 1, tensorValues: [floats("", [2], [1, 2])] };
    const map = (init: MessageInitShape<typeof MapProtoSchema>) =>
      refused(bytesOf(SequenceProtoSchema, { elemType: 4, mapValues: [init] }));
    expect((await map({ keyType: 7, keys: [1n, 1n], values })).message).toContain("a key that is there twice");
    expect((await map({ keyType: 7, keys: [1n, 2n, 3n], values })).message).toContain("3 keys and 1 values");
    expect((await map({ keyType: 3, keys: [1n, 200n], values })).message).toContain("key 200");
    expect((await map({ keyType: 1, keys: [1n, 2n], values })).message).toContain("keys of f32");
    expect((await map({ keyType: 7, stringKeys: [new Uint8Array(1)], values })).message).toContain("not i64");
  });

  test("files cut off at any byte, unless what is left is a value", async () => {
    const bytes = bytesOf(SequenceProtoSchema, { name: "s", elemType: 1, tensorValues: [floats("t", [2], [1, 2])] });
    for (let length = 0; length < bytes.length; length++) {
      const outcome: unknown = await load(bytes.slice(0, length)).catch((error: unknown) => error);
      expect(Array.isArray(outcome) || (outcome as { readonly code?: string }).code === "BAD_TENSOR_FILE").toBe(true);
    }
  });
});

const models = new URL("../../../../shared/data/models/", import.meta.url);
const files = existsSync(models)
  ? readdirSync(models, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".pb"))
  : [];
describe.skipIf(files.length === 0)("tensors of the world", () => {
  test.each(files)("%s is read", async (file) => {
    expect(await load(readFileSync(new URL(file, models)))).toHaveLength(1);
  });
});
