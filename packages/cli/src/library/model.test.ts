import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GraphBuilder, type Snapshot, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { loadModel as loadOn, type MapValue, type SequenceValue, tensor, type Tensor } from "../index.ts";

/** On the interpreter: every machine has it, and nothing is compiled. */
const loadModel: typeof loadOn = (from, options) => loadOn(from, { backend: "interp", ...options });

const digits = fileURLToPath(new URL("../../../../examples/digits/model.onnx", import.meta.url));

/** y = x * w of f32, and the input as it is. */
function scaled(): Snapshot {
  const graph = new GraphBuilder("scaled");
  const x = graph.input("x", tensorType("f32", [symbolDim("n"), 2]));
  const w = graph.weight("w", tensorFrom("f32", [2], [10, 100]));
  graph.node("Mul", [x, w], {}, { outputs: ["y"] });
  graph.output("y");
  graph.node("Identity", [x], {}, { outputs: ["same"] });
  graph.output("same");
  return graph.build();
}

/** A Loop of 2^62 trips. */
function endless(): Snapshot {
  const graph = new GraphBuilder("endless");
  const body = graph.subgraph("body");
  body.input("i", tensorType("i64", []));
  const [kept] = body.node("Identity", [body.input("condition", tensorType("bool", []))]);
  const value = body.input("value", tensorType("f32", []));
  for (const output of [kept, ...body.node("Neg", [value])]) body.output(output);
  const trips = graph.weight("trips", tensorFrom("i64", [], [2n ** 62n]));
  const start = graph.weight("start", tensorFrom("f32", [], [1]));
  graph.output(graph.node("Loop", [trips, "", start], { body: body.graph() })[0]);
  return graph.build();
}

