import { type LoadedPlugin, loadInChild, loadInProcess } from "@hodu/plugin-host";
import {
  bytesSink,
  bytesSource,
  type CallContext,
  GraphBuilder,
  type HoduEvent,
  type Listener,
  numbers,
  type PluginContext,
  type Snapshot,
  tensorFrom,
  tensorType,
} from "hodu-plugin-sdk";
import { extensionSuite, operatorSuite, transformSuite } from "hodu-plugin-sdk/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildProcesses, type Processes } from "./build-processes.ts";
import parts, { COUNTER, type Counter, partsManifest } from "./fixtures/parts-plugin.ts";
import { describeBothWays } from "./suites.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

let processes: Processes;
beforeAll(async () => {
  processes = await buildProcesses();
});
afterAll(() => processes.remove());

/** What a plugin's life is tried with: a bus and services as they are told of. */
class World implements PluginContext {
  readonly plugin = partsManifest.id;
  readonly config: Map<string, string> = new Map([["start", "5"]]);
  readonly published: HoduEvent[] = [];
  readonly logs: string[] = [];
  readonly services = new Map<string, object>();
  readonly #listeners = new Map<string, Listener<HoduEvent>[]>();
  readonly eventBus = {
    publish: async (event: HoduEvent): Promise<void> => {
      this.published.push(event);
    },
  };

  subscribe(name: string, listener: Listener<never>): () => void {
    const all = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...all, listener as Listener<HoduEvent>]);
    return () => this.#listeners.delete(name);
  }

  registerService(service: { readonly name: string }, implementation: object): void {
    this.services.set(service.name, implementation);
  }

  getService<T extends object>({ name }: { readonly name: string }): T | undefined {
    return this.services.get(name) as T | undefined;
  }

  log(_level: string, message: string): void {
    this.logs.push(message);
  }

  async tell(name: string, event: HoduEvent): Promise<void> {
    for (const listener of this.#listeners.get(name) ?? []) await listener(event);
  }
}

function twoRelus(): Snapshot {
  const builder = new GraphBuilder("g");
  const [once] = builder.node("Relu", [builder.input("x", tensorType("f32", [2]))]);
  const [twice] = builder.node("Relu", [once]);
  builder.output(twice);
  return builder.build();
}

const x = { name: "x", value: tensorFrom("f32", [2], [1, -3]) };
describeBothWays(parts, partsManifest, () => processes.program("parts"), {
  each: (load) => [
    ...transformSuite(load, [{ name: "two Relus", model: twoRelus(), inputs: [x], patches: 1 }], {
      transform: "relu-of-relu",
    }),
    ...operatorSuite(load),
    ...extensionSuite(load),
  ],
  both: () => [],
});

