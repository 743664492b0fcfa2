import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type KeptCode, keptCode, readCode, writeCode } from "./kept-code.ts";
import { MAX_CODE_AGE_MS } from "./limits.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-code-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CODE = Buffer.from("code of an engine");
const isWindows = process.platform === "win32";

function newCache(mode = 0o700): string {
  const cache = mkdtempSync(join(folder, "cache-"));
  chmodSync(cache, mode);
  return cache;
}

function open(cache: string, identity = "build 1"): KeptCode {
  const kept = keptCode(cache, "run", identity);
  if (kept === undefined) throw new Error("the cache is not used");
  return kept;
}

describe("kept code", () => {
  it("is read as it was written, for its own identity only", () => {
    const cache = newCache();
    expect(readCode(open(cache))).toBeUndefined();
    writeCode(open(cache), CODE);
    expect(readCode(open(cache))).toEqual(CODE);
    expect(readCode(open(cache, "build 2"))).toBeUndefined();
    expect(readCode({ ...open(cache), identity: "build 2" })).toBeUndefined();
    expect(readdirSync(join(cache, "code"))).toHaveLength(1);
  });

  it("is not read where a byte is another, or some are missing", () => {
    const kept = open(newCache());
    writeCode(kept, CODE);
    const whole = readFileSync(kept.file);
    for (let i = 0; i < whole.length; i++) {
      const changed = Buffer.from(whole);
      changed[i] ^= 1;
      writeFileSync(kept.file, changed);
      expect(readCode(kept)).toBeUndefined();
      writeFileSync(kept.file, whole.subarray(0, i));
      expect(readCode(kept)).toBeUndefined();
    }
  });

  it("is not looked for without a cache, nor where others may write", () => {
    expect(keptCode(join(folder, "none"), "run", "build")).toBeUndefined();
    if (isWindows) return;
    expect(keptCode(newCache(0o770), "run", "build")).toBeUndefined();
    const cache = newCache();
    mkdirSync(join(cache, "code"));
    chmodSync(join(cache, "code"), 0o702);
    expect(keptCode(cache, "run", "build")).toBeUndefined();
    const linked = join(folder, "linked");
    symlinkSync(newCache(), linked);
    expect(keptCode(linked, "run", "build")).toBeUndefined();
  });

  it("goes when it is old and other code is kept", () => {
    const cache = newCache();
    const [old, recent] = [open(cache, "old"), open(cache, "recent")];
    writeCode(old, CODE);
    writeCode(recent, CODE);
    const then = new Date(Date.now() - MAX_CODE_AGE_MS - 60_000);
    utimesSync(old.file, then, then);
    writeCode(open(cache, "new"), CODE);
    expect([existsSync(old.file), existsSync(recent.file)]).toEqual([false, true]);
  });
});
