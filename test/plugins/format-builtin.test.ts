import { formatsPlugin } from "@hodu/engine";
import { tensorFrom, tensorType } from "@hodu/core";
import { bytesSink, type CallContext, type TensorFile } from "hodu-plugin-sdk";
import { type FormatFixture, formatSuite, sameFormatSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import { modelOfEveryKind } from "../../packages/engine/src/formats/testing/model-of-every-kind.ts";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

const file: TensorFile = {
  values: [
    { name: "x", value: tensorFrom("f16", [2, 2], [1, -0, Number.NaN, 6e-8]) },
    { name: "__proto__", value: tensorFrom("u4", [3], [1, 2, 15]) },
    {
      name: "many",
      value: { kind: "sequence", element: tensorType("i64"), items: [tensorFrom("i64", [], [2n ** 60n])] },
    },
    { name: "none", value: { kind: "optional", element: tensorType("string") } },
  ],
  metadata: [["author", "somebody"]],
};

async function model(name: string, externalWeights: boolean): Promise<FormatFixture> {
  const snapshot = sound();
  const sink = bytesSink(name);
  await formatsPlugin.formats!.hdss.saveModel!({ snapshot, source: undefined }, sink, { externalWeights }, context);
  const siblings = new Map([...sink.siblings].map(([sibling, file]) => [sibling, file.bytes()]));
  return { name, kind: "model", bytes: sink.bytes(), siblings };
}

/** The model of every kind without what no verifier lets through: attributes that Reshape does not have. */
function sound(): ReturnType<typeof modelOfEveryKind> {
  const snapshot = modelOfEveryKind();
  const nodes = snapshot.graph.nodes.map((node) => ({ ...node, attributes: [] }));
  return { ...snapshot, graph: { ...snapshot.graph, nodes, values: [] } };
}

async function tensors(format: "hdt" | "json"): Promise<FormatFixture> {
  const sink = bytesSink(`x.${format}`);
  await formatsPlugin.formats![format].saveTensors!(file, sink, context);
  return { name: sink.name, kind: "tensors", bytes: sink.bytes() };
}

const fixtures = {
  hdss: [await model("m.hdss", false), await model("external.hdss", true)],
  hdt: [await tensors("hdt")],
  json: [await tensors("json")],
};

describe.each(["hdss", "hdt", "json"] as const)("the built-in format %s", (format) => {
  describeBothWays(
    formatsPlugin,
    formatsPlugin.manifest,
    async () => (await processes).program("formats", "formatsPlugin"),
    {
      each: (load) => formatSuite(load, fixtures[format], { format }),
      both: (one, other) => sameFormatSuite(one, other, fixtures[format], { format }),
    },
  );
});
