import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

const folder = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");

const TRIES = 10;

/** A home of its own, with a cache in it or without. */
function home(hasCache: boolean) {
  const path = mkdtempSync(join(folder, "home-"));
  if (hasCache) mkdirSync(join(path, "cache"), { mode: 0o700 });
  const code = join(path, "cache/code");
  const files = (): string[] => (existsSync(code) ? readdirSync(code).map((name) => join(code, name)) : []);
  const run = (...args: string[]) => hodu(args, { env: { HODU_HOME: path } });
  const inspect = () => run("inspect", MODEL);
  /** Inspects until the file of the code is another: a process that the machine kept waiting for long keeps none. */
  const keep = async () => {
    const before = files().map((file) => statSync(file).mtimeMs);
    for (let i = 0; ; i++) {
      const end = await inspect();
      const after = files().map((file) => statSync(file).mtimeMs);
      if (i === TRIES || (after.length > 0 && after.join() !== before.join())) return end;
    }
  };
  return { code, files, run, inspect, keep };
}

/** Each starts several processes. */
describe("code of the command", { timeout: 120_000 }, () => {
  it("is kept in a cache that is there, by command, and the next start does the same with it", async () => {
    const { files, inspect, keep, run } = home(true);
    const first = await keep();
    expect(files()).toEqual([expect.stringMatching(/inspect-[0-9a-f]{16}\.code$/)]);
    const { mtimeMs } = statSync(files()[0]);
    const second = await inspect();
    expect({ ...second, milliseconds: 0 }).toEqual({ ...first, milliseconds: 0 });
    expect(statSync(files()[0]).mtimeMs).toBe(mtimeMs);
    for (let i = 0; i < TRIES && files().length < 2; i++) await run("diff", MODEL, MODEL);
    expect(files()).toHaveLength(2);
  });

  it("is made anew where it was damaged", async () => {
    const { files, keep } = home(true);
    const first = await keep();
    const whole = readFileSync(files()[0]);
    for (const damaged of [whole.subarray(0, 1000), Buffer.alloc(whole.length), Buffer.alloc(0)]) {
      writeFileSync(files()[0], damaged);
      expect((await keep()).stdout).toBe(first.stdout);
      expect(readFileSync(files()[0]).length).toBeGreaterThan(1000);
      expect(readFileSync(files()[0]).equals(damaged)).toBe(false);
    }
  });

  it("is not kept where there is no cache, where it cannot be written, or by a command that failed", async () => {
    const none = home(false);
    expect((await none.inspect()).status).toBe(0);
    expect(none.files()).toEqual([]);
    const failing = home(true);
    expect((await failing.run("inspect", join(folder, "none.onnx"))).status).not.toBe(0);
    expect(failing.files()).toEqual([]);
    const full = home(true);
    writeFileSync(full.code, "");
    const { status, stderr } = await full.inspect();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("goes with hodu cache clean --all", async () => {
    const { code, keep, run } = home(true);
    await keep();
    expect(existsSync(code)).toBe(true);
    expect((await run("cache", "clean", "--all")).status).toBe(0);
    expect(existsSync(code)).toBe(false);
  });
});
