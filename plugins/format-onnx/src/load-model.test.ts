import { existsSync, readdirSync, readFileSync } from "node:fs";
import { attributeOf, type Snapshot, verifySnapshot } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import {
  floats,
  type GraphInit,
  graphAttribute,
  graphsInGraphs,
  int64s,
  memorySource,
  modelBytes,
  type ModelInit,
  node,
  oneNode,
  testContext,
  value,
} from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

const loadBytes = (bytes: Uint8Array): Promise<Snapshot> => loadModel(memorySource("m.onnx", bytes), testContext());
const load = (graph: GraphInit | undefined, rest?: Omit<ModelInit, "graph">) => loadBytes(modelBytes(graph, rest));
const refused = (graph: GraphInit | undefined, rest?: Omit<ModelInit, "graph">) => refusal(() => load(graph, rest));

describe("a model", () => {
  test("becomes a Snapshot with its names, types, metadata and producer", async () => {
    const snapshot = await load(
      { ...oneNode({ opType: "Neg", name: "minus" }), valueInfo: [value("y", ["n"])] },
      {
        producerName: "pytorch",
        producerVersion: "2.4",
        metadataProps: [{ key: "author", value: "somebody" }],
      },
    );
    const n = { constant: 0, terms: [["n", 1]] };
    expect(snapshot.graph).toMatchObject({
      name: "g",
      inputs: [{ name: "x", type: { kind: "tensor", dtype: "f32", shape: [n] } }],
      outputs: [{ name: "y", type: { kind: "tensor", dtype: "f32", shape: [n] } }],
      nodes: [{ op: "Neg", domain: "", name: "minus", inputs: ["x"], outputs: ["y"], origin: ["minus"] }],
    });
    expect(snapshot.metadata).toEqual([["author", "somebody"]]);
    expect(snapshot.producer).toBe("pytorch 2.4");
  });

  test("may write ai.onnx as the domain of standard operators", async () => {
    const { graph } = await load(oneNode({ opType: "Neg", domain: "ai.onnx" }), {
      opsetImport: [{ domain: "ai.onnx", version: 13n }],
    });
    expect(graph.nodes[0].domain).toBe("");
  });

  test.each(Array.from({ length: 14 }, (_, i) => i + 1))("of IR version %i is read", async (irVersion) => {
    await expect(load(oneNode({ opType: "Neg" }), { irVersion: BigInt(irVersion) })).resolves.toBeDefined();
  });

  test("without an opset is of opset 1 before IR version 3", async () => {
    const rest = { irVersion: 2n, opsetImport: [] };
    const { graph } = await load(oneNode({ opType: "Abs" }), rest);
    expect(graph.nodes[0].op).toBe("Abs");
    expect((await refused(oneNode({ opType: "Abs" }), { ...rest, irVersion: 3n })).message).toContain("no opset");
  });
});

describe("names", () => {
  test("of nodes are made from operator and position when missing, and are never given twice", async () => {
    const { graph } = await load({
      name: "g",
      input: [value("x")],
      output: [value("e")],
      node: [
        node("Neg", ["x"], ["a"]),
        { ...node("Abs", ["a"], ["b"]), name: "same" },
        { ...node("Abs", ["b"], ["c"]), name: "same" },
        { ...node("Abs", ["c"], ["d"]), name: "Neg_0" },
        node("Neg", ["d"], ["e"]),
      ],
    });
    expect(graph.nodes.map(({ name }) => name)).toEqual(["Neg_0_2", "same", "same_2", "Neg_0", "Neg_4"]);
    expect(graph.nodes[2].origin).toEqual(["same"]);
  });

  test("with quotes, newlines, NUL or direction marks are kept", async () => {
    const name = 'a"b\n*/%n\0\u202e';
    const { graph } = await load({
      name,
      input: [value(name)],
      output: [value("y")],
      node: [{ ...node("Neg", [name], ["y"]), name }],
    });
    expect(graph.nodes[0]).toMatchObject({ name, inputs: [name] });
  });

  test("of dims are symbols; open dims get names that nobody uses", async () => {
    const { graph } = await load(
      oneNode(
        { opType: "Neg" },
        {
          input: [value("x", ["x_dim_1", undefined, "2*n", -1, 3])],
          output: [value("y", [undefined, "x_dim_3", "2*n", -1, 3])],
        },
      ),
    );
    const [{ type }] = graph.inputs;
    const symbols =
      type?.kind === "tensor" && type.shape?.map((dim) => (typeof dim === "number" ? dim : dim.terms[0][0]));
    expect(symbols).toEqual(["x_dim_1", "x_dim_1_2", "2*n", "x_dim_3_2", 3]);
  });
});