describe("a model", () => {
  it("runs with plain elements and gives tensors by name", async () => {
    const model = await loadModel(scaled());
    const { y, same } = await model.run({ x: [1, 2, 3, 4] });
    expect([y.dtype, y.shape, y.data]).toEqual(["f32", [2, 2], Float32Array.of(10, 200, 30, 400)]);
    expect(same.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(model.runSync({ x: [[1, 2]] }).y.data).toEqual(Float32Array.of(10, 200));
    await model.dispose();
  });

  it("gives results that neither the caller's arrays nor later runs change", async () => {
    const model = await loadModel(scaled());
    const x = Float32Array.of(1, 2);
    const first = await model.run({ x });
    x.fill(7);
    const second = model.runSync<{ same: Tensor<"f32"> }>({ x });
    expect(first.same.data).toEqual(Float32Array.of(1, 2));
    second.same.data.fill(0);
    expect([x, first.y.data]).toEqual([Float32Array.of(7, 7), Float32Array.of(10, 200)]);
  });

  it("takes its own results as inputs", async () => {
    const model = await loadModel(scaled());
    const { y } = await model.run({ x: [1, 2] });
    expect((await model.run({ x: y })).y.data).toEqual(Float32Array.of(100, 20_000));
  });

  it("gives the outputs that are asked for, and puts them where the caller wants", async () => {
    const model = await loadModel(scaled());
    const y = new Float32Array(2);
    const results = await model.run({ x: [1, 2] }, { outputs: ["y"], into: { y } });
    expect(Object.keys(results)).toEqual(["y"]);
    expect(results.y.data).toBe(y);
    expect(y).toEqual(Float32Array.of(10, 200));
    await expect(model.run({ x: [1, 2] }, { into: { y: new Float32Array(3) } })).rejects.toThrow(
      'Cannot put output "y" into the memory given: found Float32Array(3), expected Float32Array(2) for f32[1, 2]',
    );
    await expect(model.run({ x: [1, 2] }, { outputs: ["z"] })).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  it("computes in double when asked, and gives doubles", async () => {
    const model = await loadModel(scaled(), { precision: "f64" });
    const y = new Float64Array(2);
    const results = await model.run({ x: [0.1, 0.2] }, { into: { y } });
    expect([results.y.dtype, results.same.dtype, results.y.data === y]).toEqual(["f64", "f64", true]);
    expect(y[0]).toBeCloseTo(1, 6);
  });

  it("says what it wants and what was given", async () => {
    const model = await loadModel(scaled());
    await expect(model.run({ X: [1, 2] })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: 'Cannot use input "X": the model has no input of that name, its inputs are "x"',
      hint: 'did you mean "x"?',
    });
    await expect(model.run({})).rejects.toMatchObject({ code: "MISSING_INPUT" });
    await expect(model.run({ x: undefined })).rejects.toMatchObject({ code: "MISSING_INPUT" });
    expect(() => model.runSync({ x: new Float64Array(2) })).toThrow("found a Float64Array, expected a Float32Array");
    await expect(model.run({ x: tensor("f64", [[1, 2]]) })).rejects.toThrow("found f64[1, 2], expected f32[n, 2]");
  });

  it("ends when its signal is aborted or its time is up, and runs again", async () => {
    const model = await loadModel(endless());
    await expect(model.run({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
    await expect(model.run({}, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ code: "DEADLINE" });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(model.run({}, { signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
    expect(() => model.runSync({}, { signal: AbortSignal.abort() })).toThrow("it was cancelled");
  });

  it("lets other work go on while it runs", async () => {
    const model = await loadModel(endless());
    let turns = 0;
    const controller = new AbortController();
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort();
    }, 1);
    await expect(model.run({}, { signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
    clearInterval(timer);
    expect(turns).toBe(3);
  });

  it("tells where the time went", async () => {
    const model = await loadModel(scaled());
    const operators: string[] = [];
    await model.run(
      { x: [1, 2] },
      { onProfile: ({ nodes }) => operators.push(...nodes.map(({ operator }) => operator)) },
    );
    expect(operators).toEqual(["Mul", "Identity"]);
  });

  it("repeats random numbers of one seed", async () => {
    const graph = new GraphBuilder("random");
    graph.output(graph.node("RandomUniform", [], { shape: [3n] }, { outputs: ["y"] })[0]);
    const model = await loadModel(graph.build());
    const [a, b, c] = [5, 5, 6].map((seed) => model.runSync({}, { seed }).y.data);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it("does not run after it was disposed of, but can still be inspected", async () => {
    const model = await loadModel(scaled());
    await model[Symbol.asyncDispose]();
    await model.dispose();
    await expect(model.run({ x: [1, 2] })).rejects.toMatchObject({ code: "BAD_USAGE" });
    expect(() => model.runSync({ x: [1, 2] })).toThrow("it was disposed of");
    expect(model.inspect().operation_count).toBe(2);
  });

  it("takes and gives values that are no tensors", async () => {
    const graph = new GraphBuilder("sequences");
    const items = graph.input("items", { kind: "sequence", element: tensorType("f32") });
    graph.node("SequenceInsert", [items, graph.input("item", tensorType("f32", []))], {}, { outputs: ["more"] });
    graph.output("more");
    const model = await loadModel(graph.build());
    const { more } = await model.run<{ more: SequenceValue }>({ items: [[1, 2], 3], item: 4 });
    expect(more.items.map((item) => (item as Tensor).shape)).toEqual([[2], [], []]);
    const again = await model.run<{ more: SequenceValue }>({ items: more, item: 5 });
    expect(again.more.items).toHaveLength(4);
  });

  it("gives the labels of a classifier as maps", async () => {
    const graph = new GraphBuilder("labels");
    const scores = graph.input("scores", tensorType("f32", [symbolDim("n"), 2]));
    graph.node(
      "ZipMap",
      [scores],
      { classlabels_strings: ["no", "yes"] },
      { domain: "ai.onnx.ml", outputs: ["named"] },
    );
    graph.output("named");
    const model = await loadModel(graph.build());
    const { named } = await model.run<{ named: SequenceValue }>({ scores: [0.25, 0.75] });
    expect((named.items[0] as MapValue).keys).toEqual(["no", "yes"]);
  });

  it("says what it is", async () => {
    const model = await loadModel(digits);
    expect(model.inputs).toEqual([
      { name: "image", type: "f32[batch, 64]", dtype: "f32", shape: ["batch", 64], optional: false },
    ]);
    expect([model.device, model.backend]).toEqual(["cpu", "interp"]);
    const report = model.inspect({ verbose: true });
    expect(report).toMatchObject({
      kind: "model",
      name: "model.onnx",
      path: digits,
      format: "onnx",
      operation_count: 13,
    });
    expect(report.nodes).toHaveLength(13);
  });
});

describe("loadModel", () => {
  const bytes = new Uint8Array(readFileSync(digits));

  it.each<[string, Parameters<typeof loadModel>[0]]>([
    ["bytes", bytes],
    ["an ArrayBuffer", bytes.buffer],
    ["a Blob", new Blob([bytes])],
    ["a File", new File([bytes], "digits.onnx")],
    ["a Response", new Response(bytes)],
    ["a file URL", new URL(`file://${digits}`)],
  ])("reads a model from %s", async (_, from) => {
    expect((await loadModel(from)).inputs[0].name).toBe("image");
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ["a path that is not there", () => loadModel("nosuch.onnx"), { code: "MISSING_INPUT" }],
    [
      "bytes of no format",
      () => loadModel(new Uint8Array(4)),
      { code: "FORMAT_NOT_FOUND", hint: '{ format: "onnx" }' },
    ],
    ["a format that is not there", () => loadModel(bytes, { format: "gguf" }), { code: "FORMAT_NOT_FOUND" }],
    ["bytes that are not the format said", () => loadModel(bytes, { format: "hdss" }), { code: "BAD_MODEL" }],
    ["an address", () => loadModel("https://example.org/m.onnx"), { code: "BAD_USAGE" }],
    ["an answer that is none", () => loadModel(new Response("", { status: 404 })), { code: "MISSING_INPUT" }],
    ["a device that is not there", () => loadModel(bytes, { device: "cuda" }), { code: "BACKEND_NOT_FOUND" }],
    ["a signal that is aborted", () => loadModel(bytes, { signal: AbortSignal.abort() }), { code: "ABORTED" }],
    [
      "too little memory",
      async () => (await loadModel(bytes, { maxMemory: 100 })).run({ image: new Float32Array(64) }),
      { code: "MEMORY_LIMIT" },
    ],
    ["a graph that breaks a rule", () => loadModel({ ...scaled(), stores: [] }), { code: "INVALID_GRAPH" }],
  ])("refuses %s", async (_, call, error) => {
    await expect(call()).rejects.toMatchObject(error);
  });

  it("tells of the stages", async () => {
    const stages: string[] = [];
    await loadModel(bytes, { onEvent: (event) => event.type === "StageEnd" && stages.push(event.stage) });
    expect(stages).toEqual(["load", "verify", "compile", "open"]);
  });
});

describe("what types forbid, and programs in JavaScript do", () => {
  const js = (value: unknown): never => value as never;

  it.each([undefined, null, 3])("is refused as inputs: %s", async (inputs) => {
    const model = await loadModel(scaled());
    await expect(model.run(js(inputs))).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect(() => model.runSync(js(inputs))).toThrow("expected an object of inputs by name");
  });

  it.each([undefined, null, 3, {}])("is refused as a model: %s", async (from) => {
    await expect(loadModel(js(from))).rejects.toMatchObject({ code: "BAD_USAGE" });
  });

  it.each([{ precision: "f16" }, { threads: -1 }, { maxMemory: "lots" }])(
    "is refused as options: %o",
    async (options) => {
      await expect(loadModel(scaled(), js(options))).rejects.toMatchObject({ code: "BAD_USAGE" });
    },
  );

  it("is refused as a dtype", () => {
    expect(() => tensor(js("f99"), [1])).toThrow('Cannot make a tensor: found dtype "f99", expected one of');
  });
});
