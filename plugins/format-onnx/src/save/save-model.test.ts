import { fromBinary } from "@bufbuild/protobuf";
import {
  bytesSink,
  type BytesSink,
  bytesSource,
  type CallContext,
  DTYPE_NAMES,
  type DType,
  type Graph,
  GraphBuilder,
  heldWeights,
  type Model,
  type Snapshot,
  type SaveModelOptions,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorType,
  type ValueType,
} from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { type ModelProto, ModelProtoSchema } from "../generated/onnx_pb.ts";
import { EXTERNAL_ABOVE_BYTES } from "../limits.ts";
import { loadModel } from "../load-model.ts";
import { testContext } from "../testing/build-onnx.ts";
import { refusal } from "../testing/refusal.ts";
import { saveModel } from "./save-model.ts";

const f32 = (shape: readonly number[], ...values: number[]): Tensor => tensorFrom("f32", shape, values);

function snapshotOf(build: (graph: GraphBuilder) => void, rest: Partial<Snapshot> = {}): Snapshot {
  const graph = new GraphBuilder("g");
  build(graph);
  return { ...graph.build(), ...rest };
}

/** y = x, and what `more` adds. */
const identity = (type: ValueType = tensorType("f32", [2]), rest: Partial<Snapshot> = {}): Snapshot =>
  snapshotOf((graph) => {
    const [y] = graph.node("Identity", [graph.input("x", type)]);
    graph.output(y);
  }, rest);

/** y = x + w, for a weight of `count` elements. */
const sum = (count: number): Snapshot =>
  snapshotOf((graph) => {
    const w = graph.weight(
      "w",
      tensorFrom(
        "f32",
        [count],
        Array.from({ length: count }, (_, i) => i),
      ),
    );
    const [y] = graph.node("Add", [graph.input("x", tensorType("f32", [1])), w]);
    graph.output(y);
  });

const modelOf = (snapshot: Snapshot): Model => ({ snapshot, source: undefined });

async function save(model: Model, options: SaveModelOptions = {}, context = testContext()): Promise<BytesSink> {
  const sink = bytesSink("m.onnx");
  await saveModel(model, sink, options, context);
  return sink;
}

/** A saved model as the source of another call. */
function sourceOf(sink: BytesSink) {
  const siblings = new Map([...sink.siblings].map(([name, sibling]) => [name, sibling.bytes()]));
  return bytesSource(sink.name, sink.bytes(), siblings);
}

async function saveAndLoad(snapshot: Snapshot, options: SaveModelOptions = {}): Promise<Snapshot> {
  return loadModel(sourceOf(await save(modelOf(snapshot), options)), testContext());
}

const protoOf = (sink: BytesSink): ModelProto => fromBinary(ModelProtoSchema, sink.bytes());

function weightOf({ graph, stores }: Snapshot, name: string): Tensor | undefined {
  return heldWeights(stores)(graph.weights.find((weight) => weight.name === name)!);
}

/** [3, 1] of a dtype, with what its bytes may get wrong. */
function columnOf(dtype: DType): Tensor {
  const values: Partial<Record<DType, readonly (number | string | boolean)[]>> = {
    string: ["", "a\0b", "한국어"],
    bool: [true, false, true],
    c64: [1.5, -0, 2, 3, 4, 5],
    c128: [1.5, -0, 2, 3, 4, 5],
  };
  return tensorFrom(dtype, [3, 1], values[dtype] ?? [1, 0, 1]);
}

