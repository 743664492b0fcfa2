import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { type CallContext, tensorOf } from "hodu-plugin-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProcesses, type Processes } from "./build-processes.ts";
import { echoManifest } from "./fixtures/echo-plugin.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
let processes: Processes;
let echo: LoadedPlugin;
beforeAll(async () => {
  processes = await buildProcesses();
  echo = await loadInChild(echoManifest, processes.program("echo"));
});
afterAll(async () => {
  await echo.dispose();
  processes.remove();
});

it("moves 100 MB", async () => {
  const backend = echo.backends!.echo;
  const artifact = {
    backend: "x",
    version: "1",
    device: "cpu",
    precision: "native",
    bytes: new Uint8Array(8),
  } as const;
  const session = await backend.load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
  const data = new Float32Array(25e6).fill(1.5);
  const value = tensorOf("f32", [25e6], data);
  for (let i = 0; i < 5; i++) {
    const t0 = performance.now();
    await session.run([{ name: "x", value }], { outputs: [] }, context);
    const t1 = performance.now();
    const { outputs } = await session.run([{ name: "x", value }], {}, context);
    const t2 = performance.now();
    console.log("there", (t1 - t0).toFixed(1), "both", (t2 - t1).toFixed(1), outputs.length);
  }
  await session.dispose();
});
