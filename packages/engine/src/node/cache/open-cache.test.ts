import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import type { Artifact, CallContext } from "hodu-plugin-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CacheKey, cacheKey } from "../../cache/cache-key.ts";
import { openFile } from "../file-source.ts";
import { ALIGNMENT, ALWAYS_CHECKED_BYTES, BLOCK_BYTES } from "./limits.ts";
import { cacheContents, cleanCache } from "./manage-cache.ts";
import { readMetadata } from "./metadata.ts";
import { hashModel } from "./model-hash.ts";
import { type CacheOptions, openCache } from "./open-cache.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
let folder: string;
let options: CacheOptions;
let told: string[];
const context: CallContext = {
  signal: new AbortController().signal,
  log: (level, message) => void told.push(`${level} ${message}`),
  progress() {},
};
const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-cache-"));
  options = { path: join(folder, "cache"), maxBytes: 1 << 30, maxAge: 30 * DAY_MS };
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keyOf(model: number, more: Partial<Parameters<typeof cacheKey>[0]> = {}): CacheKey {
  return cacheKey({
    model: String(model).padStart(64, "0"),
    format: "onnx 1",
    build: "b",
    backend: "cpu",
    plugin: "hodu-backend-cpu 1",
    identity: "gcc 12",
    options: { device: "cpu", precision: "native" },
    ...more,
  });
}

function artifactOf(length: number, fill = 7): Artifact {
  const bytes = new Uint8Array(length).fill(fill);
  return { backend: "hodu-backend-cpu", version: "1", device: "cpu", precision: "native", bytes };
}

/** Asks a cache opened anew, as another process would; whether it was there, and its bytes. */
async function ask(key: CacheKey, artifact = artifactOf(1000), model?: string) {
  let made = 0;
  const make = async (): Promise<Artifact> => {
    made += 1;
    return artifact;
  };
  const found = await openCache(options).getOrMake(key, make, { model }, context);
  expect(found.isCached).toBe(made === 0);
  return found;
}

const entries = (): string[] => readdirSync(join(options.path, "compile")).filter((name) => name.endsWith(".cache"));
const onlyEntry = (): string => join(options.path, "compile", entries()[0]);

describe("an artifact", () => {
  it("is made once and found from then on, with its report", async () => {
    const report = {
      optimizations: ["a"],
      kernels: 2,
      calls: [],
      arenaBytes: 64,
      constantBytes: 0,
      dumps: [],
      phases: [],
    };
    expect(await ask(keyOf(1), { ...artifactOf(1000), report })).toMatchObject({ isCached: false });
    const { artifact, isCached } = await ask(keyOf(1));
    expect(isCached).toBe(true);
    expect(artifact).toEqual({ ...artifactOf(1000), report, isVerified: true });
  });

  it("lies in a file named after the model's hash, the device and the backend, in a folder of the user alone", async () => {
    await ask(keyOf(1));
    expect(entries()[0]).toMatch(/^0{63}1_cpu_cpu-[0-9a-f]{16}\.cache$/);
    expect(readdirSync(join(options.path, "compile"))).toHaveLength(1);
    if (process.platform !== "win32") expect(statSync(join(options.path, "compile")).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["model", keyOf(2)],
    ["format", keyOf(1, { format: "onnx 2" })],
    ["build", keyOf(1, { build: "c" })],
    ["backend", keyOf(1, { backend: "wasm" })],
    ["version of its plugin", keyOf(1, { plugin: "hodu-backend-cpu 2" })],
    ["compiler", keyOf(1, { identity: "clang 14" })],
    ["device", keyOf(1, { options: { device: "cuda:0", precision: "native" } })],
    ["level", keyOf(1, { options: { device: "cpu", precision: "native", optLevel: 2 } })],
    ["shape", keyOf(1, { options: { device: "cpu", precision: "native", shapes: [{ name: "x", dims: [1, 2] }] } })],
    ["flag", keyOf(1, { options: { device: "cpu", precision: "native", reproducible: true } })],
  ])("of another %s is another", async (_, other) => {
    await ask(keyOf(1));
    expect((await ask(other)).isCached).toBe(false);
    expect(entries()).toHaveLength(2);
  });

  it("is the same for shapes in another order, and for dumps", () => {
    const [x, y] = [
      { name: "x", dims: [1] },
      { name: "y", dims: [2] },
    ];
    const text = (more: object): string => keyOf(1, { options: { device: "cpu", precision: "native", ...more } }).text;
    expect(text({ shapes: [x, y] })).toBe(text({ shapes: [y, x] }));
    expect(text({ dump: ["source"], workDir: "/w" })).toBe(text({}));
  });

  it("is made by one of several calls at once, and the others wait for it", async () => {
    let made = 0;
    const make = async (): Promise<Artifact> => {
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 60));
      return artifactOf(500);
    };
    const calls = Array.from({ length: 4 }, () =>
      openCache(options).getOrMake(keyOf(1), make, { model: undefined }, context),
    );
    const results = await Promise.all(calls);
    expect(made).toBe(1);
    expect(results.filter(({ isCached }) => isCached)).toHaveLength(3);
    expect(readdirSync(join(options.path, "compile"))).toEqual(entries());
  });

  it("that fails to be made is no entry, and frees who waits", async () => {
    const failing = openCache(options).getOrMake(
      keyOf(1),
      async () => Promise.reject(new HoduError("BUILD_FAILED", "no")),
      { model: undefined },
      context,
    );
    await expect(failing).rejects.toMatchObject({ code: "BUILD_FAILED" });
    expect(told).toEqual([]);
    expect((await ask(keyOf(1))).isCached).toBe(false);
  });

  it("is waited for only until the signal is aborted", async () => {
    const aborter = new AbortController();
    const slow = openCache(options).getOrMake(
      keyOf(1),
      () => new Promise((resolve) => setTimeout(() => resolve(artifactOf(1)), 300)),
      { model: undefined },
      context,
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    const waiting = openCache(options).getOrMake(
      keyOf(1),
      async () => artifactOf(2),
      { model: undefined },
      {
        ...context,
        signal: aborter.signal,
      },
    );
    aborter.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    await slow;
  });

  it("that is made in any case replaces what was kept", async () => {
    await ask(keyOf(1));
    const fresh = await openCache(options).getOrMake(
      keyOf(1),
      async () => artifactOf(1000, 8),
      { model: undefined, isFresh: true },
      context,
    );
    expect(fresh.isCached).toBe(false);
    expect((await ask(keyOf(1))).artifact.bytes[0]).toBe(8);
  });
});

