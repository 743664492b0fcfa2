import { GraphBuilder, HoduError, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { bytesSink, bytesSource, type CallContext, type FormatPlugin, type HoduEvent } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { interpPlugin } from "./interp/plugin.ts";
import { openModel, readModel, saveModel } from "./pipeline.ts";

const source = bytesSource("m", new Uint8Array(0));
const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

function negation(): Snapshot {
  const graph = new GraphBuilder("negate");
  const [y] = graph.node("Neg", [graph.input("x", tensorType("f32", [2]))], {}, { outputs: ["y"] });
  graph.output(y);
  return graph.build();
}

test("a model goes through all stages, each told with its time", async () => {
  const events: string[] = [];
  const publish = (event: HoduEvent): void => {
    if (event.type === "StageEnd") expect(event.milliseconds).toBeGreaterThanOrEqual(0);
    if ("stage" in event) events.push(`${event.type} ${event.stage}`);
  };
  const format = { loadModel: async () => negation() };
  const model = await readModel(source, { format, context }, publish);
  const backend = interpPlugin.backends!.interp;
  const compile = { device: "cpu", precision: "native" } as const;
  const open = await openModel(model, { backend, compile, session: { threads: 0, maxMemory: 1e6 }, context }, publish);
  const { outputs } = await open.session.run([{ name: "x", value: tensorFrom("f32", [2], [1, 2]) }], {}, context);
  expect(outputs).toEqual([{ name: "y", value: tensorFrom("f32", [2], [-1, -2]) }]);
  expect(events).toEqual(
    ["load", "verify", "compile", "open"].flatMap((stage) => [`StageStart ${stage}`, `StageEnd ${stage}`]),
  );
});

test("a model is saved, as a stage", async () => {
  const events: string[] = [];
  const format: FormatPlugin = {
    saveModel: async ({ snapshot }, to, { opset }) =>
      to.write(new TextEncoder().encode(`${snapshot.graph.name} ${opset}`)),
  };
  const sink = bytesSink("m.x");
  const model = { snapshot: negation(), source: undefined };
  await saveModel(model, { format, sink, options: { opset: 17 }, context }, (event) => {
    if ("stage" in event) events.push(`${event.type} ${event.stage}`);
  });
  expect(new TextDecoder().decode(sink.bytes())).toBe("negate 17");
  expect(events).toEqual(["StageStart save", "StageEnd save"]);
});

test("what a format gives is verified", async () => {
  const broken = negation();
  const snapshot: Snapshot = { ...broken, graph: { ...broken.graph, outputs: [{ name: "nobody", type: undefined }] } };
  const format = { loadModel: async () => snapshot };
  const error: unknown = await readModel(source, { format, context }, () => {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HoduError);
  expect((error as HoduError).code).toBe("INVALID_GRAPH");
});