describe("initializers", () => {
  const graph = (init: GraphInit = {}): GraphInit =>
    oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [floats("w", [2], [1, 2])], ...init });
  const withInput = graph({ input: [value("x"), value("w", [2])] });

  test("are weights; one that is an input too is its default", async () => {
    expect((await load(graph())).graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    const { inputs, weights } = (await load(withInput)).graph;
    expect(inputs.map((input) => input.default)).toEqual([undefined, "w"]);
    expect(weights.map(({ name }) => name)).toEqual(["w"]);
  });

  test("are constants before IR version 4, where all of them had to be inputs", async () => {
    const { inputs, weights } = (await load(withInput, { irVersion: 3n })).graph;
    expect(inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(weights.map(({ name }) => name)).toEqual(["w"]);
  });

  test("that are small are held in memory, aligned; large ones stay in the file", async () => {
    const big = new Float32Array(2048).fill(7);
    const bytes = modelBytes(
      oneNode(
        { opType: "Add", input: ["x", "big"] },
        {
          initializer: [
            { name: "s", dims: [3n], dataType: 2, rawData: Uint8Array.of(1, 2, 3) },
            floats("big", [2048], [...big]),
            int64s("i", [1], [9]),
          ],
        },
      ),
    );
    const { graph: read, stores } = await loadBytes(bytes);
    const [s, large, i] = read.weights;
    expect(stores[large.store]).toEqual({ kind: "file", location: "" });
    expect(new Float32Array(bytes.slice(large.offset, large.offset + large.length).buffer)).toEqual(big);
    expect(i.store).toBe(s.store);
    expect(i.offset % 16).toBe(0);
    const store = stores[s.store];
    expect(store.kind === "bytes" && [...store.bytes.subarray(s.offset, s.offset + 3)]).toEqual([1, 2, 3]);
    expect(store.kind === "bytes" && store.bytes[i.offset]).toBe(9);
  });

  test("in sparse form are made dense", async () => {
    const { graph: read, stores } = await load(
      oneNode(
        { opType: "Add", input: ["x", "w"] },
        { sparseInitializer: [{ dims: [4n], values: floats("w", [1], [5]), indices: int64s("", [1], [2]) }] },
      ),
    );
    expect(read.weights).toMatchObject([{ name: "w", dtype: "f32", shape: [4] }]);
    const store = stores[read.weights[0].store];
    expect(store.kind === "bytes" && [...new Float32Array(store.bytes.slice(0, 16).buffer)]).toEqual([0, 0, 5, 0]);
  });

  test("of 200 MB are not copied", async () => {
    const rawData = new Uint8Array(200 << 20);
    const bytes = modelBytes(graph({ initializer: [{ name: "w", dims: [BigInt(50 << 20)], dataType: 1, rawData }] }));
    await load(graph());
    expect(await cpuMilliseconds(() => loadBytes(bytes))).toBeLessThan(100);
  });
});

describe("Constant nodes", () => {
  const constant = (elements: number): GraphInit => ({
    name: "g",
    input: [value("x")],
    output: [value("y")],
    node: [
      node("Constant", [], ["c"], [{ name: "value", type: 4, t: floats("", [elements], new Array(elements).fill(1)) }]),
      node("Add", ["x", "c"], ["y"]),
    ],
  });

  test("that are large become weights, which stay in the file", async () => {
    const { graph, stores } = await load(constant(2000));
    expect(graph.nodes.map(({ op }) => op)).toEqual(["Add"]);
    expect(graph.weights).toMatchObject([{ name: "c", length: 8000 }]);
    expect(stores).toEqual([{ kind: "file", location: "" }]);
  });

  test("that are small stay nodes with a tensor of their own", async () => {
    const bytes = modelBytes(constant(2));
    const { graph } = await loadBytes(bytes);
    const attribute = attributeOf(graph.nodes[0], "value");
    expect(attribute).toMatchObject({ kind: "tensor", value: { dtype: "f32", shape: [2] } });
    bytes.fill(0);
    expect(attribute?.kind === "tensor" && [...(attribute.value.data as Float32Array)]).toEqual([1, 1]);
  });
});

