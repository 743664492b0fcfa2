import { fileURLToPath } from "node:url";
import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { type CallContext, type Session, type Tensor, tensorOf } from "hodu-plugin-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasPython } from "./example-plugins.ts";
import { partsManifest } from "./parts-plugin.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const program = {
  command: "python3",
  arguments: [fileURLToPath(new URL("fixtures/parts.py", import.meta.url))],
  environment: { PYTHONDONTWRITEBYTECODE: "1" },
};
const KIB = 1024;
const MIB = 1024 * KIB;

const bytesOf = (size: number, text: string): Uint8Array => new Uint8Array(Buffer.alloc(size, `${text}, `));

const isSame = (value: unknown, bytes: Uint8Array): boolean =>
  Buffer.compare((value as Tensor).data as Uint8Array, bytes) === 0;

/** Sends bytes on a session that keeps them until the next call under that name; gives whether they came back. */
async function echo(session: Session, name: string, bytes: Uint8Array): Promise<boolean> {
  const value = tensorOf("u8", [bytes.length], bytes);
  const [back] = (await session.run([{ name, value }], { outputs: [name] }, context)).outputs;
  return isSame(back.value, bytes);
}

describe.skipIf(!hasPython)("memory of a plugin in Python (skipped where there is no python3)", () => {
  let plugin: LoadedPlugin;
  let session: Session;
  beforeEach(async () => {
    plugin = await loadInChild(partsManifest, program);
    const artifact = {
      backend: partsManifest.id,
      version: partsManifest.version,
      device: "none",
      precision: "native",
      bytes: new Uint8Array(0),
    } as const;
    session = await plugin.backends!["faulty"].load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
  });
  afterEach(() => plugin.dispose());

  it("gives each of several calls at once its own bytes, as their sizes grow and shrink", async () => {
    const sizes = [64 * KIB, 5 * MIB, 100 * KIB, 16 * MIB, 1 * MIB, 12 * MIB, 70 * KIB, 16 * MIB];
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      const found: boolean[] = [];
      for (let i = 0; i < sizes.length; i++) {
        const bytes = bytesOf(sizes[(i + caller) % sizes.length], `${caller} ${i}`);
        found.push(await echo(session, `of ${caller}`, bytes));
      }
      return found;
    });
    expect(new Set((await Promise.all(callers)).flat())).toEqual(new Set([true]));
  });

  it("leaves what a run has kept as it was, whatever comes later", async () => {
    const first = bytesOf(2 * MIB, "first");
    await echo(session, "first", first);
    for (let i = 0; i < 6; i++) await echo(session, "other", bytesOf(2 * MIB, `${i}`));
    const [back] = (await session.run([], { outputs: ["first"] }, context)).outputs;
    expect(isSame(back.value, first)).toBe(true);
  });

  it("runs on where so much is kept that no file is free", async () => {
    const outputs = Array.from({ length: 70 }, (_, i) => `part ${i}`);
    for (const name of outputs) await echo(session, name, bytesOf(64 * KIB, name));
    const back = (await session.run([], { outputs }, context)).outputs;
    expect(back.filter(({ name, value }) => !isSame(value, bytesOf(64 * KIB, name)))).toEqual([]);
  });
});
