import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "../cli/hodu.ts";

const folder = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");
const SEVEN = join(DIGITS, "seven.json");
const isRoot = process.getuid?.() === 0;

async function run(
  home: string,
): Promise<{ readonly cached: boolean; readonly outputs: string; readonly stderr: string }> {
  const args = ["run", MODEL, "-i", SEVEN, "--backend", "wasm", "--json"];
  const { status, stdout, stderr } = await hodu(args, { env: { HODU_HOME: home } });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  const { outputs, compile_cached } = JSON.parse(stdout) as { outputs: unknown; compile_cached: boolean };
  return { cached: compile_cached, outputs: JSON.stringify(outputs), stderr };
}

function flip(at: (size: number) => number) {
  return (path: string): void => {
    const bytes = readFileSync(path);
    bytes[at(bytes.length)] ^= 0x10;
    writeFileSync(path, bytes);
  };
}

describe("an entry of the cache (row 116) that is not as it was written is compiled anew, never loaded:", {
  timeout: 120_000,
}, () => {
  it.each<[string, (path: string) => void]>([
    ["truncated at its end", (path) => truncateSync(path, readFileSync(path).length - 1)],
    ["truncated to nothing", (path) => truncateSync(path, 0)],
    ["truncated in its header", (path) => truncateSync(path, 60)],
    ["a byte of its magic flipped", flip(() => 3)],
    ["a byte of its digest flipped", flip(() => 30)],
    ["a byte of its key flipped", flip(() => 200)],
    ["a byte of its code flipped", flip((size) => Math.floor((size + 65_536) / 2))],
    ["its last byte flipped", flip((size) => size - 1)],
    ["a modification time in the future", (path) => utimesSync(path, new Date(), new Date(Date.now() + 1e11))],
    [
      "a symbolic link",
      (path) => {
        renameSync(path, `${path}.elsewhere`);
        symlinkSync(`${path}.elsewhere`, path);
      },
    ],
  ])("%s", async (_, damage) => {
    const home = mkdtempSync(join(folder, "home-"));
    const good = await run(home);
    const entries = join(home, "cache/compile");
    const [name] = readdirSync(entries);
    damage(join(entries, name));
    const again = await run(home);
    expect(again).toMatchObject({ cached: false, outputs: good.outputs });
    expect(again.stderr).not.toContain("warning");
    rmSync(`${join(entries, name)}.elsewhere`, { force: true });
    expect(await run(home)).toMatchObject({ cached: true, outputs: good.outputs });
  });

  it.skipIf(!isRoot)("another owner (skipped where this is not root)", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    await run(home);
    const entries = join(home, "cache/compile");
    execFileSync("chown", ["65534", join(entries, readdirSync(entries)[0])]);
    expect((await run(home)).cached).toBe(false);
    expect((await run(home)).cached).toBe(true);
  });
});

describe("a folder of the cache (row 116)", () => {
  it("that others may write to is not used: a warning, and what is there is not loaded", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    await run(home);
    chmodSync(join(home, "cache/compile"), 0o777);
    const { cached, stderr } = await run(home);
    expect(cached).toBe(false);
    expect(stderr).toContain("other users may write there");
  });
});