describe("an entry that is not what was written is made anew and never given", () => {
  const change = (at: number) => (path: string) => {
    const bytes = readFileSync(path);
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    writeFileSync(path, bytes);
  };
  it.each<[string, (path: string) => void]>([
    ["its first byte", change(0)],
    ["a byte of the header's length", change(9)],
    ["a byte of the header's digest", change(20)],
    ["a byte of the header", change(100)],
    ["the first byte of the artifact", change(ALIGNMENT)],
    ["the last byte of the artifact", change(-1)],
    ["a cut in its prefix", (path) => truncateSync(path, 20)],
    ["a cut in its header", (path) => truncateSync(path, 100)],
    ["a cut in the artifact", (path) => truncateSync(path, ALIGNMENT + 10)],
    ["no bytes", (path) => truncateSync(path, 0)],
    ["more bytes", (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(5)]))],
    [
      "a huge header's length",
      (path) => writeFileSync(path, Buffer.concat([Buffer.from("HODUART1"), Buffer.alloc(60, 0xff)])),
    ],
    ["a time far in the future", (path) => utimesSync(path, new Date(), new Date(Date.now() + 400 * DAY_MS))],
    ["a folder in its place", (path) => (rmSync(path), mkdirSync(path))],
    [
      "a link in its place",
      (path) => {
        renameSync(path, join(folder, "elsewhere"));
        symlinkSync(join(folder, "elsewhere"), path);
      },
    ],
  ])("%s", async (_, damage) => {
    await ask(keyOf(1));
    damage(onlyEntry());
    const { artifact, isCached } = await ask(keyOf(1), artifactOf(1000, 9));
    expect(isCached).toBe(false);
    expect(artifact.bytes[0]).toBe(9);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^info the cache's 0+1_cpu_cpu-[0-9a-f]+\.cache is compiled anew: it|the digest/);
    expect(lstatSync(onlyEntry()).isFile()).toBe(true);
    expect((await ask(keyOf(1))).artifact.bytes[0]).toBe(9);
  });

  it("the name of another key", async () => {
    await ask(keyOf(1));
    await ask(keyOf(2), artifactOf(1000, 8));
    const [first, second] = entries().map((name) => join(options.path, "compile", name));
    copyFileSync(second, first);
    expect((await ask(keyOf(1))).isCached).toBe(false);
  });

  it.skipIf(!isRoot)("another owner (skipped where this is not root)", async () => {
    await ask(keyOf(1));
    execFileSync("chown", ["65534", onlyEntry()]);
    expect((await ask(keyOf(1))).isCached).toBe(false);
    expect(told[0]).toContain("it belongs to another user");
    expect(statSync(onlyEntry()).uid).toBe(0);
  });
});

