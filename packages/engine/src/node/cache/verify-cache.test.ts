import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallContext } from "hodu-plugin-sdk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cacheKey } from "../../cache/cache-key.ts";
import { type CacheOptions, openCache } from "./open-cache.ts";
import { removeDamaged, verifyCache } from "./verify-cache.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const never = new AbortController().signal;
let options: CacheOptions;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "hodu-cache-"));
  options = { path: join(folder, "cache"), maxBytes: 1 << 30, maxAge: 1e9 };
  for (const model of [1, 2, 3]) await keep(model);
});
afterEach(() => rmSync(join(options.path, ".."), { recursive: true }));

async function keep(model: number): Promise<void> {
  const key = cacheKey({
    model: String(model).padStart(64, "0"),
    format: "onnx 1",
    build: "b",
    backend: "cpu",
    plugin: "hodu-backend-cpu 1",
    identity: "gcc 12",
    options: { device: "cpu", precision: "native" },
  });
  const bytes = new Uint8Array(1000).fill(model);
  const artifact = { backend: "hodu-backend-cpu", version: "1", device: "cpu", precision: "native", bytes } as const;
  await openCache(options).getOrMake(key, async () => artifact, { model: undefined }, context);
}

const place = (model: number): string => {
  const folder = join(options.path, "compile");
  const name = readdirSync(folder).find(
    (one) => one.startsWith(String(model).padStart(64, "0")) && one.endsWith(".cache"),
  );
  return join(folder, name!);
};

it("finds nothing in a cache that is whole, or not there", async () => {
  expect(await verifyCache(options, never)).toEqual({ damaged: [], left: 0 });
  expect(await verifyCache({ path: join(options.path, "none") }, never)).toEqual({ damaged: [], left: 0 });
});

it("finds a byte that changed and a file under the name of another, and removes those alone", async () => {
  const bytes = readFileSync(place(1));
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(place(1), bytes);
  const foreign = place(2).replace(/-[0-9a-f]{16}\.cache$/, "-0123456789abcdef.cache");
  copyFileSync(place(2), foreign);
  const { damaged } = await verifyCache(options, never);
  expect(new Map(damaged.map(({ entry, why }) => [entry.path, why]))).toEqual(
    new Map([
      [place(1), "the digest of its block 0 is another"],
      [foreign, "it is another model's, or was compiled otherwise"],
    ]),
  );
  expect(await removeDamaged(options, damaged)).toEqual(damaged);
  expect(existsSync(foreign)).toBe(false);
  expect(await verifyCache(options, never)).toEqual({ damaged: [], left: 0 });
  expect([place(2), place(3)].every((path) => existsSync(path))).toBe(true);
});

it("ends when its time is over, and says how many are left", async () => {
  expect(await verifyCache(options, AbortSignal.abort())).toEqual({ damaged: [], left: 3 });
});