describe.each([
  ["in process", () => loadInProcess(partsManifest, async () => parts)],
  ["in a process of its own", async () => loadInChild(partsManifest, await processes.program("parts"))],
] as const)("a plugin with all parts, %s", (_way, load) => {
  let plugin: LoadedPlugin;
  let world: World;
  beforeEach(async () => {
    plugin = await load();
    world = new World();
  });
  afterEach(() => plugin.dispose());

  it("gives the patches of a transform, with its settings, and says what it is (B-111)", async () => {
    const transform = plugin.transforms!["relu-of-relu"];
    expect(transform.info).toMatchObject({ name: "relu-of-relu", stage: "graph_cleanup", version: "1.2.0" });
    const model = twoRelus();
    const patches = await transform.apply(model, { pattern: "p", deep: [1, { a: null }] }, context);
    const [first] = model.graph.nodes;
    expect(patches).toEqual([
      { pattern: "p", remove: [first.name], add: [], weights: [], rename: [[first.outputs[0], "x"]] },
    ]);
  });

  it("passes on what a transform throws, with the plugin's name", async () => {
    await expect(plugin.transforms!["failing"].apply(twoRelus(), {}, context)).rejects.toMatchObject({
      code: "UNSUPPORTED",
      where: { plugin: partsManifest.id },
    });
  });

  it("infers, lowers and runs the operators of a domain", async () => {
    const shop = plugin.operators!["shop"];
    const samples = await shop.samples!();
    expect(samples.map(({ node }) => node.op)).toEqual(["Twice", "Half"]);
    const [{ node: twice }, { node: half, inputs }] = samples;
    const type = tensorType("f32", [2]);
    expect(await shop.infer(twice, [type])).toEqual([type]);
    expect(await shop.infer(twice, [undefined])).toEqual([undefined]);
    await expect(shop.infer({ ...twice, inputs: [] }, [])).rejects.toMatchObject({ code: "INVALID_GRAPH" });
    const model = twoRelus();
    const [patch] = await shop.lower!({ ...model, graph: { ...model.graph, nodes: [twice, half] } }, context);
    expect(patch).toMatchObject({ remove: ["twice"], add: [{ op: "Add", domain: "", inputs: ["x", "x"] }] });
    expect(await shop.run!(half, [inputs[0].value], context)).toEqual([tensorFrom("f32", [2], [0.5, -1.5])]);
    await expect(shop.run!(twice, [inputs[0].value], context)).rejects.toMatchObject({ code: "KERNEL" });
  });

  it("asks kernels and what makes them", async () => {
    const [node] = twoRelus().graph.nodes;
    const { matmul } = plugin.kernels!;
    expect(await matmul.matches(node, twoRelus())).toBe("it computes MatMul, not Relu");
    expect(await matmul.matches({ ...node, op: "MatMul" }, twoRelus())).toBe(true);
    const parameters = await matmul.parameters(node, twoRelus());
    expect(parameters).toEqual([
      ["PE", 2],
      ["SIMD", Infinity],
    ]);
    const files = await plugin.kernelBackends!["matmul-hls"].generate(node, parameters, context);
    expect(files).toEqual([[`${node.name}.cpp`, '["PE","SIMD"]']]);
    expect(await plugin.hwTransforms!["fold"].apply(twoRelus(), {}, context)).toHaveLength(1);
  });

  it("builds files for a target that it names, each beside the other (H-081, H-082, H-083, H-084)", async () => {
    const { maker } = plugin.backends!;
    const [target] = await maker.supportedTargets!();
    expect(await maker.supportedFormats!({ ...target, triple: "other" })).toEqual([]);
    const [format] = await maker.supportedFormats!(target);
    const sink = bytesSink("m.txt");
    const source = bytesSource("m.onnx", Uint8Array.of(1, 2, 3));
    await maker.build!({ snapshot: twoRelus(), source }, target, format, sink, context);
    expect(new TextDecoder().decode(sink.bytes())).toBe("g test-unknown-none text");
    expect([...sink.siblings].map(([name, file]) => [name, [...file.bytes()]])).toEqual([["m.txt.weights", [1, 2, 3]]]);
  });

  it("keeps what a session makes where the host keeps it, made once", async () => {
    const { maker } = plugin.backends!;
    const kept = new Map<string, Uint8Array>();
    const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const bytes = kept.get(key) ?? (await make());
      kept.set(key, bytes);
      return bytes;
    };
    const options = { threads: 1, maxMemory: 1e6 };
    const model = { snapshot: twoRelus(), source: undefined };
    const artifact = await maker.compile(model, { device: "cpu", precision: "native" }, context);
    const session = await maker.load(artifact, undefined, { ...options, keep }, context);
    const run = async (seed: number): Promise<readonly number[]> => {
      const [{ value }] = (await session.run([], { seed }, context)).outputs;
      return value.kind === "tensor" ? Array.from(numbers(value)) : [];
    };
    expect(await Promise.all([run(7), run(8)])).toEqual([
      [7, 1],
      [8, 2],
    ]);
    expect(await run(7)).toEqual([7, 1]);
    kept.set("seed 9", Uint8Array.of(9, 99));
    expect(await run(9)).toEqual([9, 99]);
    await session.dispose();
    const plain = await maker.load(artifact, undefined, options, context);
    expect((await plain.run([], { seed: 1 }, context)).outputs).toHaveLength(1);
  });

  it("hears events that it subscribed to, and publishes its own, until it has had enough", async () => {
    await plugin.onLoad!(world);
    await world.tell("Telemetry", { type: "Telemetry", name: "loss", value: 0.5 });
    expect(world.published).toEqual([
      { type: "Custom", eventType: "counted", data: { name: "loss", value: 0.5, count: 6 } },
    ]);
    await expect(world.tell("Telemetry", { type: "Telemetry", name: "fail", value: 1 })).rejects.toThrow("hear that");
    await world.tell("Telemetry", { type: "Telemetry", name: "stop", value: 1 });
    await world.tell("Telemetry", { type: "Telemetry", name: "loss", value: 2 });
    expect(world.published).toHaveLength(1);
    await plugin.onUnload!(world);
    expect(world.published.at(-1)).toEqual({ type: "Custom", eventType: "counted", data: "gone" });
  });

  it("serves others, and calls what they serve", async () => {
    world.services.set("oracle", { answer: async (data: unknown) => ({ to: data }) });
    await plugin.onLoad!(world);
    const counter = world.getService<Counter>(COUNTER)!;
    expect(await counter.add(2, { by: "me" })).toBe(7);
    expect(await counter.add(1, {})).toBe(8);
    expect(world.logs).toEqual(["by me"]);
    const data = [-(1n << 62n), new Uint8Array([1, 2]), tensorFrom("f32", [1], [3]), -0, [null, { a: "b" }]];
    expect(await counter.echo(...data)).toEqual(data);
    await world.tell("ask", { type: "Custom", eventType: "ask", data: "what" });
    expect(world.published.at(-1)).toMatchObject({ data: { to: "what" } });
    await plugin.onEvent!({ type: "EpochEnd", epoch: 1 }, world);
    expect(await counter.add(0, {})).toBe(108);
  });

  it("fails to load with what onLoad throws", async () => {
    world.config.set("fail", "yes");
    await expect(plugin.onLoad!(world)).rejects.toMatchObject({ code: "CONFIG", where: { plugin: partsManifest.id } });
  });
});

it("makes a load fail when the host refuses a service", async () => {
  const plugin = await loadInChild(partsManifest, await processes.program("parts"));
  const world = new World();
  world.registerService = () => {
    throw new TypeError("no services here");
  };
  await expect(plugin.onLoad!(world)).rejects.toThrow("no services here");
  await expect(plugin.onUnload!(world)).rejects.toMatchObject({ code: "BAD_USAGE" });
  await plugin.dispose();
});