describe("a large artifact", { tags: ["long"] }, () => {
  const large = ALWAYS_CHECKED_BYTES + 2 * BLOCK_BYTES + 5;

  it("is a view of its mapped file, whole after each start", async () => {
    await ask(keyOf(1), artifactOf(large));
    for (let i = 0; i < 3; i++) {
      const { artifact, isCached } = await ask(keyOf(1));
      expect(isCached).toBe(true);
      expect(Buffer.compare(artifact.bytes, artifactOf(large).bytes)).toBe(0);
    }
  });

  it("of which a byte changed after it was sealed is found out by the times of its file", async () => {
    await ask(keyOf(1), artifactOf(large));
    // As if it had been written long ago.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await ask(keyOf(1));
    const { seal } = [...readMetadata(join(options.path, "metadata.json")).entries.values()][0];
    expect(seal).toMatch(/^\d+:\d+:\d+:\d+:\d+$/);
    const path = onlyEntry();
    const { atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    expect((await ask(keyOf(1), artifactOf(large))).isCached).toBe(false);
    expect(told[0]).toContain("the digest of its block 4 is another");
  });
});

describe("the size of a cache", () => {
  it("stays below its limit: what was not used for longest goes", async () => {
    options = { ...options, maxBytes: 4 * (ALIGNMENT + 1000) - 1 };
    for (const model of [1, 2, 3]) await ask(keyOf(model), artifactOf(1000), `/m${model}`);
    const metadata = join(options.path, "metadata.json");
    const notes = JSON.parse(readFileSync(metadata, "utf8")) as { entries: Record<string, { used: number }> };
    for (const [name, note] of Object.entries(notes.entries))
      note.used -= name.startsWith(`${"0".repeat(63)}2`) ? 9e6 : 8e6;
    writeFileSync(metadata, JSON.stringify(notes));
    await ask(keyOf(1), artifactOf(1000), "/m1");
    await ask(keyOf(4), artifactOf(2000), "/m4");
    expect(cacheContents(options).entries.map(({ model }) => model)).toEqual(["/m4", "/m1", "/m3"]);
    expect(cacheContents(options).bytes).toBeLessThanOrEqual(options.maxBytes);
  });

  it("counts what an entry takes, and what is larger than all is not kept", async () => {
    options = { ...options, maxBytes: 500 };
    await ask(keyOf(1));
    expect(entries()).toEqual([]);
  });

  it("goes down when what is too old is used no more", async () => {
    await ask(keyOf(1));
    const metadata = join(options.path, "metadata.json");
    const notes = readFileSync(metadata, "utf8").replace(/"used":\d+/, `"used":${Date.now() - 31 * DAY_MS}`);
    writeFileSync(metadata, notes);
    await ask(keyOf(2));
    expect(entries()[0]).toContain("2_cpu_cpu");
  });
});

describe("a cache that cannot be used", () => {
  it.each<[string, () => void, RegExp]>([
    [
      "a file in the way",
      () => writeFileSync(join(folder, "cache"), ""),
      /there is no folder|is in the way|EEXIST|file already/,
    ],
    [
      "a folder that others may write to",
      () => {
        mkdirSync(join(folder, "cache"), { mode: 0o777 });
        chmodSync(join(folder, "cache"), 0o777);
      },
      /other users may write there/,
    ],
  ])("%s: what is made is given, with one warning", async (_, spoil, message) => {
    spoil();
    const cache = openCache(options);
    for (const model of [1, 2]) {
      const { isCached } = await cache.getOrMake(
        keyOf(model),
        async () => artifactOf(5),
        { model: undefined },
        context,
      );
      expect(isCached).toBe(false);
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^warn nothing is kept in the cache: /);
    expect(told[0]).toMatch(message);
  });

  it.skipIf(!isRoot)("a read-only disk: what is there is used, what is not is given with one warning", async () => {
    await ask(keyOf(1));
    execFileSync("mount", ["--bind", folder, folder]);
    execFileSync("mount", ["-o", "remount,bind,ro", folder]);
    try {
      expect((await ask(keyOf(1))).isCached).toBe(true);
      expect(told).toEqual([]);
      expect((await ask(keyOf(2))).isCached).toBe(false);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain("its file system is read-only");
    } finally {
      execFileSync("umount", [folder]);
    }
  });

  it.skipIf(!isRoot)("a full disk: what is made is given with one warning, and nothing half is left", async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
    try {
      const { isCached, artifact } = await ask(keyOf(1), artifactOf(4 << 20));
      expect(isCached).toBe(false);
      expect(artifact.bytes).toHaveLength(4 << 20);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain("the disk is full");
      expect(readdirSync(join(options.path, "compile"))).toEqual([]);
    } finally {
      execFileSync("umount", [folder]);
    }
  });

  it.each([
    "",
    "{",
    "[]",
    '{"version":2}',
    '{"version":1,"entries":{"a":1},"models":{"/m":{"stamp":1}}}',
    '{"version":1,"__proto__":{}}',
  ])("is not one whose notes are %j", async (notes) => {
    await ask(keyOf(1));
    writeFileSync(join(options.path, "metadata.json"), notes);
    expect((await ask(keyOf(1))).isCached).toBe(true);
    expect(told).toEqual([]);
  });
});

