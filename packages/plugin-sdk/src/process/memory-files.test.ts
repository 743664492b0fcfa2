import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MAX_MEMORY_FILES } from "../protocol/limits.ts";
import type { MemoryPart } from "../protocol/part-memory.ts";
import { MemoryFiles } from "./memory-files.ts";
import { makeMemoryFolder, sweepMemory } from "./memory-folder.ts";

let folder: string;
let host: MemoryFiles;
let plugin: MemoryFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-memory-"));
  host = new MemoryFiles(folder, "host");
  plugin = new MemoryFiles(folder, "plugin");
});
afterEach(() => {
  host.close();
  plugin.close();
});

const take = (side: MemoryFiles, part: MemoryPart): Uint8Array => {
  const taken = new Uint8Array(part.size);
  side.take(part, taken);
  return taken;
};
const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

it("carries parts both ways, in memory of the one who takes them", () => {
  const there = host.put(bytes(5, 1))!;
  const back = plugin.put(bytes(3, 2))!;
  expect(there).toEqual({ file: "h0", size: 5 });
  const taken = take(plugin, there);
  expect(take(host, back)).toEqual(bytes(3, 2));
  host.free("h0");
  expect(host.put(bytes(2, 9))).toEqual({ file: "h0", size: 2 });
  expect(taken).toEqual(bytes(5, 1));
  expect(take(plugin, { file: "h0", size: 2 })).toEqual(bytes(2, 9));
});

it("takes a file again only when it is free, and the smallest that holds the part", () => {
  const [large, small] = [host.put(bytes(100, 1))!, host.put(bytes(10, 1))!];
  for (const part of [large, small]) {
    take(plugin, part);
    host.free(part.file);
  }
  expect(host.put(bytes(8, 1))!.file).toBe(small.file);
  expect(host.put(bytes(8, 1))!.file).toBe(large.file);
  expect(host.put(bytes(8, 1))!.file).toBe("h2");
});

it("fills a plugin's file again through its mapping, also when it has to grow", () => {
  const sizes = [1000, 1000, 10, 5000, 4000, 300_000, 70_000, 3, 400_000, 400_000];
  for (const [i, size] of sizes.entries()) {
    const part = plugin.put(bytes(size, i + 1))!;
    expect(part).toEqual({ file: "p0", size });
    expect(Buffer.compare(take(host, part), bytes(size, i + 1))).toBe(0);
    plugin.free("p0");
  }
});

it("leaves nothing with a name once the other side has it, and no folder in the end", () => {
  const part = host.put(bytes(4, 1))!;
  take(plugin, part);
  host.free(part.file);
  expect(readdirSync(folder)).toEqual([]);
  expect(take(plugin, host.put(bytes(4, 3))!)).toEqual(bytes(4, 3));
  host.close();
  expect(existsSync(folder)).toBe(false);
});

it("gives no more than its files, and nothing where it cannot write", () => {
  for (let i = 0; i < MAX_MEMORY_FILES; i++) expect(host.put(bytes(1, 1))).toBeDefined();
  expect(host.put(bytes(1, 1))).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(plugin.put(bytes(1, 1))).toBeUndefined();
  expect(new MemoryFiles(folder, "plugin").isUsable).toBe(false);
});

it.runIf(process.platform === "linux")("removes a folder when it is given back, or when the process ends", () => {
  const before = process.listenerCount("exit");
  const made = makeMemoryFolder()!;
  expect(process.listenerCount("exit")).toBe(before + 1);
  new MemoryFiles(made, "host").close();
  expect(process.listenerCount("exit")).toBe(before);
  expect(existsSync(made)).toBe(false);
});

it("sweeps what killed processes left behind, once it is old", () => {
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  const make = (name: string, time: Date): void => {
    mkdirSync(join(folder, name));
    utimesSync(join(folder, name), time, time);
  };
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  make(`hodu-${dead}-old`, old);
  make(`hodu-${dead}-new`, new Date());
  make(`hodu-${process.pid}-old`, old);
  make("other", old);
  sweepMemory(folder);
  expect(readdirSync(folder).toSorted()).toEqual([`hodu-${dead}-new`, `hodu-${process.pid}-old`, "other"].toSorted());
});

it("refuses files that are shorter than they should be, links, other names, and what is not there", () => {
  const part = host.put(bytes(8, 1))!;
  truncateSync(join(folder, part.file), 4);
  expect(() => take(plugin, part)).toThrow("found 4 bytes in h0, expected 8");
  writeFileSync(join(folder, "secret"), "secret");
  symlinkSync(join(folder, "secret"), join(folder, "h7"));
  for (const file of ["h7", "secret", "../h0", "h0/../secret", "", "h99"])
    expect(() => take(plugin, { file, size: 1 })).toThrow("Cannot read a part from memory");
  expect(() => host.free("h9")).toThrow("Cannot free memory: found the file h9");
});
