import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changeInstalled, type InstalledPlugin } from "@hodu/plugin-host";
import { measureInterleaved } from "../measure.ts";
import type { PluginRow } from "./calls.ts";

const HODU = fileURLToPath(new URL("../../../packages/cli/bin/hodu.js", import.meta.url));
const COUNT = 200;

/** Times `hodu plugin list` with many plugins installed against `hodu --version`: the row is the one over the other. */
export async function listRow(rounds: number): Promise<PluginRow> {
  const root = mkdtempSync(join(tmpdir(), "hodu-bench-"));
  try {
    const home = join(root, "home");
    mkdirSync(home);
    await changeInstalled(home, () => ({ schema: 1, plugins: Array.from({ length: COUNT }, (_, i) => entry(i)) }));
    // in an empty folder: there are no plugins of a project
    const run = async (...args: string[]): Promise<void> => start(root, home, args);
    const works = [() => run("plugin", "list"), () => run("--version")];
    const [list, version] = await measureInterleaved(works, rounds);
    const name = `plugin list of ${COUNT}, over --version (a ratio)`;
    return { name, bound: 1.3, median: list.median / version.median, min: list.min / version.min };
  } finally {
    rmSync(root, { recursive: true });
  }
}

function start(cwd: string, home: string, args: readonly string[]): void {
  const env = { ...process.env, HODU_HOME: home };
  const { status, stderr } = spawnSync(process.execPath, [HODU, ...args], { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot run hodu ${args.join(" ")}: ${stderr}`);
}

/** A plugin as its installation notes it; its folder is not looked at until it is used. */
function entry(i: number): InstalledPlugin {
  const [name, version, extension] = [`hodu-format-bench-${i}`, "1.0.0", `.bench${i}`];
  return {
    name,
    version,
    type: "format",
    capabilities: { load_model: false, save_model: false, load_tensor: true, save_tensor: true },
    extensions: [extension],
    library: "dist/index.js",
    source: `local:/plugins/bench-${i}`,
    installed_at: new Date(1_700_000_000_000 + i).toISOString(),
    enabled: true,
    debug: false,
    digest: `sha256:${i.toString(16).padStart(64, "0")}`,
    manifest: {
      id: name,
      version,
      description: "A format that is there to be listed",
      author: "Hodu",
      license: "Apache-2.0",
      sdk: "^0.3.0",
      components: [
        {
          kind: "format",
          name: `bench-${i}`,
          title: `Bench ${i}`,
          modelExtensions: [],
          tensorExtensions: [extension],
          capabilities: ["load_tensor", "save_tensor"],
        },
      ],
    },
  };
}