describe("the hash of a model", () => {
  const none = { entries: new Map(), models: new Map() };
  const snapshot = {
    opset: 28,
    metadata: [],
    stores: [],
    graph: { name: "", inputs: [], outputs: [], weights: [], nodes: [], values: [] },
  };
  // A format would have made it of the file.
  const hash = async (path: string, known = none) =>
    hashModel({ snapshot: snapshot as never, source: await openFile(path) }, known, context);

  it("is the SHA-256 of its file, the same for a copy, and remembered by the state of the file", {
    tags: ["long"],
  }, async () => {
    const path = join(folder, "m.onnx");
    writeFileSync(path, "a model");
    utimesSync(path, new Date(0), new Date(0));
    expect((await hash(path)).found.size).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const { hash: first, found } = await hash(path);
    expect(first).toBe(createHash("sha256").update("a model").digest("hex"));
    copyFileSync(path, join(folder, "copy"));
    expect((await hash(join(folder, "copy"))).hash).toBe(first);
    const known = { entries: new Map(), models: new Map([[path, { ...found.get(path)!, hash: "f".repeat(64) }]]) };
    expect((await hash(path, known)).hash).toBe("f".repeat(64));
    // Changed in place: the same size, the same inode, the same time of its content.
    writeFileSync(path, "a modeL");
    utimesSync(path, new Date(0), new Date(0));
    expect((await hash(path, known)).hash).not.toMatch(/^f+$/);
    expect((await hash(path, known)).hash).not.toBe(first);
  });
});

describe("cleaning", () => {
  it("removes the artifacts of a model, by its content or by its path", async () => {
    await ask(keyOf(1), artifactOf(10), "/a");
    await ask(keyOf(2), artifactOf(10), "/b");
    await ask(keyOf(3), artifactOf(10), "/b");
    const removed = await cleanCache(options, { kind: "model", hash: keyOf(1).model, path: "/x" });
    expect(removed.entries.map(({ model }) => model)).toEqual(["/a"]);
    expect((await cleanCache(options, { kind: "model", hash: undefined, path: "/b" })).entries).toHaveLength(2);
    expect(cacheContents(options)).toEqual({ entries: [], bytes: 0 });
  });

  it("removes all, and what a killed process left", async () => {
    await ask(keyOf(1));
    const child = execFileSync(process.execPath, ["-e", "console.log(process.pid)"], { encoding: "utf8" }).trim();
    await ask(keyOf(2));
    // A name of a file on its way, as this process would make it, of a process that is gone.
    const { temporaryPath } = await import("../leftovers.ts");
    const left = temporaryPath(onlyEntry()).replace(`-${process.pid}-`, `-${child}-`);
    writeFileSync(left, "half");
    expect((await cleanCache(options, { kind: "old" })).entries).toEqual([]);
    expect(existsSync(left)).toBe(false);
    expect((await cleanCache(options, { kind: "all" })).entries).toHaveLength(2);
    expect(readdirSync(join(options.path, "compile"))).toEqual([]);
  });

  it("of a cache that is not there does nothing", async () => {
    expect(await cleanCache(options, { kind: "all" })).toEqual({ entries: [], bytes: 0 });
    expect(existsSync(options.path)).toBe(false);
  });
});
