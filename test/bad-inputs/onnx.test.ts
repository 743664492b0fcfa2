/** Rows 57 to 80 and 83 of the list of inputs that must be refused: ONNX files. */
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type HoduError, type Snapshot, tensorFrom, type Value } from "@hodu/core";
import { interpPlugin } from "@hodu/engine";
import { openFile } from "@hodu/engine/node";
import onnx from "hodu-format-onnx";
import { describe, expect, test } from "vitest";
import {
  type AttributeInit,
  floats,
  type GraphInit,
  graphAttribute,
  int64s,
  intAttribute,
  intsAttribute,
  modelBytes,
  type ModelInit,
  node,
  type NodeInit,
  oneNode,
  type TensorInit,
  testContext,
  value,
  varints,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { expectForbidden, expectRefusal, expectRejected, temporaryFolder } from "./refuse.ts";

const folder = temporaryFolder();
let files = 0;

function write(bytes: Uint8Array, name = `model-${files++}.onnx`): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function load(path: string, logged: string[] = []): Promise<Snapshot> {
  return onnx.formats!.onnx.loadModel!(await openFile(path), testContext(logged));
}

/** The model is refused with exit status 65; the error names the file. */
async function expectRejectedModel(bytes: Uint8Array): Promise<HoduError> {
  const path = write(bytes);
  const error = await expectRejected(folder, () => load(path));
  expect(basename(error.where.file ?? "")).toBe(basename(path));
  return error;
}

const expectRejectedGraph = (graph: GraphInit, rest?: Omit<ModelInit, "graph">) =>
  expectRejectedModel(modelBytes(graph, rest));

describe("row 57: files that are no message", () => {
  const good = modelBytes(oneNode({ opType: "Neg" }, { initializer: [floats("w", [4], [1, 2, 3, 4])] }));

  test("an empty file", async () => {
    expect((await expectRejectedModel(new Uint8Array(0))).message).toContain("an empty file");
  });

  test("a file that was cut off", async () => {
    const error = await expectRejectedModel(good.subarray(0, good.length - 20));
    expect(error.where.offset).toBeGreaterThan(0);
  });

  test("4 KB of noise", async () => {
    let state = 1;
    await expectRejectedModel(Uint8Array.from({ length: 4096 }, () => (state = (state * 48_271) % 2_147_483_647) >> 8));
  });
});

/** A model whose weight "w" of two floats lies elsewhere. */
function externalModel(entries: Readonly<Record<string, string>>): Uint8Array {
  const externalData = Object.entries(entries).map(([key, text]) => ({ key, value: text }));
  const w: TensorInit = { name: "w", dims: [2n], dataType: 1, dataLocation: 1, externalData };
  return modelBytes(oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [w] }));
}

describe("rows 58 to 64: external data", () => {
  const outside = temporaryFolder();
  writeFileSync(join(outside, "secret"), new Uint8Array(8));
  writeFileSync(join(folder, "w.bin"), new Uint8Array(64));
  mkdirSync(join(folder, "sub"));

  const expectForbiddenModel = async (location: string): Promise<void> => {
    const path = write(externalModel({ location }));
    const error = await expectForbidden(folder, () => load(path));
    expect(error.code).toBe("POLICY");
    expect(error.where.field).toBe("graph.initializer[0].external_data");
  };

  test("a file beside the model is read", async () => {
    const { graph } = await load(write(externalModel({ location: "w.bin", offset: "8", length: "8" })));
    expect(graph.weights[0]).toMatchObject({ offset: 8, length: 8 });
  });

  test.each(["../secret", "sub/../../secret", "/etc/hostname", "..\\secret", "C:\\secret"])(
    "row 58: %s leads out of the folder",
    async (location) => {
      await expectForbiddenModel(location);
    },
  );

  test("row 59: a symbolic link, or a folder that is one", async () => {
    symlinkSync(join(outside, "secret"), join(folder, "link.bin"));
    symlinkSync(outside, join(folder, "linked"));
    await expectForbiddenModel("link.bin");
    await expectForbiddenModel("linked/secret");
  });

  test("row 60: a hard link to a file outside", async () => {
    linkSync(join(outside, "secret"), join(folder, "hard.bin"));
    await expectForbiddenModel("hard.bin");
  });

  test("row 61: a path with NUL", async () => {
    expect((await expectRejectedModel(externalModel({ location: "w.bin\0.txt" }))).message).toContain("NUL");
  });

  test("row 62: no file, no name, a folder, a pipe, a device", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const location of ["missing.bin", "", "sub", "pipe", "/dev/zero"]) {
      const error = await expectRejectedModel(externalModel({ location }));
      expect(error.where.field).toBe("graph.initializer[0].external_data");
    }
    await expectRejectedModel(externalModel({}));
  });

  test.each([
    { offset: "-8" },
    { offset: "0x8" },
    { offset: String(2 ** 50) },
    { offset: String(2n ** 64n) },
    { offset: "60" },
    { length: "-8" },
    { length: "0x8" },
    { length: String(2 ** 50) },
    { length: "4" },
  ] as Readonly<Record<string, string>>[])("row 63: a range of %o", async (range) => {
    const error = await expectRejectedModel(externalModel({ location: "w.bin", ...range }));
    expect(error.message).toMatch(/^Cannot read initializer "w" in .*: found external data .*, expected /);
  });

  test("row 64: an unknown key is warned of", async () => {
    const logged: string[] = [];
    await load(write(externalModel({ location: "w.bin", __class__: "x" })), logged);
    expect(logged.join()).toContain('"__class__"');
  });
});

