import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadInChild } from "@hodu/plugin-host";
import { type CallContext, type Tensor, tensorOf } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { compileC } from "./compile-c.ts";
import { hasC } from "./example-plugins.ts";
import { partsManifest } from "./parts-plugin.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const plugin = fileURLToPath(new URL("fixtures/parts_c/plugin.c", import.meta.url));
const empty = { name: "", inputs: [], outputs: [], weights: [], nodes: [], values: [] };
const snapshot = { graph: empty, stores: [], metadata: [], producer: "" };

/** Files in memory of hosts in this process: each was made for a part because all others held one. */
function hostFiles(): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return /\/hodu-.*\/h[0-9]+/.test(readlinkSync(join("/proc/self/fd", descriptor)));
    } catch {
      return false;
    }
  }).length;
}

it.skipIf(!hasC || process.platform !== "linux")(
  "a plugin in C gives back what calls lent to it that fail or are cancelled (skipped where there is no cc)",
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "hodu-c-memory-"));
    compileC([plugin, "hodu_plugin.c"], join(folder, "plugin"));
    const loaded = await loadInChild(partsManifest, { command: join(folder, "plugin"), arguments: [] });
    const backend = loaded.backends!["faulty"];
    const model = { snapshot, source: undefined };
    const artifact = await backend.compile(model, { device: "none", precision: "native" }, context);
    const keep = (): Promise<Uint8Array> => new Promise(() => {});
    const session = await backend.load(artifact, undefined, { threads: 1, maxMemory: Infinity, keep }, context);
    const value = tensorOf("u8", [2 ** 20], new Uint8Array(2 ** 20).fill(7));
    await session.run([{ name: "x", value }], { outputs: [] }, context);
    const before = hostFiles();
    expect(before).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) {
      const failing = session.run([{ name: "x", value }], { outputs: ["y"] }, context);
      await expect(failing).rejects.toMatchObject({ code: "MISSING_INPUT" });
      const given = new AbortController();
      const waiting = session.run([{ name: "kept", value }], {}, { ...context, signal: given.signal });
      setTimeout(() => given.abort(), 5);
      await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    }
    const [x] = (await session.run([{ name: "x", value }], { outputs: ["x"] }, context)).outputs;
    expect(Buffer.compare((x.value as Tensor).data as Uint8Array, value.data as Uint8Array)).toBe(0);
    expect(hostFiles() - before).toBeLessThan(5);
    await loaded.dispose();
    rmSync(folder, { recursive: true });
  },
);