describe("saveModel", () => {
  test("writes what loadModel reads as the same Snapshot", async () => {
    const snapshot = snapshotOf(
      (graph) => {
        const x = graph.input("x", tensorType("f32", [symbolDim("batch"), 2]));
        const [y] = graph.node("Add", [x, graph.weight("w", f32([2], 1, -2))], {}, { name: "add", outputs: ["sum"] });
        const [z] = graph.node("Relu", [y]);
        graph.output(z, tensorType("f32", [symbolDim("batch"), 2]));
      },
      {
        producer: "pytorch 2.4",
        metadata: [
          ["author", "somebody"],
          ["", "\n"],
        ],
      },
    );
    const read = await saveAndLoad(snapshot);
    expect(read.graph).toEqual({ ...snapshot.graph, weights: [expect.objectContaining({ name: "w", shape: [2] })] });
    expect(weightOf(read, "w")).toEqual(f32([2], 1, -2));
    expect([read.producer, read.metadata]).toEqual([snapshot.producer, snapshot.metadata]);
  });

  test("writes the same bytes again, for the same model and for what is read back", async () => {
    const first = await save(modelOf(sum(3)));
    expect((await save(modelOf(sum(3)))).bytes()).toEqual(first.bytes());
    const source = sourceOf(first);
    const again = await save({ snapshot: await loadModel(source, testContext()), source });
    expect(again.bytes()).toEqual(first.bytes());
  });

  test("states the lowest opset and IR version that hold the model, or the opset asked for", async () => {
    const versions = async (snapshot: Snapshot, options?: SaveModelOptions): Promise<number[]> => {
      const { irVersion, opsetImport } = protoOf(await save(modelOf(snapshot), options));
      return [Number(irVersion), Number(opsetImport[0].version)];
    };
    expect(await versions(identity())).toEqual([3, 7]);
    expect(await versions(sum(1))).toEqual([4, 7]);
    expect(await versions(identity(tensorType("i4", [2])))).toEqual([10, 21]);
    expect(await versions(identity({ kind: "optional", element: tensorType("f32", [2]) }))).toEqual([8, 16]);
    expect(await versions(identity(), { opset: 24 })).toEqual([12, 24]);
    const refused = await refusal(() => save(modelOf(identity(tensorType("i4", [2]))), { opset: 13 }));
    expect(refused.code).toBe("UNSUPPORTED");
    expect(refused.message).toContain('Identity "Identity_0", there from opset 21 on');
  });

  test("does not choose a version that ONNX Runtime has no kernel of", async () => {
    const maximum = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f64", [2]));
      const [y] = graph.node("Max", [x, x]);
      graph.output(y);
    });
    expect(protoOf(await save(modelOf(maximum))).opsetImport[0].version).toBe(8n);
    expect(protoOf(await save(modelOf(maximum), { opset: 7 })).opsetImport[0].version).toBe(7n);
  });

  test.each(DTYPE_NAMES)("keeps weights of %s", async (dtype) => {
    const tensor = columnOf(dtype);
    const read = await saveAndLoad(snapshotOf((graph) => graph.output(graph.weight("w", tensor))));
    expect(weightOf(read, "w")).toEqual(tensor);
    expect(read.graph.outputs[0].type).toEqual(tensorType(dtype, [3, 1]));
  });

  test.each(DTYPE_NAMES.filter((dtype) => !dtype.startsWith("f6")))("keeps constants of %s", async (dtype) => {
    const value = columnOf(dtype);
    const snapshot = snapshotOf((graph) => graph.output(graph.node("Constant", [], { value })[0]));
    const [node] = (await saveAndLoad(snapshot)).graph.nodes;
    expect(node.attributes).toEqual([{ name: "value", value: { kind: "tensor", value } }]);
  });

  test.each<[string, ValueType]>([
    ["scalars", tensorType("f32", [])],
    ["tensors of any rank", tensorType("f32")],
    ["empty tensors", tensorType("f32", [0, 2])],
    ["sequences", { kind: "sequence", element: tensorType("i64", [symbolDim("n")]) }],
    ["optionals", { kind: "optional", element: { kind: "sequence", element: tensorType("string") } }],
  ])("keeps the types of %s", async (_name, type) => {
    const read = await saveAndLoad(identity(type));
    expect(read.graph.inputs[0].type).toEqual(type);
  });

  test("keeps the type of a map", async () => {
    const type: ValueType = { kind: "map", key: "string", element: tensorType("f32", []) };
    const snapshot = snapshotOf((graph) => graph.output(graph.input("x", type), type));
    expect((await saveAndLoad(snapshot)).graph.inputs[0].type).toEqual(type);
  });

  test("writes an expression over symbols as text, which is read as the name of one symbol", async () => {
    const expression = { constant: -1, terms: [["n", 2]] } as const;
    const read = await saveAndLoad(identity(tensorType("f32", [expression])));
    expect(read.graph.inputs[0].type).toEqual(tensorType("f32", [symbolDim("2*n - 1")]));
  });

  test("leaves dims open for which inference made up a symbol", async () => {
    const snapshot = snapshotOf((graph) => {
      const [y] = graph.node("NonZero", [graph.input("x", tensorType("f32", [2]))], {}, { outputs: ["y"] });
      graph.output(y);
    });
    const read = await saveAndLoad(snapshot);
    expect(read.graph.outputs[0].type).toEqual(tensorType("i64", [1, symbolDim("y_dim_1")]));
  });

  test("writes attributes of every kind", async () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [1, 1, 4]));
      const weights = [graph.weight("w", f32([1, 4, 1], 1, 2, 3, 4)), graph.weight("r", f32([1, 4, 1], 1, 2, 3, 4))];
      const attributes = { hidden_size: 1n, clip: 0.5, activations: ["Sigmoid", "Tanh", "Tanh"], direction: "forward" };
      const [state] = graph.node(
        "LSTM",
        [graph.node("Transpose", [x], { perm: [2, 1, 0] })[0], ...weights],
        attributes,
      );
      const [none] = graph.node("Optional", [], { type: tensorType("f32", [2]) });
      const [list] = graph.node("ConstantOfShape", [graph.weight("s", tensorFrom("i64", [1], [2n]))], {
        value: tensorFrom("i64", [1], [-(2n ** 63n)]),
      });
      const [empty] = graph.node("Constant", [], { value_floats: [] });
      for (const name of [state, none, list, empty]) graph.output(name);
    });
    const read = await saveAndLoad(snapshot);
    const attributesOf = ({ graph }: Snapshot) => graph.nodes.map(({ attributes }) => attributes);
    expect(attributesOf(read)).toEqual(attributesOf(snapshot));
  });

  test("keeps float attributes as the builder holds them, which is as singles", async () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f64", [2]));
      graph.output(graph.node("LeakyRelu", [x], { alpha: 0.1 })[0]);
    });
    const attributesOf = ({ graph }: Snapshot) => graph.nodes.map(({ attributes }) => attributes);
    expect(attributesOf(snapshot)[0]).toEqual([{ name: "alpha", value: { kind: "float", value: Math.fround(0.1) } }]);
    expect(attributesOf(await saveAndLoad(snapshot))).toEqual(attributesOf(snapshot));
  });

  test("keeps graphs in graphs, what they see of those around them, and their weights", async () => {
    const snapshot = snapshotOf((graph) => {
      const condition = graph.input("condition", tensorType("bool", []));
      const x = graph.input("x", tensorType("f32", [2]));
      const branch = (name: string, value: number): Graph => {
        const inner = graph.subgraph(name);
        const [y] = inner.node("Mul", [x, inner.weight(`${name}_w`, f32([2], value, value))]);
        inner.output(y);
        return inner.graph();
      };
      const branches = { then_branch: branch("yes", 2), else_branch: branch("no", 3) };
      graph.output(graph.node("If", [condition], branches)[0]);
    });
    const read = await saveAndLoad(snapshot);
    const graphs = read.graph.nodes[0].attributes.map(({ value }) => value.value as Graph);
    expect(graphs.map(({ name, weights, nodes }) => [name, weights[0].name, nodes[0].inputs])).toEqual([
      ["yes", "yes_w", ["x", "yes_w"]],
      ["no", "no_w", ["x", "no_w"]],
    ]);
    expect(heldWeights(read.stores)(graphs[1].weights[0])).toEqual(f32([2], 3, 3));
  });

  test("writes the default of an input as an initializer of its name", async () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [1]), f32([1], 7));
      graph.output(graph.node("Neg", [x])[0]);
    });
    const renamed = {
      ...snapshot.graph,
      inputs: [{ name: "x", type: tensorType("f32", [1]), default: "initial" }],
      weights: snapshot.graph.weights.map((weight) => ({ ...weight, name: "initial" })),
    };
    for (const graph of [snapshot.graph, renamed]) {
      const read = await saveAndLoad({ ...snapshot, graph });
      expect(read.graph.inputs[0].default).toBe("x");
      expect(weightOf(read, "x")).toEqual(f32([1], 7));
    }
  });

  test("takes any name for a name", async () => {
    const names = ["../../etc/passwd", "C:\\x", "a\0b", " ", "__proto__", "graph\u202e"];
    const snapshot = snapshotOf((graph) => {
      for (const name of names) graph.output(graph.node("Neg", [graph.input(name, tensorType("f32", [1]))])[0]);
      graph.weight("../w", f32([1], 1));
    });
    const sink = await save(modelOf(snapshot), { externalWeights: true });
    expect([...sink.siblings.keys()]).toEqual([]);
    const read = await loadModel(sourceOf(sink), testContext());
    expect(read.graph.inputs.map(({ name }) => name)).toEqual(names);
    expect(read.graph.weights[0].name).toBe("../w");
  });

  test.each(["name", "attribute", "metadata"])("refuses half a character in %s", async (place) => {
    const snapshot = snapshotOf(
      (graph) => {
        const x = graph.input(place === "name" ? "x\ud800" : "x", tensorType("string", [1]));
        const stopwords = [place === "attribute" ? "\udc00" : "a"];
        graph.output(graph.node("StringNormalizer", [x], { stopwords })[0]);
      },
      { metadata: [["author", place === "metadata" ? "\ud83d" : ""]] },
    );
    const error = await refusal(() => save(modelOf(snapshot)));
    expect([error.code, error.message]).toEqual(["UNSUPPORTED", expect.stringContaining("half of a surrogate pair")]);
  });

  test("keeps the last text of a metadata key that stands twice, and says so", async () => {
    const logged: string[] = [];
    const metadata = [
      ["author", "a"],
      ["", "b"],
      ["author", "c"],
    ] as const;
    const sink = await save(modelOf(identity(undefined, { metadata })), {}, testContext(logged));
    expect((await loadModel(sourceOf(sink), testContext())).metadata).toEqual([metadata[2], metadata[1]]);
    expect(logged).toEqual(["m.onnx holds a metadata key once: the last text of each stays (left out: 1)"]);
  });

  test("gives a nameless graph a name, as the standard wants", async () => {
    const snapshot = identity();
    const sink = await save(modelOf({ ...snapshot, graph: { ...snapshot.graph, name: "" } }));
    expect(protoOf(sink).graph?.name).toBe("graph");
  });

  test.each([
    ["pytorch 2.4", "pytorch", "2.4"],
    ["tf2onnx", "tf2onnx", ""],
    ["a tool of ours", "a tool of ours", ""],
    ["skl2onnx v1.16.0", "skl2onnx", "v1.16.0"],
    [" 2.4", " 2.4", ""],
    [" ", " ", ""],
    ["", "", ""],
  ])("splits producer %j and puts it together again", async (producer, producerName, producerVersion) => {
    const sink = await save(modelOf(identity(undefined, { producer })));
    expect(protoOf(sink)).toMatchObject({ producerName, producerVersion });
    expect((await loadModel(sourceOf(sink), testContext())).producer).toBe(producer);
  });

  test("refuses operators of domains that are not of the standard", async () => {
    const snapshot = identity();
    const nodes = snapshot.graph.nodes.map((node) => ({ ...node, domain: "hodu", op: "Pack" }));
    const error = await refusal(() => save(modelOf({ ...snapshot, graph: { ...snapshot.graph, nodes } })));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain('"Pack" of domain "hodu"');
  });

  test("refuses graphs nested deeper than readers of protobuf go", async () => {
    const nested = (depth: number): Snapshot =>
      snapshotOf((graph) => {
        const condition = graph.input("condition", tensorType("bool", []));
        const fill = (builder: GraphBuilder, left: number): void => {
          const branch = (name: string, inner: number): Graph => {
            const made = builder.subgraph(name);
            fill(made, inner);
            return made.graph();
          };
          const [y] =
            left === 0
              ? builder.node("Not", [condition])
              : builder.node("If", [condition], { then_branch: branch("a", left - 1), else_branch: branch("b", 0) });
          builder.output(y);
        };
        fill(graph, depth);
      });
    await expect(saveAndLoad(nested(30))).resolves.toBeDefined();
    const error = await refusal(() => save(modelOf(nested(40))));
    expect([error.code, error.message]).toEqual(["UNSUPPORTED", expect.stringContaining("nested 12")]);
  });
});