describe("rows 65 to 67: tensors", () => {
  const expectRejectedTensor = (init: TensorInit) =>
    expectRejectedGraph(oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [{ name: "w", ...init }] }));

  test("row 65: raw_data shorter or longer than dims", async () => {
    for (const length of [0, 4, 12]) {
      const error = await expectRejectedTensor({ dims: [2n], dataType: 1, rawData: new Uint8Array(length) });
      expect(error.where.field).toBe("graph.initializer[0].raw_data");
    }
  });

  test("row 66: dims that overflow, a negative dim, an unknown data type", async () => {
    const rawData = new Uint8Array(8);
    const error = await expectRejectedTensor({ dims: [2n ** 32n, 2n ** 32n], dataType: 1, rawData });
    expect(error.where.field).toBe("graph.initializer[0].dims");
    await expectRejectedTensor({ dims: [2n ** 62n, 4n], dataType: 2, rawData });
    await expectRejectedTensor({ dims: [-2n], dataType: 1, rawData });
    expect((await expectRejectedTensor({ dims: [2n], dataType: 99, rawData })).message).toContain("data type 99");
  });

  test("row 67: values in two fields, strings in raw_data", async () => {
    const rawData = new Uint8Array(8);
    await expectRejectedTensor({ dims: [2n], dataType: 1, rawData, floatData: [rawData] });
    await expectRejectedTensor({ dims: [2n], dataType: 8, rawData });
  });
});

