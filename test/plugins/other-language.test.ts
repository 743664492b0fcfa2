import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import {
  type ByteSink,
  bytesSink,
  bytesSource,
  type CallContext,
  GraphBuilder,
  HoduError,
  type Manifest,
  tensorFrom,
} from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const manifest: Manifest = {
  id: "hodu-test-bare",
  version: "1.0.0",
  description: "Reads and writes doubles, last first.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "format",
      name: "doubles",
      title: "Doubles",
      modelExtensions: [],
      tensorExtensions: [".f64"],
      capabilities: ["load_tensor", "save_tensor"],
    },
    { kind: "backend", name: "refuser", devices: ["cpu"], capabilities: ["run"] },
  ],
};

const program = {
  command: "python3",
  arguments: [fileURLToPath(new URL("fixtures/bare_plugin.py", import.meta.url))],
};
const hasPython = spawnSync("python3", ["--version"], { stdio: "ignore" }).error === undefined;

function context(messages: string[] = []): CallContext {
  return { signal: new AbortController().signal, log: (_, message) => void messages.push(message), progress() {} };
}

describe.skipIf(!hasPython)("a plugin in Python, without any SDK (skipped where there is no python3)", () => {
  let plugin: LoadedPlugin;
  beforeAll(async () => {
    plugin = await loadInChild(manifest, program);
  });
  afterAll(() => plugin.dispose());

  it("reads tensors, to the last bit", async () => {
    const values = [-0, Number.NaN, Infinity, 5e-324, 0.1];
    const bytes = new Uint8Array(Float64Array.from(values).buffer);
    const messages: string[] = [];
    const read = await plugin.formats!.doubles.loadTensors!(bytesSource("a.f64", bytes), {}, context(messages));
    expect(read).toEqual({
      values: [{ name: "", value: tensorFrom("f64", [5], values.toReversed()) }],
      metadata: [],
    });
    expect(messages).toEqual(["5 doubles"]);
  });

  it("reads a file of several megabytes", async () => {
    const bytes = new Uint8Array(8_000_000);
    const { values } = await plugin.formats!.doubles.loadTensors!(bytesSource("a.f64", bytes), {}, context());
    expect(values[0].value).toMatchObject({ dtype: "f64", shape: [1_000_000] });
  });

  it("writes tensors, to the last bit and in pieces, and refuses what it cannot hold", async () => {
    const format = plugin.formats!.doubles;
    const numbers = Array.from({ length: 300_000 }, (_, i) => i / 7 - 100);
    const value = tensorFrom("f64", [numbers.length], numbers);
    const sink = bytesSink("a.f64");
    await format.saveTensors!({ values: [{ name: "", value }], metadata: [] }, sink, context());
    expect(Buffer.compare(sink.bytes(), new Uint8Array(Float64Array.from(numbers).reverse().buffer))).toBe(0);
    const narrow = [{ name: "", value: tensorFrom("f32", [1], [1]) }];
    const refused = format.saveTensors!({ values: narrow, metadata: [] }, sink, context());
    await expect(refused).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: "Cannot write a.f64: it holds one tensor of doubles",
    });
    const full: ByteSink = {
      ...sink,
      write: () => Promise.reject(new HoduError("IO", "Cannot write: the disk is full")),
    };
    const failed = format.saveTensors!({ values: [{ name: "", value }], metadata: [] }, full, context());
    await expect(failed).rejects.toMatchObject({ code: "IO", message: "Cannot write: the disk is full" });
  });

  it("need not know what a host may do without, and is told of what it must know", async () => {
    const backend = plugin.backends!.refuser;
    const options = { device: "cpu", precision: "native" } as const;
    expect(await backend.available!("cpu")).toBe(true);
    expect(await backend.identity!(options)).toBeUndefined();
    const model = { snapshot: new GraphBuilder("empty").build(), source: undefined };
    const compiled = backend.compile(model, options, context());
    await expect(compiled).rejects.toMatchObject({ code: "PLUGIN_PROTOCOL", where: { plugin: "hodu-test-bare" } });
    await expect(compiled).rejects.toThrow("no method backend.compile");
  });

  it("refuses with its own words", async () => {
    const call = plugin.formats!.doubles.loadTensors!(bytesSource("odd.f64", new Uint8Array(7)), {}, context());
    await expect(call).rejects.toMatchObject({
      code: "BAD_TENSOR_FILE",
      message: "Cannot read odd.f64: its size is odd",
      where: { file: "odd.f64", plugin: "hodu-test-bare" },
    });
  });
});
