import {
  type Attribute,
  DTYPE_NAMES,
  type DType,
  GraphBuilder,
  HoduError,
  isBig,
  isWidened,
  newStorage,
  type Snapshot,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
  type Value,
  type ValueType,
} from "@hodu/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectSame } from "../testing/same-data.ts";
import {
  type Codec,
  float,
  PartReader,
  PartWriter,
  snapshot as snapshotCodec,
  value as valueCodec,
  valueType,
} from "@hodu/core/wire";
import { hoduError } from "./error-codec.ts";
import { refuseMessage } from "./protocol-error.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-bytes.ts";

/** The data as it arrives on the other side. */
function crossed<T>(codec: Codec<T>, data: T): T {
  const out = new PartWriter();
  const json = JSON.stringify(codec.encode(data, out));
  return codec.decode(
    JSON.parse(json),
    new PartReader(
      out.parts.map((part) => part.slice()),
      refuseMessage,
    ),
  );
}

const dtypes = fc.constantFrom(...DTYPE_NAMES);

/** A tensor of any dtype over random bits; packed elements within their range. */
const tensors: fc.Arbitrary<Tensor> = fc
  .tuple(dtypes, fc.array(fc.nat(3), { maxLength: 3 }), fc.infiniteStream(fc.nat(255)))
  .chain(([dtype, shape, stream]) => {
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (dtype === "string") {
      const texts = fc.array(fc.string({ unit: "grapheme" }), { minLength: count, maxLength: count });
      return texts.map((values) => tensorFrom(dtype, shape, values));
    }
    const data = newStorage(dtype, count) as Uint8Array;
    const bytes = new Uint8Array(data.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = stream.next().value as number;
    return fc.constant(tensorOf(dtype, shape, inRange(dtype, data)));
  });

function inRange(dtype: DType, data: Uint8Array): Uint8Array {
  const limits: Partial<Record<DType, readonly [number, number]>> = {
    bool: [0, 1],
    i2: [-2, 1],
    i4: [-8, 7],
    u2: [0, 3],
    u4: [0, 15],
    f4e2m1: [0, 15],
    f6e2m3: [0, 63],
    f6e3m2: [0, 63],
  };
  const range = limits[dtype];
  if (range === undefined) return data;
  const [least, most] = range;
  return data.map((byte) => least + (Math.abs(byte) % (most - least + 1)));
}

const types: fc.Arbitrary<ValueType> = fc.letrec<{ type: ValueType }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small" },
    fc.record(
      {
        kind: fc.constant("tensor" as const),
        dtype: dtypes,
        shape: fc.array(fc.oneof(fc.nat(9), fc.constant({ constant: 1, terms: [["n", 2] as const] })), {
          maxLength: 3,
        }),
      },
      { requiredKeys: ["kind", "dtype"] },
    ),
    fc.record({ kind: fc.constant("sequence" as const), element: tie("type") }),
    fc.record({ kind: fc.constant("optional" as const), element: tie("type") }),
    fc.record({
      kind: fc.constant("map" as const),
      key: fc.constantFrom("i64" as const, "string" as const),
      element: tie("type"),
    }),
  ),
})).type;

const keys: fc.Arbitrary<{ readonly key: DType; readonly key_: number | bigint | string }> = fc.oneof(
  fc.record({ key: fc.constantFrom<DType>("i64", "u64"), key_: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }) }),
  fc.record({ key: fc.constant<DType>("i32"), key_: fc.integer() }),
  fc.record({ key: fc.constant<DType>("string"), key_: fc.string() }),
);

const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    tensors,
    fc.record({
      kind: fc.constant("sequence" as const),
      element: types,
      items: fc.array(tie("value"), { maxLength: 3 }),
    }),
    fc.record(
      { kind: fc.constant("optional" as const), element: types, value: tie("value") },
      { requiredKeys: ["kind", "element"] },
    ),
    fc
      .tuple(keys, types, tie("value"))
      .map(([{ key, key_ }, element, item]): Value => ({ kind: "map", key, element, keys: [key_], values: [item] })),
  ),
})).value;

const attributes: readonly Attribute[] = [
  { kind: "float", value: -0 },
  { kind: "float", value: Number.NaN },
  { kind: "floats", value: [Infinity, -Infinity, 0.1, 1e-45] },
  { kind: "int", value: 2n ** 63n - 1n },
  { kind: "ints", value: [-(2n ** 63n), 0n] },
  { kind: "string", value: "\u0000é🙂\ud800" },
  { kind: "strings", value: ["", "a"] },
  { kind: "tensor", value: tensorFrom("f32", [2], [-0, Number.NaN]) },
  { kind: "tensors", value: [tensorFrom("string", [1], ["한국어"]), tensorFrom("i4", [3], [-8, 7, 0])] },
  { kind: "type", value: { kind: "sequence", element: tensorType("f32", [1]) } },
];