describe("rows 68 and 69: graphs", () => {
  const graph = (...nodes: NodeInit[]): GraphInit => ({
    name: "g",
    input: [value("x")],
    output: [value("y")],
    node: nodes,
  });

  test("row 68: a cycle", async () => {
    await expectRejectedGraph(
      graph(node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"]), node("Neg", ["b"], ["y"])),
    );
  });
  test("row 68: a value that is made twice", async () => {
    await expectRejectedGraph(graph(node("Neg", ["x"], ["y"]), node("Abs", ["x"], ["y"])));
  });
  test("row 68: an input that nothing makes", async () => {
    expect((await expectRejectedGraph(graph(node("Add", ["x", "nowhere"], ["y"])))).message).toContain("nowhere");
  });
  test("row 68: unsorted nodes", async () => {
    await expectRejectedGraph(graph(node("Neg", ["a"], ["y"]), node("Neg", ["x"], ["a"])));
  });

  test("row 69: an unknown operator, by name", async () => {
    expect((await expectRejectedGraph(graph(node("Frobnicate", ["x"], ["y"])))).message).toContain("Frobnicate");
  });
  test("row 69: an unknown domain, by name", async () => {
    const error = await expectRejectedGraph(graph({ ...node("Gelu", ["x"], ["y"]), domain: "com.example" }));
    expect(error.message).toContain("com.example");
  });
  test("row 69: no opset, opset 9,999, IR version 9,999", async () => {
    const neg = graph(node("Neg", ["x"], ["y"]));
    expect((await expectRejectedGraph(neg, { opsetImport: [] })).message).toContain("no opset");
    expect((await expectRejectedGraph(neg, { opsetImport: [{ domain: "", version: 9999n }] })).message).toContain(
      "9999",
    );
    expect((await expectRejectedGraph(neg, { irVersion: 9999n })).message).toContain("9999");
  });
});

describe("rows 70 and 71: nesting", () => {
  const nested = (depth: number): GraphInit => {
    const output = [value(`z${depth}`)];
    if (depth === 0) return { name: "leaf", output, node: [node("Neg", ["x"], ["z0"])] };
    const otherwise = { name: "else", output: [value(`e${depth}`)], node: [node("Neg", ["x"], [`e${depth}`])] };
    const branches = [graphAttribute("then_branch", nested(depth - 1)), graphAttribute("else_branch", otherwise)];
    return { name: "then", output, node: [node("If", ["c"], [`z${depth}`], branches)] };
  };
  const ifs = (depth: number): GraphInit => ({ ...nested(depth), input: [value("x"), value("c", [], 9)] });

  test("row 70: 20 levels of If run", async () => {
    const inputs = { x: tensorFrom("f32", [1], [3]), c: tensorFrom("bool", [], [true]) };
    const [output] = await run(write(modelBytes(ifs(20))), inputs);
    expect(output.kind === "tensor" && [...output.data]).toEqual([-3]);
  });

  test("row 70: 40 levels of If, or 400, are refused", async () => {
    for (const depth of [40, 400]) expect((await expectRejectedGraph(ifs(depth))).message).toContain("nested");
  });

  const local = (name: string, callee: string) => ({
    name,
    domain: "local",
    input: ["a"],
    output: ["b"],
    opsetImport: [{ domain: "local", version: 1n }],
    node: [{ ...node(callee, ["a"], ["b"]), domain: "local" }],
  });
  const opsetImport = [
    { domain: "", version: 21n },
    { domain: "local", version: 1n },
  ];

  test("row 71: functions that call themselves or each other", async () => {
    const call = oneNode({ opType: "A", domain: "local" });
    expect((await expectRejectedGraph(call, { opsetImport, functions: [local("A", "A")] })).message).toContain(
      "itself",
    );
    const functions = [local("A", "B"), local("B", "A")];
    expect((await expectRejectedGraph(call, { opsetImport, functions })).message).toContain("itself");
  });

  test("row 71: a subgraph that takes a name of the graph around it", async () => {
    const branch = (name: string): GraphInit => ({ name, output: [value("x")], node: [node("Neg", ["x"], ["x"])] });
    const branches = [graphAttribute("then_branch", branch("t")), graphAttribute("else_branch", branch("e"))];
    const shadowing = oneNode(node("If", ["c"], ["y"], branches), { input: [value("x"), value("c", [], 9)] });
    expect((await expectRejectedGraph(shadowing)).message).toContain('"x"');
  });
});

/** Runs a model with the interpreter, in 1 GiB. */
async function run(path: string, inputs: Readonly<Record<string, Value>>, signal?: AbortSignal): Promise<Value[]> {
  const source = await openFile(path);
  const context = signal === undefined ? testContext() : { ...testContext(), signal };
  const snapshot = await onnx.formats!.onnx.loadModel!(source, context);
  const backend = interpPlugin.backends!.interp;
  const artifact = await backend.compile({ snapshot, source }, { device: "cpu", precision: "native" }, context);
  const session = await backend.load(artifact, source, { threads: 1, maxMemory: 2 ** 30 }, context);
  const given = Object.entries(inputs).map(([name, input]) => ({ name, value: input }));
  const { outputs } = await session.run(given, {}, context);
  return outputs.map((output) => output.value);
}

const f32 = (...values: number[]): Value => tensorFrom("f32", [values.length], values);
const i64 = (...values: number[]): Value => tensorFrom("i64", [values.length], values);

/** A node over inputs of the given types is refused when it is read or run. */
async function expectRejectedRun(
  opType: string,
  inputs: Readonly<Record<string, Value>>,
  attributes: readonly AttributeInit[] = [],
  outputType = 1,
): Promise<HoduError> {
  const codes = { f32: 1, i32: 6, i64: 7, u8: 2 } as Readonly<Record<string, number>>;
  const input = Object.entries(inputs).map(([name, given]) => {
    if (given.kind !== "tensor") throw new Error("a tensor");
    return value(
      name,
      given.shape.map((_, i) => `${name}${i}`),
      codes[given.dtype],
    );
  });
  const output: GraphInit["output"] = [
    { name: "y", type: { value: { case: "tensorType", value: { elemType: outputType } } } },
  ];
  const graph: GraphInit = {
    name: "g",
    input,
    output,
    node: [node(opType, Object.keys(inputs), ["y"], [...attributes])],
  };
  const path = write(modelBytes(graph));
  return expectRejected(folder, () => run(path, inputs));
}

describe("rows 72 to 76: runs", () => {
  test("row 72: results that no machine can hold", async () => {
    const big = { name: "value", type: 4, t: floats("", [1], [1]) };
    await expectRejectedRun("ConstantOfShape", { x: i64(2 ** 50) }, [big]);
    await expectRejectedRun("Pad", { x: f32(1), pads: i64(0, 2 ** 50) });
    await expectRejectedRun("Tile", { x: f32(1), repeats: i64(2 ** 50) });
    await expectRejectedRun("Expand", { x: f32(1), shape: i64(2 ** 50) });
    await expectRejectedRun("Resize", { x: f32(1), roi: f32(0, 1), scales: f32(1e9) });
  });

  test("row 73: indices out of range", async () => {
    await expectRejectedRun("Gather", { x: f32(1, 2), i: i64(2) });
    await expectRejectedRun("Gather", { x: f32(1, 2), i: i64(-3) });
    await expectRejectedRun("GatherElements", { x: f32(1, 2), i: i64(2) });
    await expectRejectedRun("ScatterElements", { x: f32(1, 2), i: i64(2), u: f32(9) });
    const nd = tensorFrom("i64", [1, 1], [2]);
    await expectRejectedRun("GatherND", { x: f32(1, 2), i: nd });
    await expectRejectedRun("ScatterND", { x: f32(1, 2), i: nd, u: f32(9) });
  });

  test("row 74: division of integers by zero", async () => {
    const i32 = (...values: number[]): Value => tensorFrom("i32", [values.length], values);
    await expectRejectedRun("Div", { x: i32(1), d: i32(0) }, [], 6);
    await expectRejectedRun("Div", { x: i64(1), d: i64(0) }, [], 7);
    await expectRejectedRun("Mod", { x: i32(1), d: i32(0) }, [], 6);
    await expectRejectedRun("Mod", { x: i64(1), d: i64(0) }, [], 7);
  });

  test("row 75: strides, kernels, dilations, groups and axes that cannot be", async () => {
    const image = tensorFrom("f32", [1, 1, 4, 4], new Array(16).fill(1));
    const kernel = tensorFrom("f32", [1, 1, 2, 2], [1, 1, 1, 1]);
    const shape = intsAttribute("kernel_shape", [2, 2]);
    await expectRejectedRun("MaxPool", { x: image }, [shape, intsAttribute("strides", [0, 1])]);
    await expectRejectedRun("MaxPool", { x: image }, [intsAttribute("kernel_shape", [-1, 2])]);
    await expectRejectedRun("MaxPool", { x: image }, [shape, intsAttribute("dilations", [0, 1])]);
    await expectRejectedRun("AveragePool", { x: image }, [shape, intsAttribute("strides", [1, -1])]);
    await expectRejectedRun("Conv", { x: image, w: kernel }, [intAttribute("group", 0)]);
    await expectRejectedRun("Conv", { x: image, w: kernel }, [intsAttribute("strides", [0, 1])]);
    await expectRejectedRun("Conv", { x: image, w: kernel }, [intsAttribute("dilations", [0, 1])]);
    await expectRejectedRun("Softmax", { x: f32(1, 2) }, [intAttribute("axis", 99)]);
    await expectRejectedRun("Concat", { x: f32(1), z: f32(2) }, [intAttribute("axis", 99)]);
  });

  test("row 76: an endless loop ends when the call is given up", async () => {
    const body: GraphInit = {
      name: "body",
      input: [value("i", [], 7), value("on", [], 9), value("s")],
      output: [value("go", [], 9), value("t")],
      node: [node("Identity", ["on"], ["go"]), node("Neg", ["s"], ["t"])],
    };
    const graph: GraphInit = {
      name: "g",
      input: [value("x"), value("trips", [], 7), value("c", [], 9)],
      output: [value("y")],
      node: [node("Loop", ["trips", "c", "x"], ["y"], [graphAttribute("body", body)])],
    };
    const inputs = {
      x: f32(1),
      trips: tensorFrom("i64", [], [2n ** 62n]),
      c: tensorFrom("bool", [], [true]),
    };
    const path = write(modelBytes(graph));
    const error = await expectRefusal(folder, () => run(path, inputs, AbortSignal.timeout(300)));
    expect(["ABORTED", "DEADLINE"]).toContain(error.code);
  });
});

describe("rows 77 and 78: large and strange names", () => {
  test("row 77: a chain of 100,000 nodes and a node of 10,000 inputs are read", async () => {
    const count = 100_000;
    const chain = modelBytes({
      name: "g",
      input: [value("v0")],
      output: [value(`v${count}`)],
      node: Array.from({ length: count }, (_, i) => node("Neg", [`v${i}`], [`v${i + 1}`])),
    });
    const axis = [intAttribute("axis", 0)];
    const wide = modelBytes(
      oneNode(node("Concat", new Array(10_000).fill("x"), ["y"], axis), { output: [value("y", ["m"])] }),
    );
    expect((await load(write(chain))).graph.nodes.length).toBe(count);
    expect((await load(write(wide))).graph.nodes[0].inputs.length).toBe(10_000);
  });

  test("row 77: an operator's name of 1 MB", async () => {
    const error = await expectRejectedGraph(oneNode({ opType: "A".repeat(2 ** 20) }));
    expect(error.message.length).toBeLessThan(1000);
  });

  test("row 78: control characters never reach a message", async () => {
    const name = 'a"\n*/%n\0\u001b[31m\u202eint';
    const snapshot = await load(write(modelBytes(oneNode({ opType: "Neg", name }))));
    expect(snapshot.graph.nodes[0].name).toBe(name);
    const error = await expectRejectedGraph(oneNode({ opType: `Neg${name}`, name, input: [name] }));
    for (const character of "\0\n\u001b\u202e") expect(error.message.split(":\n  ").join("")).not.toContain(character);
  });
});

describe("rows 79 and 80: sparse and packed tensors, casts", () => {
  const expectRejectedSparse = (indices: readonly number[]) =>
    expectRejectedGraph(
      oneNode(
        { opType: "Add", input: ["x", "w"] },
        {
          sparseInitializer: [{ dims: [2n, 3n], values: floats("w", [2], [5, 7]), indices: int64s("", [2], indices) }],
        },
      ),
    );

  test("row 79: sparse indices out of range or unsorted, dims out of all proportion", async () => {
    for (const indices of [
      [0, 6],
      [-1, 2],
      [3, 1],
      [2, 2],
    ])
      await expectRejectedSparse(indices);
    const values = floats("w", [1], [5]);
    const sparseInitializer = [{ dims: [2n ** 40n], values, indices: int64s("", [1], [0]) }];
    await expectRejectedGraph(oneNode({ opType: "Add", input: ["x", "w"] }, { sparseInitializer }));
  });

  test("row 79: an odd number of 4-bit elements in too few or too many bytes", async () => {
    const expectRejectedTensor = (init: TensorInit) =>
      expectRejectedGraph(oneNode({ opType: "Neg" }, { initializer: [{ name: "w", ...init }] }));
    await expectRejectedTensor({ dims: [5n], dataType: 22, rawData: new Uint8Array(2) });
    await expectRejectedTensor({ dims: [5n], dataType: 22, rawData: new Uint8Array(5) });
    await expectRejectedTensor({ dims: [5n], dataType: 22, int32Data: varints([1, 2, 3, 4, 5]) });
  });

  test("row 80: casts of what does not fit, and shifts by the width, have results", async () => {
    const cast = oneNode(node("Cast", ["x"], ["y"], [intAttribute("to", 6)]), { output: [value("y", ["n"], 6)] });
    const [ints] = await run(write(modelBytes(cast)), { x: f32(Number.NaN, Infinity, -Infinity, 1e30) });
    expect(ints.kind === "tensor" && ints.data.length).toBe(4);
    const shift = oneNode(
      node("BitShift", ["x", "s"], ["y"], [{ name: "direction", type: 3, s: new TextEncoder().encode("LEFT") }]),
      { input: [value("x", ["n"], 13), value("s", ["n"], 13)], output: [value("y", ["n"], 13)] },
    );
    const u64 = (number: bigint): Value => tensorFrom("u64", [1], [number]);
    const [shifted] = await run(write(modelBytes(shift)), { x: u64(1n), s: u64(64n) });
    expect(shifted.kind === "tensor" && [...shifted.data]).toEqual([0n]);
  });
});

describe("row 83: content of another kind than the name says", () => {
  test.each([
    ["a zip archive", "PK\x03\x04"],
    ["a Python pickle", "\x80\x04\x95"],
    ["an .npy file", "\x93NUMPY"],
    ["a GGUF file", "GGUF\x03\0\0\0"],
    ["a safetensors file", '\x10\0\0\0\0\0\0\0{"a":{}}'],
  ])("%s named .onnx", async (kind, start) => {
    const error = await expectRejectedModel(Uint8Array.from(start, (character) => character.charCodeAt(0)));
    expect(error.message).toContain(kind);
    expect(error.message).toContain("expected an ONNX model");
  });

  test("an ONNX model named .pb", async () => {
    const path = write(modelBytes(oneNode({ opType: "Neg" })), "model.pb");
    const error = await expectRejected(folder, async () =>
      onnx.formats!.onnx.loadTensors!(await openFile(path), {}, testContext()),
    );
    expect(error.message).toContain("found an ONNX model");
  });
});
