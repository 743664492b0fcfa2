import { GraphBuilder, tensorFrom, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import type { Component, Manifest } from "../contracts/manifest.ts";
import type { OperatorPlugin } from "../contracts/operator.ts";
import type { KnownPlugin, Plugin } from "../contracts/plugin.ts";
import { defineTransform, type TransformFunction } from "../define-transform.ts";
import type { ContractTest } from "./contract-test.ts";
import { extensionSuite } from "./extension-suite.ts";
import { operatorSuite } from "./operator-suite.ts";
import { transformSuite } from "./transform-suite.ts";

function pluginOf(component: Component, plugin: Plugin): KnownPlugin {
  const manifest: Manifest = {
    id: "hodu-test",
    version: "1.0.0",
    description: "A test.",
    author: "The Hodu authors",
    license: "Apache-2.0",
    sdk: "^0.3.0",
    components: [component],
  };
  return { ...plugin, manifest };
}

/** The names of the tests that fail. */
async function failing(tests: readonly ContractTest[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of tests) await run().catch(() => failed.push(name));
  return failed;
}

function negTwice() {
  const builder = new GraphBuilder("g");
  const [once] = builder.node("Neg", [builder.input("x", tensorType("f32", [2]))]);
  builder.output(builder.node("Neg", [once], {}, { outputs: ["y"] })[0]);
  return builder.build();
}

const x = { name: "x", value: tensorFrom("f32", [2], [1, -2]) };
const fixture = { name: "Neg of Neg", model: negTwice(), inputs: [x] };

const transformTests = (run: TransformFunction): readonly ContractTest[] => {
  const transforms = { t: defineTransform({ name: "t", stage: "cleanup" }, run) };
  const plugin = pluginOf({ kind: "transform", name: "t", stage: "graph_cleanup" }, { transforms });
  return transformSuite(() => plugin, [fixture]);
};

it("finds nothing wrong with a transform that keeps its promises", async () => {
  const tests = transformTests(({ graph: { nodes } }) => {
    if (nodes.length < 2) return [];
    const identity = { ...nodes[1], op: "Identity", inputs: ["x"] };
    return [{ pattern: "Neg+Neg", remove: nodes.map(({ name }) => name), add: [identity], weights: [], rename: [] }];
  });
  expect(await failing(tests)).toEqual([]);
});

it("finds a transform that changes results, the model, or its mind, or never ends", async () => {
  const rename = (op: string) =>
    transformTests(({ graph: { nodes } }) => {
      if (nodes[1].op === op) return [];
      return [{ pattern: "p", remove: [nodes[1].name], add: [{ ...nodes[1], op }], weights: [], rename: [] }];
    });
  expect(await failing(rename("Abs"))).toEqual(["leaves what Neg of Neg computes as it is"]);
  expect(await failing(rename("NoSuch"))).toEqual([
    "makes a valid model of Neg of Neg, and finds nothing more in the end",
    "leaves what Neg of Neg computes as it is",
  ]);
  let calls = 0;
  const endless = transformTests(({ graph: { nodes } }) => [
    { pattern: `call ${calls++}`, remove: [nodes[1].name], add: [nodes[1]], weights: [], rename: [] },
  ]);
  expect(await failing(endless)).toEqual([
    "gives patches for Neg of Neg that are data, the same each time",
    "makes a valid model of Neg of Neg, and finds nothing more in the end",
    "leaves what Neg of Neg computes as it is",
  ]);
  const model = negTwice();
  const writing = defineTransform({ name: "t", stage: "cleanup" }, ({ graph }) => {
    (graph.nodes as unknown[]).pop();
    return [];
  });
  const plugin = pluginOf({ kind: "transform", name: "t", stage: "graph_cleanup" }, { transforms: { t: writing } });
  expect(await failing(transformSuite(() => plugin, [{ name: "m", model }]))).toEqual(["leaves m itself as it is"]);
});

const shop: OperatorPlugin = {
  infer: async (_node, [type]) => [type],
  async lower({ graph }) {
    return graph.nodes.map((node) => ({
      pattern: "Twice",
      remove: [node.name],
      add: [{ ...node, op: "Add", domain: "", inputs: [...node.inputs, ...node.inputs] }],
      weights: [],
      rename: [],
    }));
  },
  run: async (_node, [value]) => {
    if (value?.kind !== "tensor") throw new Error("no tensor");
    return [
      tensorFrom(
        "f32",
        value.shape,
        Array.from(value.data as Float32Array, (element) => 2 * element),
      ),
    ];
  },
  async samples() {
    const node = { op: "Twice", domain: "d", name: "n", inputs: ["x"], outputs: ["y"], attributes: [], origin: [] };
    return [{ node, inputs: [x] }];
  },
};

const operatorTests = (operator: OperatorPlugin, operators = ["Twice"]): readonly ContractTest[] =>
  operatorSuite(() =>
    pluginOf({ kind: "operator", name: "shop", domain: "d", operators }, { operators: { shop: operator } }),
  );

it("holds operators to their promises", async () => {
  expect(await failing(operatorTests(shop))).toEqual([]);
  expect(await failing(operatorTests(shop, ["Twice", "Half"]))).toEqual(["has samples for each of its operators"]);
  const mute: OperatorPlugin = {
    infer: (node, inputs) => shop.infer(node, inputs),
    samples: () => shop.samples!(),
  };
  expect(await failing(operatorTests(mute))).toEqual(["lowers its operators, or has a reference for them"]);
  const wrong = { ...shop, run: async () => [tensorFrom("f32", [3], [0, 0, 0])] };
  expect(await failing(operatorTests(wrong))).toEqual([
    "infers the types of what its operators give",
    "gives the same lowered as by its reference",
  ]);
});

const extensionTests = (life: Plugin): readonly ContractTest[] =>
  extensionSuite(() => pluginOf({ kind: "extension", name: "e" }, life));

it("holds extensions to their promises", async () => {
  const service = { name: "s", methods: ["answer"] as const };
  const good: Plugin = {
    onLoad: (context) => context.registerService(service as never, { answer: () => 42 }),
    onEvent: () => {},
  };
  expect(await failing(extensionTests(good))).toEqual([]);
  expect(await failing(extensionTests({}))).toEqual(["does something when it is loaded, or hears of events"]);
  const hollow: Plugin = { onLoad: (context) => context.registerService(service as never, {}) };
  expect(await failing(extensionTests(hollow))).toEqual(["offers services that have their methods"]);
  const picky: Plugin = {
    onEvent: ({ type }) => {
      if (type === "Telemetry") throw new Error("no");
    },
  };
  expect(await failing(extensionTests(picky))).toEqual([
    "takes every event, also those that tell it nothing",
    "publishes no more of its own than a bus would take",
  ]);
  const echoing: Plugin = { onEvent: (event, context) => context.eventBus.publish(event) };
  expect(await failing(extensionTests(echoing))).toEqual(["publishes no more of its own than a bus would take"]);
});
