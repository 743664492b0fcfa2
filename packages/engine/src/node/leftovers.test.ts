import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeFileSafely } from "./file-sink.ts";
import { keptPath, temporaryPath } from "./leftovers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-leftovers-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DAY_S = 24 * 60 * 60;
const deadProcess = spawnSync(process.execPath, ["--version"]).pid;

/** A temporary file of `target` as another process would have named it. */
function leave(target: string, pid: number, home?: string): string {
  const name = basename(temporaryPath(join(folder, target))).replace(`-${process.pid}-`, `-${pid}-`);
  const left = home === undefined ? name : name.replace(/[0-9a-f]{8}(?=-\d+-)/, home);
  writeFileSync(join(folder, left), "half");
  return left;
}

const write = (name: string): Promise<void> =>
  writeFileSafely(join(folder, name), {}, (sink) => sink.write(Uint8Array.of(1)));

it("what a killed process left is removed by the next write to the same file", async () => {
  leave("m.hdss", deadProcess);
  leave("m.hdss", deadProcess);
  await write("m.hdss");
  expect(readdirSync(folder)).toEqual(["m.hdss"]);
});

it("temporary files of other targets, of processes that live, and of other machines stay", async () => {
  const kept = [
    leave("other.hdss", deadProcess),
    leave("m.hdss", process.pid),
    leave("m.hdss", deadProcess, "01234567"),
  ];
  writeFileSync(join(folder, ".m.hdss.hodu-notes"), "mine");
  await write("m.hdss");
  expect(readdirSync(folder).sort()).toEqual([...kept, ".m.hdss.hodu-notes", "m.hdss"].sort());
});

it("those of other machines are removed when they are more than a day old", async () => {
  const left = leave("m.hdss", process.pid, "01234567");
  const past = Date.now() / 1000 - DAY_S - 60;
  utimesSync(join(folder, left), past, past);
  await write("m.hdss");
  expect(readdirSync(folder)).toEqual(["m.hdss"]);
});

it("old siblings that a killed process kept stay until both files are written again", async () => {
  const kept = keptPath(leave("m.data", deadProcess));
  writeFileSync(join(folder, kept), "old weights");
  const failed = writeFileSafely(join(folder, "m"), {}, async (sink) => {
    await sink.sibling("m.data");
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  expect(readdirSync(folder)).toEqual([kept]);
  expect(readFileSync(join(folder, kept), "utf8")).toBe("old weights");
  await writeFileSafely(join(folder, "m"), {}, async (sink) => {
    await sink.sibling("m.data");
  });
  expect(readdirSync(folder).sort()).toEqual(["m", "m.data"]);
});

it("a name of any length has a temporary one that fits", () => {
  for (const name of ["x".repeat(255), "한".repeat(85), "🙂".repeat(63)]) {
    expect(Buffer.byteLength(basename(keptPath(temporaryPath(name))))).toBeLessThanOrEqual(255);
  }
});
