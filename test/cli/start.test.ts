import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

const folder = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");

/** A home of its own, with a cache in it or without. */
function home(hasCache: boolean) {
  const path = mkdtempSync(join(folder, "home-"));
  if (hasCache) mkdirSync(join(path, "cache"), { mode: 0o700 });
  const code = join(path, "cache/code");
  return {
    code,
    files: (): string[] => (existsSync(code) ? readdirSync(code).map((name) => join(code, name)) : []),
    run: (...args: string[]) => hodu(args, { env: { HODU_HOME: path } }),
    inspect: () => hodu(["inspect", MODEL], { env: { HODU_HOME: path } }),
  };
}

/** Each starts several processes. */
describe("code of the command", { timeout: 120_000 }, () => {
  it("is kept in a cache that is there, by command, and the next start does the same with it", async () => {
    const { files, inspect, run } = home(true);
    const first = await inspect();
    expect(files()).toEqual([expect.stringMatching(/inspect-[0-9a-f]{16}\.code$/)]);
    const { mtimeMs } = statSync(files()[0]);
    const second = await inspect();
    expect({ ...second, milliseconds: 0 }).toEqual({ ...first, milliseconds: 0 });
    expect(statSync(files()[0]).mtimeMs).toBe(mtimeMs);
    await run("diff", MODEL, MODEL);
    expect(files()).toHaveLength(2);
  });

  it("is made anew where it was damaged", async () => {
    const { files, inspect } = home(true);
    const first = await inspect();
    const whole = readFileSync(files()[0]);
    for (const damaged of [whole.subarray(0, 1000), Buffer.alloc(whole.length), Buffer.alloc(0)]) {
      writeFileSync(files()[0], damaged);
      expect((await inspect()).stdout).toBe(first.stdout);
      expect(readFileSync(files()[0]).length).toBeGreaterThan(1000);
      expect(readFileSync(files()[0]).equals(damaged)).toBe(false);
    }
  });

  it("is not kept where there is no cache, where it cannot be written, or by a command that failed", async () => {
    const none = home(false);
    expect((await none.inspect()).status).toBe(0);
    expect(existsSync(join(none.code, ".."))).toBe(false);
    const failing = home(true);
    expect((await failing.run("inspect", join(folder, "none.onnx"))).status).not.toBe(0);
    expect(failing.files()).toEqual([]);
    const full = home(true);
    writeFileSync(full.code, "");
    const { status, stderr } = await full.inspect();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("goes with hodu cache clean --all", async () => {
    const { code, inspect, run } = home(true);
    await inspect();
    expect(existsSync(code)).toBe(true);
    expect((await run("cache", "clean", "--all")).status).toBe(0);
    expect(existsSync(code)).toBe(false);
  });
});