describe("attributes", () => {
  const leaky = (attribute: object) => oneNode(node("LeakyRelu", ["x"], ["y"], [attribute]));

  test("without a type are told by their value, as IR version 1 wrote them", async () => {
    const { graph } = await load(leaky({ name: "alpha", f: 0.5 }));
    expect(graph.nodes[0].attributes).toEqual([{ name: "alpha", value: { kind: "float", value: 0.5 } }]);
  });

  test.each([
    ["no value", { name: "alpha" }, "without a value"],
    ["no name", { type: 1, f: 1 }, "without a name"],
    ["an unknown type", { name: "alpha", type: 99, f: 1 }, "attribute type 99"],
    ["a value of another type", { name: "alpha", type: 1, i: 1n }, 'a value in "i"'],
    ["two values", { name: "alpha", type: 1, f: 1, ints: [1n] }, 'a value in "ints"'],
    ["a string that is not UTF-8", { name: "alpha", type: 3, s: Uint8Array.of(0xff) }, "not UTF-8"],
  ])("with %s are refused", async (_, attribute, message) => {
    const error = await refused(leaky(attribute));
    expect(error.code).toBe("BAD_MODEL");
    expect(error.message).toContain(message);
    expect(error.where.field).toContain("graph.node[0].attribute");
  });

  test("of one name are refused", async () => {
    const alpha = { name: "alpha", type: 1, f: 1 };
    const error = await refused(oneNode(node("LeakyRelu", ["x"], ["y"], [alpha, alpha])));
    expect(error.message).toContain("a second attribute of that name");
    expect(error.where).toMatchObject({ field: 'graph.node[0].attribute "alpha"', node: "LeakyRelu_0" });
  });
});

describe("files that are no model", () => {
  test.each([
    ["empty", new Uint8Array(0), "an empty file"],
    ["a zip archive", Uint8Array.from("PK\x03\x04rest", (c) => c.charCodeAt(0)), "a zip archive"],
    ["a pickle", Uint8Array.of(0x80, 4, 0x95, 1, 0), "a Python pickle"],
    ["an .npy file", Uint8Array.from("\x93NUMPY\x01\0", (c) => c.charCodeAt(0)), "an .npy file"],
    ["a GGUF file", Uint8Array.from("GGUF\x03\0\0\0", (c) => c.charCodeAt(0)), "a GGUF file"],
    ["a safetensors file", Uint8Array.of(16, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22), "a safetensors file"],
    ["JSON", new TextEncoder().encode('{"a": 1}'), "JSON text"],
    ["an HTML page", new TextEncoder().encode("\n<!DOCTYPE html>"), "an HTML page"],
    ["a Git LFS pointer", new TextEncoder().encode("version https://git-lfs.github.com/spec/v1"), "Git LFS"],
  ])("%s is refused, naming both kinds", async (_, bytes, kind) => {
    const error = await refusal(() => loadBytes(bytes));
    expect(error.code).toBe("BAD_MODEL");
    expect(error.message).toContain(kind);
    expect(error.message).toContain("expected an ONNX model");
  });

  test("a message without a graph is refused", async () => {
    expect((await refused(undefined)).message).toContain("no graph");
  });

  test("a model is told from another format by more than its first byte", async () => {
    await expect(load(oneNode({ opType: "Neg" }), { irVersion: 8n })).resolves.toBeDefined();
  });
});

