import { bytesSink, bytesSource, type CallContext, GraphBuilder, tensorFrom, tensorType } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import npy from "../../plugins/format-npy/src/index.ts";
import onnx from "../../plugins/format-onnx/src/index.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

it("reads and writes models that are bytes, with any format (H-088, H-090)", async () => {
  const builder = new GraphBuilder("g");
  const [y] = builder.node("Relu", [builder.input("x", tensorType("f32", [2]))], {}, { outputs: ["y"] });
  builder.output(y);
  const sink = bytesSink("m.onnx");
  const format = onnx.formats!["onnx"];
  await format.saveModel!({ snapshot: builder.build(), source: undefined }, sink, {}, context);
  const { graph } = await format.loadModel!(bytesSource("m.onnx", sink.bytes()), context);
  expect(graph.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual([["Relu", ["x"], ["y"]]]);
});

it("reads and writes tensors that are bytes, with any format (H-092, H-094)", async () => {
  const sink = bytesSink("x.npy");
  const format = npy.formats!["npy"];
  const file = { values: [{ name: "", value: tensorFrom("i16", [2], [1, -2]) }], metadata: [] };
  await format.saveTensors!(file, sink, context);
  expect(await format.loadTensors!(bytesSource("x.npy", sink.bytes()), {}, context)).toEqual(file);
});
