import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { intAttribute, node, value } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { writeModel } from "./models.ts";

const folder = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");
const SEVEN = join(DIGITS, "seven.json");

interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly max_bytes: number;
  readonly entries: readonly { readonly file: string; readonly model: string; readonly backend: string }[];
}

/** A home of its own: its runs share a cache, and need no toolchain. */
function home(settings = "") {
  const path = mkdtempSync(join(folder, "home-"));
  if (settings !== "") writeFileSync(join(path, "config.toml"), settings);
  const env = { HODU_HOME: path };
  const run = (...more: string[]) => hodu(["run", MODEL, "-i", SEVEN, "--backend", "wasm", ...more], { env });
  const cache = (...args: string[]) => hodu(["cache", ...args], { env });
  const status = async (): Promise<Listed> => JSON.parse((await cache("status", "--json")).stdout) as Listed;
  const entries = (): string[] =>
    existsSync(join(path, "cache/compile"))
      ? readdirSync(join(path, "cache/compile")).map((name) => join(path, "cache/compile", name))
      : [];
  return { path, env, run, cache, status, entries };
}

const outputOf = (stdout: string): unknown => (JSON.parse(stdout) as { outputs: unknown }).outputs;

/** Each runs several processes. */
const LONG = { timeout: 120_000 };

describe("what was compiled", LONG, () => {
  it("is used by the next run, which says so and gives the same", async () => {
    const { run, entries } = home();
    const first = await run();
    expect(first.stderr).toMatch(/compile \d+, run/);
    const second = await run();
    expect(second.stderr).toMatch(/compile \d+ cached, run/);
    expect(second.stdout).toBe(first.stdout);
    expect(entries()).toHaveLength(1);
    expect(JSON.parse((await run("--json")).stdout)).toMatchObject({ compile_cached: true });
  });

  it("is used for another batch, unless its number is part of the code", async () => {
    const { env, entries } = home();
    const rows = async (model: string, batch: number) => {
      const args = ["--backend", "wasm", "--dim", `batch=${batch}`, "--random-inputs", "--json", "--verbose"];
      const { stderr, stdout } = await hodu(["run", model, ...args], { env });
      const told = / for each of a batch, packed weights/.test(stderr);
      return [told, (JSON.parse(stdout) as { compile_cached: boolean }).compile_cached];
    };
    expect(await rows(MODEL, 2)).toEqual([true, false]);
    expect(await rows(MODEL, 5)).toEqual([true, true]);
    expect(entries()).toHaveLength(1);
    const mixed = writeModel(folder, "mixed.onnx", {
      name: "mixed",
      input: [value("x", ["batch", 3])],
      output: [value("y", ["batch", 3])],
      node: [node("Softmax", ["x"], ["y"], [intAttribute("axis", 0)])],
    });
    for (const [batch, isKept] of [
      [2, false],
      [2, true],
      [5, false],
    ] as const)
      expect(await rows(mixed, batch)).toEqual([false, isKept]);
  });

  it("is used for a copy of the model, and not for another level, or a model that changed in place", async () => {
    const { env, run, entries, path } = home();
    await run();
    const copy = join(path, "copy.onnx");
    copyFileSync(MODEL, copy);
    const runCopy = (...more: string[]) =>
      hodu(["run", copy, "-i", SEVEN, "--backend", "wasm", "--json", ...more], { env });
    expect(JSON.parse((await runCopy()).stdout)).toMatchObject({ compile_cached: true });
    expect(JSON.parse((await runCopy("-O0")).stdout)).toMatchObject({ compile_cached: false });
    expect(JSON.parse((await runCopy("-O0")).stdout)).toMatchObject({ compile_cached: true });
    const bytes = readFileSync(copy);
    const at = bytes.length - 2000;
    bytes[at] ^= 1;
    writeFileSync(copy, bytes);
    utimesSync(copy, new Date(0), new Date(0));
    expect(JSON.parse((await runCopy()).stdout)).toMatchObject({ compile_cached: false });
    expect(entries()).toHaveLength(3);
  });

  it("is made by one of two processes at once", async () => {
    const { env } = home("[logging]\nlevel = 'debug'\nformat = 'compact'\n");
    const args = ["run", MODEL, "-i", SEVEN, "--backend", "wasm", "--json"];
    const ends = await Promise.all([1, 2, 3].map(() => hodu(args, { env })));
    expect(ends.map(({ status }) => status)).toEqual([0, 0, 0]);
    const compiled = ends.filter(({ stderr }) => stderr.includes("hodu-backend-wasm: compile for cpu took"));
    expect(compiled).toHaveLength(1);
    expect(new Set(ends.map(({ stdout }) => JSON.stringify(outputOf(stdout)))).size).toBe(1);
  });

  it("is made again after a process that made it was killed, and nothing waits for that", async () => {
    const { env, run, entries, cache } = home();
    const command = [join(ROOT, "packages/cli/bin/hodu.js"), "run", MODEL, "-i", SEVEN, "--backend", "wasm"];
    for (const delay of [150, 250, 350, 450, 550]) {
      const child: ChildProcess = spawn(process.execPath, command, {
        env: { ...process.env, ...env },
        stdio: "ignore",
      });
      const end = once(child, "exit");
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGKILL");
      await end;
    }
    const { status, stderr } = await run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^ +Finished/) });
    await cache("clean");
    expect(entries().filter((name) => !name.endsWith(".lock"))).toHaveLength(1);
  });

  it("is neither looked for nor kept with --no-cache, or where it is turned off", async () => {
    const { run, path } = home();
    expect((await run("--no-cache")).stderr).not.toContain("cached");
    expect(existsSync(join(path, "cache"))).toBe(false);
    const off = home("[build]\ncache_enabled = false\n");
    await off.run();
    expect((await off.run()).stderr).not.toContain("cached");
    expect(existsSync(join(off.path, "cache"))).toBe(false);
  });

  it("is not kept where there is no place for it: one warning, and the run goes on", async () => {
    const { path, run } = home();
    writeFileSync(join(path, "cache"), "");
    const { status, stdout, stderr } = await run();
    expect(status).toBe(0);
    expect(stdout).toContain("probabilities");
    expect(stderr.match(/warning:/g)).toHaveLength(1);
    expect(stderr).toMatch(/^warning: nothing is kept in the cache: Cannot write/);
    expect((await run("--strict")).status).toBe(77);
    expect((await run("--quiet")).stderr).toBe("");
  });

  it("goes when the cache may not be that large", async () => {
    const { run, entries } = home("[build]\ncache_max_size = 0\n");
    expect((await run()).status).toBe(0);
    expect(entries()).toEqual([]);
  });
});