describe("weights in files", () => {
  /** x + w, the bytes of w far larger than what is ever read at once. */
  function sparse(count: number, reads: number[] = []): Model {
    const length = 4 * count;
    const small = sum(1);
    const weights = [{ ...small.graph.weights[0], shape: [count], store: 0, offset: 16, length }];
    const snapshot = {
      ...small,
      graph: { ...small.graph, weights },
      stores: [{ kind: "file", location: "" } as const],
    };
    const zeros = new Uint8Array(1 << 22);
    const source = {
      ...bytesSource("big.onnx", new Uint8Array(0)),
      size: length + 16,
      async *chunks(offset: number, wanted: number) {
        reads.push(offset);
        for (let at = 0; at < wanted; at += zeros.length) yield zeros.subarray(0, Math.min(zeros.length, wanted - at));
      },
    };
    return { snapshot, source };
  }

  /** Counts what is written and forgets it. */
  function countingSink(name: string) {
    const sizes = new Map<string, number>();
    const sinkOf = (own: string) => ({
      name: own,
      write: async (bytes: Uint8Array) => void sizes.set(own, (sizes.get(own) ?? 0) + bytes.length),
      sibling: async (other: string) => sinkOf(other),
    });
    return { sink: sinkOf(name), sizes };
  }

  test("are copied as they are read", async () => {
    const reads: number[] = [];
    const { sink, sizes } = countingSink("m.onnx");
    await saveModel(sparse(1 << 22, reads), sink, {}, testContext());
    expect(reads).toEqual([16]);
    expect([...sizes.keys()]).toEqual(["m.onnx"]);
    expect(sizes.get("m.onnx")).toBeGreaterThan(4 << 22);
  });

  test("go to a file beside the model when they are large together, unless that is refused", async () => {
    const count = EXTERNAL_ABOVE_BYTES / 4 + 1;
    const { sink, sizes } = countingSink("folder/m.onnx");
    await saveModel(sparse(count), sink, {}, testContext());
    expect([...sizes]).toEqual([
      ["m.onnx.data", 4 * count],
      ["folder/m.onnx", expect.any(Number)],
    ]);
    expect(sizes.get("folder/m.onnx")).toBeLessThan(500);
    const error = await refusal(() => save(sparse(2 ** 29), { externalWeights: false }));
    expect([error.code, error.hint]).toEqual(["UNSUPPORTED", "hodu convert --external-weights"]);
  });

  test("lie there at pages, those of the same bytes once, and small ones stay inside", async () => {
    const snapshot = snapshotOf((graph) => {
      const fill = (count: number, value: number): Tensor => f32([count], ...new Array<number>(count).fill(value));
      const names = [
        graph.weight("a", fill(300, 1)),
        graph.weight("small", fill(2, 2)),
        graph.weight("b", fill(2000, 3)),
      ];
      for (const name of names) graph.output(name);
    });
    const [a] = snapshot.graph.weights;
    const graph = { ...snapshot.graph, weights: [...snapshot.graph.weights, { ...a, name: "again" }] };
    const sink = await save(modelOf({ ...snapshot, graph }), { externalWeights: true });
    const places = protoOf(sink).graph?.initializer.map(({ name, externalData }) => [
      name,
      Object.fromEntries(externalData.map(({ key, value }) => [key, value])),
    ]);
    expect(places).toEqual([
      ["a", { location: "m.onnx.data", offset: "0", length: "1200" }],
      ["small", {}],
      ["b", { location: "m.onnx.data", offset: "4096", length: "8000" }],
      ["again", { location: "m.onnx.data", offset: "0", length: "1200" }],
    ]);
    const source = sourceOf(sink);
    const read = await loadModel(source, testContext());
    const weight = read.graph.weights[2];
    const file = await source.sibling("m.onnx.data");
    expect(file.size).toBe(4096 + 8000);
    const bytes = Uint8Array.from(await file.read(weight.offset, weight.length));
    expect(new Float32Array(bytes.buffer)).toEqual(new Float32Array(2000).fill(3));
    const inside = await save({ snapshot: read, source });
    expect(inside.siblings.size).toBe(0);
    expect(inside.bytes().length).toBeGreaterThan(8000);
  });

  test("that were not given are said to be missing", async () => {
    const { snapshot } = sparse(4);
    expect((await refusal(() => save({ snapshot, source: undefined }))).code).toBe("MISSING_INPUT");
  });

  test("that hold no strings where they should are refused", async () => {
    const snapshot = snapshotOf((graph) => graph.output(graph.weight("w", tensorFrom("string", [2], ["a", "b"]))));
    const model: Model = {
      snapshot: { ...snapshot, stores: [{ kind: "file", location: "" }] },
      source: bytesSource("m.test", Uint8Array.of(1, 0, 0, 0, 97, 255, 255, 255, 255, 98)),
    };
    const error = await refusal(() => save(model));
    expect([error.code, error.where.field]).toEqual(["BAD_TENSOR_FILE", 'weight "w"']);
  });

  test("tell how far the copy is, and end with the call", async () => {
    const done: number[] = [];
    const controller = new AbortController();
    const context: CallContext = {
      signal: controller.signal,
      log: () => {},
      progress(bytes, total) {
        done.push(bytes / total!);
        if (done.length === 3) controller.abort(new Error("enough"));
      },
    };
    await expect(saveModel(sparse(1 << 24), countingSink("m.onnx").sink, {}, context)).rejects.toThrow("enough");
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.length).toBe(3);
    const progress: number[] = [];
    const quiet = { ...testContext(), progress: (bytes: number, total?: number) => void progress.push(total! - bytes) };
    await saveModel(sparse(100), countingSink("m.onnx").sink, { externalWeights: true }, quiet);
    expect(progress.at(-1)).toBe(0);
  });
});