describe("models that are refused", () => {
  test.each([
    [0n, "BAD_MODEL", "no IR version"],
    [-1n, "BAD_MODEL", "IR version -1"],
    [9999n, "UNSUPPORTED", "IR version 9999, expected IR version 1 to 14"],
  ])("IR version %s", async (irVersion, code, message) => {
    const error = await refused(oneNode({ opType: "Neg" }), { irVersion });
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test.each([
    [[{ domain: "", version: 0n }], "BAD_MODEL", "version 0"],
    [[{ domain: "", version: -5n }], "BAD_MODEL", "version -5"],
    [[{ domain: "", version: 2n ** 62n }], "BAD_MODEL", "version 4611686018427387904"],
    [[{ domain: "", version: 9999n }], "UNSUPPORTED", "opset 9999"],
    [[{ domain: "other", version: 1n }], "UNSUPPORTED", "without a stated opset"],
    [
      [
        { domain: "", version: 13n },
        { domain: "ai.onnx", version: 14n },
      ],
      "BAD_MODEL",
      "versions 13 and 14",
    ],
  ])("opsets %o", async (opsetImport, code, message) => {
    const error = await refused(oneNode({ opType: "Neg" }), { opsetImport });
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test("unknown operators and domains, all in one message", async () => {
    const error = await refused({
      name: "g",
      input: [value("x")],
      output: [value("c")],
      node: [
        node("Frobnicate", ["x"], ["a"]),
        { ...node("Gelu", ["a"], ["b"]), domain: "com.microsoft" },
        node("Frobnicate", ["b"], ["c"]),
      ],
    });
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain("Frobnicate");
    expect(error.message).toContain("com.microsoft");
    expect(error.where.file).toBe("m.onnx");
  });

  test("cycles, unsorted nodes, dangling inputs and values that are made twice", async () => {
    const graph = (...nodes: ReturnType<typeof node>[]): GraphInit => ({
      name: "g",
      input: [value("x")],
      output: [value("y")],
      node: nodes,
    });
    const cycle = graph(node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"]), node("Neg", ["b"], ["y"]));
    const unsorted = graph(node("Neg", ["a"], ["y"]), node("Neg", ["x"], ["a"]));
    const dangling = graph(node("Add", ["x", "nowhere"], ["y"]));
    const double = graph(node("Neg", ["x"], ["y"]), node("Abs", ["x"], ["y"]));
    const missing = graph(node("Neg", ["x"], ["z"]));
    for (const broken of [cycle, unsorted, dangling, double, missing]) {
      expect((await refused(broken)).code).toMatch(/BAD_MODEL|INVALID_GRAPH/);
    }
  });

  test("two initializers, or two inputs, of one name", async () => {
    const w = floats("w", [2], [1, 2]);
    const twice = oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [w, w] });
    expect((await refused(twice)).code).toMatch(/BAD_MODEL|INVALID_GRAPH/);
    const inputs = oneNode({ opType: "Neg" }, { input: [value("x"), value("x")] });
    expect((await refused(inputs)).code).toMatch(/BAD_MODEL|INVALID_GRAPH/);
  });

  test("inputs without a type or a name, and opaque or sparse types", async () => {
    expect((await refused(oneNode({ opType: "Neg" }, { input: [{ name: "x" }] }))).message).toContain("no type");
    expect((await refused(oneNode({ opType: "Neg" }, { input: [value("")] }))).message).toContain("no name");
    for (const type of ["opaqueType", "sparseTensorType"] as const) {
      const input = [{ name: "x", type: { value: { case: type, value: {} } } }] as GraphInit["input"];
      expect((await refused(oneNode({ opType: "Neg" }, { input }))).code).toBe("UNSUPPORTED");
    }
    expect((await refused(oneNode({ opType: "Neg" }, { input: [value("x", [-2])] }))).message).toContain("dim -2");
    expect((await refused(oneNode({ opType: "Neg" }, { input: [value("x", [1], 77)] }))).message).toContain(
      "data type 77",
    );
  });

  test("nodes without an operator, and names of a megabyte", async () => {
    expect((await refused(oneNode({ opType: "" }))).message).toContain("no name");
    const error = await refused(oneNode({ opType: "A".repeat(2 ** 20) }));
    expect(error.message.length).toBeLessThan(500);
    expect(error.message).toContain("a name of 1048576 characters");
  });

  test("an overload that no function of the model has", async () => {
    expect((await refused(oneNode({ opType: "Neg", overload: "fast" }))).message).toContain('overload "fast"');
  });
});

describe("subgraphs", () => {
  const nested = (depth: number): GraphInit => {
    const output = [value(`z${depth}`)];
    if (depth === 0) return { name: "leaf", output, node: [node("Neg", ["x"], ["z0"])] };
    const otherwise = { name: "else", output: [value(`e${depth}`)], node: [node("Neg", ["x"], [`e${depth}`])] };
    const branches = [graphAttribute("then_branch", nested(depth - 1)), graphAttribute("else_branch", otherwise)];
    return { name: "then", output, node: [node("If", ["c"], [`z${depth}`], branches)] };
  };
  const model = (depth: number): GraphInit => ({ ...nested(depth), input: [value("x"), value("c", [], 9)] });

  test("20 deep are read", async () => {
    let { graph } = await load(model(20));
    for (let depth = 20; depth > 0; depth--) {
      const branch = attributeOf(graph.nodes[0], "then_branch");
      if (branch?.kind !== "graph") throw new Error(`no branch at depth ${depth}`);
      graph = branch.value;
    }
    expect(graph.nodes[0].op).toBe("Neg");
  });

  test("40 deep, or ten thousand, are refused", async () => {
    const refusals = [await refused(model(40)), await refusal(() => loadBytes(graphsInGraphs(10_000)))];
    for (const error of refusals) {
      expect(error.code).toBe("BAD_MODEL");
      expect(error.message).toContain("messages nested 101 deep");
    }
  });
});

describe("size", () => {
  test("a chain of 100,000 nodes is read in 2 seconds, a node of 10,000 inputs too", { tags: ["long"] }, async () => {
    const count = 100_000;
    const chain = modelBytes({
      name: "g",
      input: [value("v0")],
      output: [value(`v${count}`)],
      node: Array.from({ length: count }, (_, i) => node("Neg", [`v${i}`], [`v${i + 1}`])),
    });
    const wide = modelBytes(oneNode(node("Sum", new Array(10_000).fill("x"), ["y"])));
    for (const bytes of [chain, wide]) {
      expect(await cpuMilliseconds(() => loadBytes(bytes))).toBeLessThan(3000);
    }
  });
});

describe("damage", () => {
  const small = (): Uint8Array =>
    modelBytes(
      {
        name: "g",
        input: [value("x", ["n", 2])],
        output: [value("y", ["n", 2])],
        initializer: [floats("w", [2], [1, 2]), int64s("shape", [2], [-1, 2])],
        valueInfo: [value("a", ["n", 2])],
        node: [
          node("Call", ["x", "w"], ["a"]),
          node("Reshape", ["a", "shape"], ["b"], [{ name: "allowzero", type: 2, i: 0n }]),
          node("Constant", [], ["c"], [{ name: "value", type: 4, t: floats("", [], [3]) }]),
          node("Mul", ["b", "c"], ["y"]),
        ].map((init, i) => (i === 0 ? { ...init, domain: "local" } : init)),
      },
      {
        opsetImport: [
          { domain: "", version: 14n },
          { domain: "local", version: 1n },
        ],
        functions: [
          {
            name: "Call",
            domain: "local",
            input: ["p", "q"],
            output: ["r"],
            opsetImport: [{ domain: "", version: 14n }],
            node: [node("Add", ["p", "q"], ["r"])],
          },
        ],
      },
    );

  /** A HoduError, or a Snapshot that keeps all rules. */
  const check = async (bytes: Uint8Array): Promise<boolean> => {
    let snapshot: Snapshot;
    try {
      snapshot = await loadBytes(bytes);
    } catch (error) {
      if (error instanceof Error && error.name === "HoduError") return false;
      throw error;
    }
    verifySnapshot(snapshot);
    return true;
  };

  test("the model itself is fine", async () => {
    expect(await check(small())).toBe(true);
  });

  test("cut off at any byte, a model is refused or still right", async () => {
    const bytes = small();
    let survivors = 0;
    for (let length = 0; length < bytes.length; length++) if (await check(bytes.slice(0, length))) survivors++;
    expect(survivors).toBeLessThan(10);
  });

  test("with bits flipped, a model is refused or still right", { tags: ["long"], timeout: 60_000 }, async () => {
    const seed = Number(process.env.HODU_FUZZ_SEED ?? Date.now() % 2 ** 31);
    const rounds = Number(process.env.HODU_FUZZ_ROUNDS ?? 10_000);
    const random = xorshift(seed);
    const bytes = small();
    let survivors = 0;
    for (let round = 0; round < rounds; round++) {
      const broken = bytes.slice();
      for (let flips = 1 + random(3); flips > 0; flips--) broken[random(broken.length)] ^= 1 << random(8);
      try {
        if (await check(broken)) survivors++;
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}`, { cause: error });
      }
    }
    console.log(`seed ${seed}: ${survivors} of ${rounds} damaged models are still models`);
    expect(survivors).toBeLessThan(rounds);
  });
});

/** Time that a call computes, whatever else the machine does: threads of the garbage collector are counted too. */
async function cpuMilliseconds(call: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Whole numbers below a bound, the same for the same seed. */
function xorshift(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const models = new URL("../../../../shared/data/models/", import.meta.url);
describe.skipIf(!existsSync(models))("models of the world", () => {
  test.each(existsSync(models) ? readdirSync(models) : [])("%s is read", async (name) => {
    const snapshot = await loadBytes(readFileSync(new URL(`${name}/model.onnx`, models)));
    expect(snapshot.graph.outputs.length).toBeGreaterThan(0);
  });
});