describe("hodu cache", LONG, () => {
  it("tells its size, what it may take, and what is in it", async () => {
    const { run, cache, status, path } = home();
    expect((await cache("status")).stdout).toBe("Cache: 0 MB / 1024 MB (0%)\nEntries: 0\n");
    await run();
    expect((await cache("status")).stdout).toMatch(/^Cache: \d+ MB \/ 1024 MB \(0%\)\nEntries: 1\n$/);
    expect((await cache()).stdout).toMatch(/^Cache: /);
    expect((await cache("status", "-v")).stdout).toMatch(
      /MODEL +DEVICE +BACKEND +SIZE +LAST USED\n.*model\.onnx +cpu +wasm +[\d.]+ KB/,
    );
    const { path: at, bytes, max_bytes, entries } = await status();
    expect(at).toBe(join(path, "cache"));
    expect(max_bytes).toBe(1024 << 20);
    expect(bytes).toBeGreaterThan(1000);
    expect(entries).toMatchObject([{ model: MODEL, backend: "wasm", device: "cpu" }]);
    expect(entries[0].file).toMatch(/^[0-9a-f]{64}_cpu_wasm-[0-9a-f]{16}\.cache$/);
  });

  it("cleans what is old, what was compiled of a model, or all", async () => {
    const { run, cache, status, env } = home();
    await run();
    const other = join(folder, "other.onnx");
    const bytes = readFileSync(MODEL);
    bytes[bytes.length - 2000] ^= 1;
    writeFileSync(other, bytes);
    await hodu(["run", other, "-i", SEVEN, "--backend", "wasm"], { env });
    expect((await cache("clean")).stderr).toBe("     Removed 0 entries (0 bytes)\n");
    expect((await cache("clean", other)).stderr).toMatch(/Removed 1 entry \([\d.]+ KB\)/);
    expect((await status()).entries).toMatchObject([{ model: MODEL }]);
    expect(JSON.parse((await cache("clean", "--all", "--json")).stdout)).toMatchObject({ entries: [{ model: MODEL }] });
    expect(await status()).toMatchObject({ entries: [], bytes: 0 });
  });

  it("cleans what was compiled of a model that changed since, or is gone, by its path", async () => {
    const { cache, env, path } = home();
    const at = join(path, "m.onnx");
    copyFileSync(MODEL, at);
    await hodu(["run", at, "-i", SEVEN, "--backend", "wasm"], { env });
    writeFileSync(at, "no model");
    expect((await cache("clean", at)).stderr).toContain("Removed 1 entry");
  });

  it("cleans what was not used for the days that are set", async () => {
    const { run, cache, path } = home("[build]\ncache_ttl = 2\n");
    await run();
    const notes = join(path, "cache/metadata.json");
    writeFileSync(notes, readFileSync(notes, "utf8").replace(/"used":\d+/, `"used":${Date.now() - 3 * 86_400_000}`));
    expect((await cache("clean")).stderr).toContain("Removed 1 entry");
  });

  it("refuses a folder that others may write to, and both a model and --all", async () => {
    const { path, cache } = home();
    mkdirSync(join(path, "cache/compile"), { recursive: true });
    const { chmodSync } = await import("node:fs");
    chmodSync(join(path, "cache/compile"), 0o777);
    const refused = await cache("status");
    expect(refused.status).toBe(77);
    expect(refused.stderr).toContain(`hint: chmod go-w ${join(path, "cache/compile")}`);
    expect((await cache("clean", MODEL, "--all")).status).toBe(2);
  });
});
