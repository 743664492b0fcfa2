import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  interpPlugin,
  openModel,
  type OperatorOffer,
  readModel,
  transformModel,
  type TransformOffer,
} from "@hodu/engine";
import { openCache } from "@hodu/engine/node";
import { type LoadedPlugin, loadInChild, loadInProcess } from "@hodu/plugin-host";
import {
  type BackendPlugin,
  bytesSource,
  type CallContext,
  GraphBuilder,
  type HoduEvent,
  type NamedValue,
  tensorFrom,
  tensorType,
} from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import wasm from "../../plugins/backend-wasm/src/index.ts";
import onnx from "../../plugins/format-onnx/src/index.ts";
import { modelBytes, oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { buildProcesses, type Processes } from "./build-processes.ts";
import parts, { partsManifest } from "./fixtures/parts-plugin.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const compile = { device: "cpu", precision: "native" } as const;
const session = { threads: 1, maxMemory: 1e8 };
const x: NamedValue = { name: "x", value: tensorFrom("f32", [2], [1, -3]) };

let processes: Processes;
beforeAll(async () => {
  processes = await buildProcesses();
});
afterAll(() => processes.remove());

/** y = op(x) in an ONNX file, of the plugin's domain. */
function modelOf(...ops: readonly string[]) {
  const names = ["x", ...ops.slice(1).map((_, i) => `v${i}`), "y"];
  const nodes = ops.map((opType, i) => ({
    opType,
    domain: opType === "Neg" ? "" : "com.example",
    input: [names[i]],
    output: [names[i + 1]],
  }));
  const opsetImport = [
    { domain: "", version: 21n },
    { domain: "com.example", version: 1n },
  ];
  return bytesSource("m.onnx", modelBytes({ ...oneNode({}), node: nodes }, { opsetImport }));
}

describe.each([
  ["in process", () => loadInProcess(partsManifest, async () => parts)],
  ["in a process of its own", async () => loadInChild(partsManifest, await processes.program("parts"))],
] as const)("the pipeline with a plugin %s", (_way, load) => {
  let plugin: LoadedPlugin;
  let operators: readonly OperatorOffer[];
  const published: HoduEvent[] = [];
  const publish = (event: HoduEvent): void => void published.push(event);
  beforeAll(async () => {
    plugin = await load();
    operators = [{ domain: "com.example", plugin: partsManifest.id, load: async () => plugin.operators!["shop"] }];
  });
  afterAll(() => plugin.dispose());

  async function run(backend: BackendPlugin, ...ops: readonly string[]) {
    const tools = { format: onnx.formats!["onnx"], context, operators };
    const model = await readModel(modelOf(...ops), tools, publish);
    const open = await openModel(model, { backend, compile, session, context }, publish);
    const { outputs } = await open.session.run([x], {}, context);
    await open.session.dispose();
    return outputs;
  }

  it("lowers operators of its domain before a backend compiles (B-113)", async () => {
    const outputs = await run(wasm.backends!["wasm"], "Twice", "Neg", "Twice");
    expect(outputs).toEqual([{ name: "y", value: tensorFrom("f32", [2], [-4, 12]) }]);
    expect(published).toContainEqual({
      type: "TransformApplied",
      transform: "hodu-test-parts (com.example)",
      stage: "graph_cleanup",
      changes: 2,
    });
  });

  it("runs those that it leaves by its reference, on the interpreter", async () => {
    const outputs = await run(interpPlugin.backends!["interp"], "Twice", "Half", "Neg");
    expect(outputs).toEqual([{ name: "y", value: tensorFrom("f32", [2], [-1, 3]) }]);
  });

  it("says where those cannot run", async () => {
    const compiled = run(wasm.backends!["wasm"], "Half");
    await expect(compiled).rejects.toThrow(
      'found operator "Half" of "com.example", expected one that its plugin lowers',
    );
  });

  it("ends a run that is cancelled while the plugin computes", async () => {
    const tools = { format: onnx.formats!["onnx"], context, operators };
    const model = await readModel(modelOf("Half"), tools, publish);
    const open = await openModel(
      model,
      { backend: interpPlugin.backends!["interp"], compile, session, context },
      publish,
    );
    const signal = AbortSignal.abort();
    await expect(open.session.run([x], {}, { ...context, signal })).rejects.toMatchObject({ code: "ABORTED" });
    expect(() => open.session.runSync!([x], {}, context)).toThrow("Cannot run the model at once");
  });

  it("refuses an operator that the plugin refuses", async () => {
    const model = {
      ...oneNode({}),
      node: [{ opType: "Twice", domain: "com.example", input: ["x", "x"], output: ["y"] }],
    };
    const opsetImport = [
      { domain: "", version: 21n },
      { domain: "com.example", version: 1n },
    ];
    const source = bytesSource("m.onnx", modelBytes(model, { opsetImport }));
    const read = readModel(source, { format: onnx.formats!["onnx"], context, operators }, publish);
    await expect(read).rejects.toMatchObject({ code: "INVALID_GRAPH", where: { plugin: partsManifest.id } });
  });

  it("runs transforms by name, with their settings, and warns of one that fails (B-111, B-112)", async () => {
    const builder = new GraphBuilder("g");
    const [once] = builder.node("Relu", [builder.input("x", tensorType("f32", [2]))]);
    const [twice] = builder.node("Relu", [once], {}, { outputs: ["y"] });
    builder.output(twice);
    const model = { snapshot: builder.build(), source: undefined };
    const offers = Object.keys(plugin.transforms!).map((name): TransformOffer => {
      const { stage, version, requires } = plugin.transforms![name].info;
      return { name, stage, version, requires, load: async () => plugin.transforms![name] };
    });
    const warnings: string[] = [];
    const choices = [{ name: "ReluOfRelu", config: { pattern: "p" } }, { name: "failing" }, { name: "nosuch" }];
    const listening = { ...context, log: (_level: string, message: string) => void warnings.push(message) };
    const changed = await transformModel(model, { choices, offers, strict: false }, listening, publish);
    expect(changed.snapshot.graph.nodes.map(({ op }) => op)).toEqual(["Relu"]);
    expect(changed.isRewritten).toBe(true);
    expect(warnings).toEqual([
      'there is no transform "nosuch"',
      'transform "failing" failed: Cannot transform anything: found a transform that fails; the model stays as it was before it',
    ]);
    expect(published.at(-1)).toEqual({
      type: "TransformApplied",
      transform: "relu-of-relu",
      stage: "graph_cleanup",
      changes: 1,
    });
    for (const name of ["failing", "nosuch"]) {
      const strict = transformModel(model, { choices: [{ name }], offers, strict: true }, context, publish);
      await expect(strict).rejects.toMatchObject({ code: name === "failing" ? "UNSUPPORTED" : "BAD_USAGE" });
    }
  });
});

it("keeps what transforms made of a model apart in the cache", async () => {
  const path = mkdtempSync(join(tmpdir(), "hodu-rewritten-"));
  const cache = openCache({ path, maxBytes: 1e8, maxAge: 1e8 });
  const read = await readModel(modelOf("Neg"), { format: onnx.formats!["onnx"], context }, () => {});
  const { graph } = read.snapshot;
  const changed = { ...read.snapshot, graph: { ...graph, nodes: [{ ...graph.nodes[0], op: "Abs" }] } };
  const plain = await cache.hashModel(read, context);
  expect(await cache.hashModel({ ...read, snapshot: changed, isRewritten: true }, context)).not.toBe(plain);
  expect(await cache.hashModel({ ...read, isRewritten: true }, context)).not.toBe(plain);
  rmSync(path, { recursive: true });
});

it("names the domain, and how to get its operators, where no plugin offers them", async () => {
  const read = readModel(modelOf("Twice"), { format: onnx.formats!["onnx"], context }, () => {});
  await expect(read).rejects.toMatchObject({
    code: "UNSUPPORTED",
    hint: 'hodu plugin install NAME, where NAME is a plugin with the operators of "com.example"',
  });
});
