import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import {
  type CallContext,
  GraphBuilder,
  type Snapshot,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
} from "hodu-plugin-sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LANGUAGES, partsManifest, type PartsPlugins, partsPlugins } from "./parts-plugin.ts";
import { World } from "./world.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

let plugins: PartsPlugins;
beforeAll(() => {
  plugins = partsPlugins();
}, 120_000);
afterAll(() => plugins.remove());

function twoRelus(): Snapshot {
  const builder = new GraphBuilder("g");
  const [once] = builder.node("Relu", [builder.input("x", tensorType("f32", [2]))]);
  const [twice] = builder.node("Relu", [once]);
  builder.output(twice);
  return builder.build();
}

for (const { language, isHere, title } of LANGUAGES) {
  describe.skipIf(!isHere)(`a plugin with all parts, ${title}`, () => {
    let plugin: LoadedPlugin;
    let world: World;
    beforeEach(async () => {
      plugin = await loadInChild(partsManifest, plugins.program[language]);
      world = new World(partsManifest.id);
    });
    afterEach(() => plugin.dispose());

    it("gives the patches of transforms, with their settings", async () => {
      const model = twoRelus();
      const [first] = model.graph.nodes;
      const expected = { pattern: "p", remove: [first.name], add: [], weights: [], rename: [[first.outputs[0], "x"]] };
      for (const transform of [plugin.transforms!["relu-of-relu"], plugin.hwTransforms!["fold"]]) {
        const [patch, ...others] = await transform.apply(model, { pattern: "p", deep: [1, { a: null }] }, context);
        expect(patch).toMatchObject(expected);
        expect(others).toEqual([]);
      }
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

    it("answers for kernels and what makes them", async () => {
      const [node] = twoRelus().graph.nodes;
      const { matmul } = plugin.kernels!;
      expect(await matmul.matches(node, twoRelus())).toBe("it computes MatMul, not Relu");
      expect(await matmul.matches({ ...node, op: "MatMul" }, twoRelus())).toBe(true);
      expect(await matmul.parameters(node, twoRelus())).toEqual([
        ["PE", 2],
        ["SIMD", Infinity],
      ]);
      const files = await plugin.kernelBackends!["matmul-hls"].generate(node, [["PE", 2]], context);
      expect(files).toEqual([[`${node.name}.cpp`, "PE"]]);
    });

    it("hears events that it subscribed to, and publishes its own, until it has had enough", async () => {
      await plugin.onLoad!(world);
      await world.tell("Telemetry", { type: "Telemetry", name: "loss", value: 0.5 });
      const data = { name: "loss", value: 0.5, count: 6 };
      expect(world.published).toEqual([{ type: "Custom", eventType: "counted", data }]);
      const failing = world.tell("Telemetry", { type: "Telemetry", name: "fail", value: 1 });
      await expect(failing).rejects.toThrow("hear that");
      await world.tell("Telemetry", { type: "Telemetry", name: "stop", value: 1 });
      await world.tell("Telemetry", { type: "Telemetry", name: "loss", value: 2 });
      expect(world.published).toHaveLength(1);
      await plugin.onUnload!(world);
      expect(world.published.at(-1)).toEqual({ type: "Custom", eventType: "counted", data: "gone" });
    });

    it("serves others, and calls what they serve", async () => {
      world.services.set("oracle", { answer: async (data: unknown) => ({ to: data }) });
      await plugin.onLoad!(world);
      const counter = world.services.get("counter") as Record<
        string,
        (...data: readonly unknown[]) => Promise<unknown>
      >;
      expect(await counter["add"](2, { by: "me" })).toBe(7);
      expect(await counter["add"](1, {})).toBe(8);
      expect(world.logs).toEqual(["by me"]);
      const data = [
        -(1n << 62n),
        new Uint8Array([1, 2]),
        tensorFrom("f32", [1], [3]),
        -0,
        Number.NaN,
        [null, { a: "b" }],
      ];
      expect(await counter["echo"](...data)).toEqual(data);
      await world.tell("ask", { type: "Custom", eventType: "ask", data: "what" });
      expect(world.published.at(-1)).toMatchObject({ data: { to: "what" } });
      await plugin.onEvent!({ type: "EpochEnd", epoch: 1 }, world);
      expect(await counter["add"](0, {})).toBe(108);
    });

    it("fails to load with what its load fails with", async () => {
      world.config.set("fail", "yes");
      await expect(plugin.onLoad!(world)).rejects.toMatchObject({
        code: "CONFIG",
        where: { plugin: partsManifest.id },
      });
    });

    it("gives values of any kind and size as they came, and what the host keeps", async () => {
      const backend = plugin.backends!["faulty"];
      const model = { snapshot: twoRelus(), source: undefined };
      const artifact = await backend.compile(model, { device: "none", precision: "native" }, context);
      const kept = new Map<string, Uint8Array>();
      const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
        const bytes = kept.get(key) ?? (await make());
        kept.set(key, bytes);
        return bytes;
      };
      const session = await backend.load(artifact, undefined, { threads: 1, maxMemory: Infinity, keep }, context);
      const element = tensorType("f32", [1]);
      const inputs = [
        { name: "items", value: { kind: "sequence", element, items: [tensorFrom("f32", [1], [-0])] } },
        { name: "none", value: { kind: "optional", element } },
        {
          name: "map",
          value: { kind: "map", key: "i64", element, keys: [2n ** 60n], values: [tensorFrom("f32", [1], [1])] },
        },
        {
          name: "small",
          value: { kind: "map", key: "i32", element, keys: [-7], values: [tensorFrom("f32", [1], [1])] },
        },
        { name: "texts", value: tensorFrom("string", [2], ["", "한\0"]) },
      ] as const;
      for (const size of [65_536, 9_000_001, 9_000_000, 20_000_000]) {
        const large = { name: "large", value: tensorOf("u8", [size], new Uint8Array(size).fill(size % 251)) };
        const [back] = (await session.run([large], { outputs: ["large"] }, context)).outputs;
        expect(Buffer.compare((back.value as Tensor).data as Uint8Array, large.value.data as Uint8Array)).toBe(0);
      }
      const names = inputs.map(({ name }) => name);
      expect((await session.run(inputs, { outputs: names }, context)).outputs).toEqual(inputs);
      for (const bytes of [
        [1, 2],
        [3, 4],
      ]) {
        const value = tensorFrom("u8", [2], bytes);
        const { outputs } = await session.run([{ name: "kept", value }], {}, context);
        expect(outputs).toEqual([{ name: "kept", value: tensorFrom("u8", [2], [1, 2]) }]);
      }
      await session.dispose();
    });
  });
}
