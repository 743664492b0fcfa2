/**
 * What a loss of power leaves: file systems keep the order of names, but the bytes of a file may be gone that was not written to the disk
 * when another name appeared. So all that plugins.json is about to name must be on the disk before its rename.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryFolder } from "../cli/hodu.ts";
import { PluginHome, writePlugin } from "../cli/plugins.ts";

const root = temporaryFolder();
const canTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

/** Calls that make something last, in their order: `sync PATH`, `rename FROM TO`. */
function readTrace(text: string): readonly (readonly [call: string, ...paths: string[]])[] {
  return text.split("\n").flatMap((line): readonly (readonly [call: string, ...paths: string[]])[] => {
    const sync = /f(?:data)?sync\(\d+<([^>]+)>\) += 0/.exec(line);
    if (sync !== null) return [["sync", sync[1]]];
    const names = /rename(?:at2?)?\(.*?"([^"]+)".*?"([^"]+)".*\) += 0/.exec(line);
    return names === null ? [] : [["rename", names[1], names[2]]];
  });
}

describe.skipIf(!canTrace)("I6: an install (skipped where strace cannot follow it)", () => {
  it("has every file and folder on the disk before plugins.json names it", { timeout: 120_000 }, () => {
    const home = new PluginHome(root);
    const trace = join(root, "trace.txt");
    const command = [join(ROOT, "packages/cli/bin/hodu.js"), "plugin", "install", "--path", writePlugin(root), "--yes"];
    const calls = "fsync,fdatasync,rename,renameat,renameat2";
    const { status, stderr } = spawnSync(
      "strace",
      ["-f", "-y", "-s", "4096", "-e", `trace=${calls}`, "-o", trace, process.execPath, ...command],
      {
        env: { ...process.env, HODU_HOME: home.folder },
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const made = readTrace(readFileSync(trace, "utf8"));
    const index = join(home.folder, "plugins.json");
    const appears = made.findIndex(([call, , to]) => call === "rename" && to === index);
    expect(appears).toBeGreaterThan(0);
    const before = made.slice(0, appears);
    const install = join(home.folder, "plugins", home.installs()[0]);
    const [, staged] = before.find(([call, , to]) => call === "rename" && to === install)!;
    const synced = new Set(before.flatMap(([call, path]) => (call === "sync" ? [path] : [])));
    expect(synced).toContain(`${index}.new`);
    expect(synced).toContain(join(staged, "entry.json.new"));
    const parts = readdirSync(install, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isSymbolicLink(),
    );
    const missing = parts
      .map((entry) => join(entry.parentPath, entry.name).replace(install, staged))
      // What is written durably is synced by another name.
      .filter((path) => !synced.has(path) && !synced.has(`${path}.new`));
    expect(parts.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
    const after = made.slice(appears).flatMap(([call, path]) => (call === "sync" ? [path] : []));
    expect(after).toContain(home.folder);
  });
});
