/** Row H-328: how far an install has come with taking the files, on a terminal that script(1) makes. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, packPlugin, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const hasTerminals = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
const TIMEOUT = 60_000;

/** What a terminal was sent by an install. */
async function screenOf(args: readonly string[]): Promise<string> {
  const words = [process.execPath, join(ROOT, "packages/cli/bin/hodu.js"), "plugin", "install", ...args, "--yes"];
  const child = spawn("script", ["-qec", `stty cols 100; ${words.map((word) => `'${word}'`).join(" ")}`, "/dev/null"], {
    env: { ...process.env, CI: "", HODU_HOME: new PluginHome(root).folder, NO_COLOR: "1", TERM: "xterm" },
  });
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (screen += text));
  await once(child, "close");
  return screen;
}

describe.skipIf(!hasTerminals)("H-328 (skipped where script makes no terminal)", () => {
  const parts = Array.from({ length: 4 }, (_, i) => [`data-${i}.bin`, randomBytes(6 << 20)] as const);
  const files = { ...JAVASCRIPT, ...Object.fromEntries(parts) };

  it.each([
    ["an archive", () => ["--offline", packPlugin(root, { files })]],
    ["a folder", () => ["--path", writePlugin(root, { files })]],
  ])("a bar, percent, and the bytes of %s that are done, of how many", { timeout: TIMEOUT }, async (_, source) => {
    const screen = await screenOf(source());
    const bars = [...screen.matchAll(/\[(█*)(░*)\] (\d+)% \((\d+\.\d) MB \/ (\d+\.\d) MB\)/g)];
    expect(bars.length).toBeGreaterThan(0);
    for (const [, full, empty, percent, done, total] of bars) {
      expect(full.length + empty.length).toBe(30);
      expect(Number(total)).toBeCloseTo(24, 0);
      expect(Math.abs(Number(percent) - (100 * Number(done)) / Number(total))).toBeLessThan(1.5);
    }
    expect(screen).toContain("Installed hodu-format-points 1.0.0");
  });
});