/** A Snapshot with every kind of attribute, a subgraph, a default, weights here and in files. */
function richSnapshot(): Snapshot {
  const graph = new GraphBuilder("rich");
  const condition = graph.input("condition", tensorType("bool", []));
  const x = graph.input("x", tensorType("f32", [2]), tensorFrom("f32", [2], [1, 2]));
  const branch = graph.subgraph("branch");
  const [y] = branch.node("Add", [x, branch.weight("w", tensorFrom("f32", [2], [3, 4]))]);
  branch.output(y);
  const other = graph.subgraph("other");
  const [z] = other.node("Identity", [x]);
  other.output(z);
  const [result] = graph.node("If", [condition], { then_branch: branch.graph(), else_branch: other.graph() });
  graph.output(result);
  const built = graph.build();
  const [node] = built.graph.nodes;
  const all = attributes.map((value, i) => ({ name: `a${i}`, value }));
  return {
    ...built,
    graph: {
      ...built.graph,
      inputs: [...built.graph.inputs, { name: "untyped", type: undefined }],
      nodes: [{ ...node, attributes: [...node.attributes, ...all] }],
    },
    stores: [...built.stores, { kind: "file", location: "" }, { kind: "file", location: "weights/w.bin" }],
    metadata: [["author", "somebody"]],
    producer: "a test",
  };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof HoduError ? error.code : `no HoduError: ${String(error)}`;
  }
}

describe("the codecs", () => {
  it("give back any value, to the last bit", () => {
    fc.assert(
      fc.property(values, (value) => {
        const copy = crossed(valueCodec, value);
        expect(copy).toEqual(value);
        expectSame(valueCodec, copy, value, "a value and its copy");
      }),
    );
  });

  it("give back any type", () => {
    fc.assert(
      fc.property(types, (type) => {
        expect(crossed(valueType, type)).toEqual(type);
      }),
    );
  });

  it("give back any number, -0 and NaN too", () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        expect(Object.is(crossed(float, number), number)).toBe(true);
      }),
    );
  });

  it("keep tensors that are kept in double", () => {
    for (const dtype of DTYPE_NAMES.filter(isWidened)) {
      const wide = tensorOf(dtype, [2], Float64Array.of(1 / 3, -0));
      expect(crossed(valueCodec, wide)).toEqual(wide);
    }
  });

  it("give back a Snapshot with all that one can hold", () => {
    expect(crossed(snapshotCodec, richSnapshot())).toEqual(richSnapshot());
  });

  it("turn a Snapshot into the same bytes each time, and back", () => {
    const bytes = encodeSnapshot(richSnapshot());
    expect(encodeSnapshot(richSnapshot())).toEqual(bytes);
    expect(decodeSnapshot(bytes)).toEqual(richSnapshot());
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSnapshot(shifted.subarray(1))).toEqual(richSnapshot());
  });

  it("refuse a damaged Snapshot with PLUGIN_PROTOCOL", () => {
    const bytes = encodeSnapshot(richSnapshot());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const damaged = isCut ? bytes.slice(0, at) : bytes.slice();
        if (!isCut) damaged[at] = byte;
        expect(["none", "PLUGIN_PROTOCOL"]).toContain(codeOf(() => decodeSnapshot(damaged)));
      }),
    );
  });

  it("name the field that is wrong", () => {
    const wrong = { kind: "sequence", element: { kind: "tensor", dtype: "f31" }, items: [] };
    expect(() => valueCodec.decode(wrong, new PartReader([], refuseMessage))).toThrow(
      'Cannot read a message at element.dtype: found "f31", expected a dtype',
    );
    const short = { kind: "tensor", dtype: "f32", shape: [2], data: 0 };
    expect(() => valueCodec.decode(short, new PartReader([new Uint8Array(4)], refuseMessage))).toThrow(
      "expected a tensor f32[2]",
    );
    expect(() => valueCodec.decode({ ...short, data: 1 }, new PartReader([], refuseMessage))).toThrow("one of 0 parts");
  });

  it("refuse nesting without end", () => {
    let type: unknown = { kind: "tensor", dtype: "f32" };
    for (let i = 0; i < 100_000; i++) type = { kind: "sequence", element: type };
    expect(() => valueType.decode(type, new PartReader([], refuseMessage))).toThrow("found more levels");
  });

  it("give back an error with all its words", () => {
    const error = new HoduError("BAD_MODEL", 'Cannot read "a"', {
      hint: "hodu inspect a",
      where: { file: "a", field: "graph.node[3]", offset: 17, node: "n", operator: "Add", plugin: "p" },
      cause: new TypeError("inner"),
    });
    const copy = crossed(hoduError, error);
    expect([copy.code, copy.message, copy.hint, copy.where]).toEqual([
      error.code,
      error.message,
      error.hint,
      error.where,
    ]);
    expect((copy.cause as Error).message).toBe("TypeError: inner");
    expect((crossed(hoduError, copy).cause as Error).message).toBe("TypeError: inner");
  });

  it("send ints of 64 bits in decimal", () => {
    const out = new PartWriter();
    const key = DTYPE_NAMES.find(isBig)!;
    const map: Value = {
      kind: "map",
      key,
      element: tensorType("f32"),
      keys: [2n ** 60n],
      values: [tensorFrom("f32", [], [1])],
    };
    expect(valueCodec.encode(map, out)).toMatchObject({ keys: ["1152921504606846976"] });
  });
});
