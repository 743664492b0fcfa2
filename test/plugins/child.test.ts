import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFile, writeFileSafely } from "@hodu/engine/node";
import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import {
  type Artifact,
  type ByteSink,
  bytesSink,
  bytesSource,
  type CallContext,
  denseData,
  GraphBuilder,
  type HoduError,
  type NamedValue,
  type Session,
  type Tensor,
  tensorFrom,
  tensorOf,
} from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifest as interpManifest } from "../../packages/engine/src/interp/manifest.ts";
import { buildProcesses, type Processes } from "./build-processes.ts";
import { echoManifest } from "./fixtures/echo-plugin.ts";

/** A file that is copied through a plugin, and what the host may hold meanwhile: buffers that wait to be collected. */
const LARGE_BYTES = 512 << 20;
const HELD_BYTES = 96 << 20;

const MEGABYTES_100 = 100_000_000;
const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const artifact: Artifact = {
  backend: "hodu-test-echo",
  version: "1.0.0",
  device: "cpu",
  precision: "native",
  bytes: new Uint8Array(0),
};

let processes: Processes;
let echo: LoadedPlugin;
let session: Session;
beforeAll(async () => {
  processes = await buildProcesses();
  echo = await loadInChild(echoManifest, await processes.program("echo"));
  session = await echo.backends!.echo.load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
});
afterAll(async () => {
  await session.dispose();
  await echo.dispose();
  processes.remove();
});

it("gives each of many calls at once its own values, though memory is used again", async () => {
  const size = 1 << 18;
  const call = async (fill: number, into?: Float32Array): Promise<void> => {
    const input = { name: "x", value: tensorFrom("f32", [size], new Array<number>(size).fill(fill)) };
    const options = into === undefined ? {} : { into: [{ name: "x", data: into }] };
    const { outputs } = await session.run([input], { outputs: ["x"], ...options }, context);
    const { data } = outputs[0].value as Tensor;
    expect([data.length, data.indexOf(fill as never), data.findIndex((value) => value !== fill)]).toEqual([
      size,
      0,
      -1,
    ]);
  };
  for (let round = 0; round < 4; round++) {
    await Promise.all([0, 1, 2, 3].map((i) => call(4 * round + i, i % 2 === 0 ? undefined : new Float32Array(size))));
  }
});

it("moves a tensor of 100 MB there and back", async () => {
  const data = Float32Array.from({ length: MEGABYTES_100 / 4 }, (_, i) => i);
  const input = { name: "x", value: tensorOf("f32", [data.length], data) };
  const { outputs } = await session.run([input], {}, context);
  expect(Buffer.compare(bytesOf(outputs[0].value), bytesOf(input.value))).toBe(0);
});

function bytesOf(value: NamedValue["value"]): Uint8Array {
  const data = denseData(value as Tensor) as Float32Array;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

it("answers a short call, and a cancel, while a long message is on its way", async () => {
  const data = new Float32Array(MEGABYTES_100 / 4);
  const input = { name: "x", value: tensorOf("f32", [data.length], data) };
  const order: string[] = [];
  const controller = new AbortController();
  const long = session.run([input, input, input], {}, context).then(() => order.push("long"));
  const cancelled = session.run([input], {}, { ...context, signal: controller.signal }).catch((error: unknown) => {
    order.push((error as HoduError).code);
  });
  const short = echo
    .backends!.echo.supports(
      { op: "Identity", domain: "", name: "n", inputs: [], outputs: [], attributes: [], origin: [] },
      [],
    )
    .then(() => order.push("short"));
  controller.abort();
  await Promise.all([long, cancelled, short]);
  expect(order[0]).toBe("short");
  expect(order).toContain("long");
});

it("moves views without their surroundings, wide tensors and nested values", async () => {
  const whole = tensorFrom("i16", [2, 3], [1, 2, 3, 4, 5, 6]);
  const transposed: Tensor = { ...whole, shape: [3, 2], strides: [1, 3] };
  const wide = tensorOf("f16", [2], Float64Array.of(1 / 3, -0));
  const inputs: readonly NamedValue[] = [
    { name: "t", value: transposed },
    { name: "w", value: wide },
    {
      name: "m",
      value: {
        kind: "map",
        key: "i64",
        element: { kind: "tensor", dtype: "f32" },
        keys: [2n ** 62n, -1n],
        values: [tensorFrom("f32", [], [1]), tensorFrom("f32", [], [2])],
      },
    },
    { name: "o", value: { kind: "optional", element: { kind: "tensor", dtype: "f32", shape: [2] } } },
  ];
  const { outputs } = await session.run(inputs, {}, context);
  expect(outputs.slice(1)).toEqual(inputs.slice(1));
  expect(outputs[0].value).toEqual(tensorFrom("i16", [3, 2], [1, 4, 2, 5, 3, 6]));
});

it("reads files and their siblings for the plugin, and passes on log, progress and refusals", async () => {
  const messages: string[] = [];
  const format = echo.formats!.echo;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const siblings = new Map([["b.echo", encode("bee")]]);
  const listening: CallContext = {
    ...context,
    log: (level, message) => void messages.push(`${level}: ${message}`),
    progress: (done, total, label) => void messages.push(`${done}/${total} ${label}`),
  };
  const { values } = await format.loadTensors!(bytesSource("a.echo", encode("b.echo\n"), siblings), {}, listening);
  expect(values.map(({ name, value }) => [name, (value as Tensor).shape])).toEqual([
    ["", [7]],
    ["b.echo", [3]],
  ]);
  expect(messages).toEqual(["info: read 7 bytes", "7/7 bytes"]);
  const hidden = new Map([[".env", encode("secret")]]);
  await expect(format.loadTensors!(bytesSource("a.echo", encode(".env\n"), hidden), {}, context)).rejects.toMatchObject(
    { code: "POLICY", where: { plugin: "hodu-test-echo" } },
  );
  const refused = format.loadTensors!(bytesSource("a.echo", encode("../etc/passwd\n"), siblings), {}, context);
  await expect(refused).rejects.toMatchObject({ code: "MISSING_INPUT", where: { plugin: "hodu-test-echo" } });
});

const bytesTensor = (...bytes: number[]): Tensor => tensorFrom("u8", [bytes.length], bytes);

it("writes files and their siblings for the plugin, and passes on the host's refusals", async () => {
  const format = echo.formats!.echo;
  const sink = bytesSink("a.echo");
  const values = [
    { name: "", value: bytesTensor(1, 2) },
    { name: "a.more", value: bytesTensor(3) },
    { name: "", value: bytesTensor(4) },
  ];
  await format.saveTensors!({ values, metadata: [] }, sink, context);
  expect([...sink.bytes()]).toEqual([1, 2, 4]);
  expect([...sink.siblings].map(([name, file]) => [name, ...file.bytes()])).toEqual([["a.more", 3]]);
  for (const name of ["../a.more", "a.more/../b", ".bashrc", "b.echo"]) {
    const outside = [{ name, value: bytesTensor(3) }];
    await expect(format.saveTensors!({ values: outside, metadata: [] }, sink, context)).rejects.toMatchObject({
      code: "POLICY",
      where: { plugin: "hodu-test-echo", file: "a.echo" },
    });
  }
});

it("asks a backend what this machine lacks for it, and what its artifacts depend on", async () => {
  const backend = echo.backends!.echo;
  expect(await backend.available!("cpu")).toBe(true);
  expect(await backend.available!("cuda:0")).toBe("there is no cuda:0 in an echo");
  const options = { device: "cpu", precision: "native", optLevel: 2, shapes: [{ name: "x", dims: [1, 3] }] } as const;
  const { precision: _, ...told } = options;
  expect(JSON.parse((await backend.identity!(options))!)).toEqual(told);
});

it("takes a backend that does not say so as able, and its artifacts as not to be kept", async () => {
  const plugin = await loadInChild(interpManifest, await processes.program("interp", "interpPlugin"));
  const backend = plugin.backends!.interp;
  expect(await backend.available!("cpu")).toBe(true);
  expect(await backend.identity!({ device: "cpu", precision: "native" })).toBeUndefined();
  await plugin.dispose();
});

describe("with files on the disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hodu-child-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("copies a large file through the plugin and holds little of it", async () => {
    const from = join(folder, "large.bin");
    writeFileSync(from, "start");
    truncateSync(from, LARGE_BYTES);
    const source = await openFile(from);
    let [written, most] = [0, 0];
    const before = process.memoryUsage.rss();
    const counting: ByteSink = {
      name: "copy",
      async write(bytes) {
        written += bytes.length;
        most = Math.max(most, process.memoryUsage.rss() - before);
      },
      sibling: async () => counting,
    };
    const snapshot = new GraphBuilder("empty").build();
    await echo.formats!.echo.saveModel!({ snapshot, source }, counting, {}, context);
    expect(written).toBe(LARGE_BYTES);
    expect(most).toBeLessThan(HELD_BYTES);
  });

  it("leaves the old file and nothing else when the plugin's process ends within a save", async () => {
    const path = join(folder, "m.echo");
    writeFileSync(path, "old");
    const plugin = await loadInChild(echoManifest, await processes.program("echo"));
    const values = [
      { name: "", value: bytesTensor(1) },
      { name: "m.exit", value: bytesTensor(1) },
    ];
    const save = writeFileSafely(path, {}, (sink) =>
      plugin.formats!.echo.saveTensors!({ values, metadata: [] }, sink, context),
    );
    await expect(save).rejects.toMatchObject({ code: "PLUGIN_CRASH" });
    await plugin.dispose();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name !== "large.bin")).toEqual(["m.echo"]);
  });
});

it("falls back to a pipe where there is no folder for temporary files", async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = "/nosuchfolder";
  const plugin = await loadInChild(echoManifest, await processes.program("echo")).finally(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
  const { values } = await plugin.formats!.echo.loadTensors!(bytesSource("a.echo", new Uint8Array(0)), {}, context);
  expect(values).toEqual([{ name: "", value: tensorFrom("u8", [0], []) }]);
  await plugin.dispose();
});
