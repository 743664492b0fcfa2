/** What is asked before an install, on a terminal that script(1) makes. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const hasTerminals = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
const TIMEOUT = 60_000;

/** Installs on a terminal, and types when the question is there. */
async function installAndType(home: PluginHome, folder: string, keys: string, ...flags: readonly string[]) {
  const words = [
    process.execPath,
    join(ROOT, "packages/cli/bin/hodu.js"),
    "plugin",
    "install",
    "--path",
    folder,
    ...flags,
  ];
  const child = spawn("script", ["-qec", `stty cols 100; ${words.map((word) => `'${word}'`).join(" ")}`, "/dev/null"], {
    env: { ...process.env, CI: "", HODU_HOME: home.folder, NO_COLOR: "1", TERM: "xterm" },
  });
  let [screen, typed] = ["", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    if (typed || !screen.includes("(y/N)")) return;
    typed = true;
    setTimeout(() => child.stdin.write(keys), 200);
  });
  const [status] = (await once(child, "close")) as [number];
  return { status, screen };
}

describe.skipIf(!hasTerminals)("the question before an install (skipped where script makes no terminal)", () => {
  it("says how the plugin is built, what it asks for and what holds it to that, and takes yes", {
    timeout: TIMEOUT,
  }, async () => {
    const home = new PluginHome(root);
    const permissions = { network: true, read: ["~/data"] };
    const folder = writePlugin(root, { hodu: { permissions } });
    const { status, screen } = await installAndType(home, folder, "y\r");
    expect(screen).toContain("hodu-format-points 1.0.0 by Someone");
    expect(screen).toContain("It is built by the TypeScript compiler, which runs none of its code.");
    expect(screen).toMatch(/It asks to:\s+read ~\/data\s+use the network/);
    expect(screen.replaceAll(/\s+/g, " ")).toMatch(/reading files: .*(?:enforced|not enforced)/);
    expect(status).toBe(0);
    expect(home.installs()).toHaveLength(1);
  });

  it("H-329: shows how far a build is, and what is built now", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    const build = ["sh", "-c", "for unit in lexer cuda_kernels; do echo Compiling $unit; sleep 0.3; done"];
    const program = { command: "node", arguments: ["dist/index.js"], build };
    const { screen } = await installAndType(home, writePlugin(root, { hodu: { program } }), "y\r");
    expect(screen).toMatch(/\[█{10}░{20}\] 33% Compiling cuda_kernels/);
  });

  it("names a program that builds, and what holds it", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    const program = { command: "node", arguments: ["dist/index.js"], build: ["touch", "built"] };
    const { status, screen } = await installAndType(home, writePlugin(root, { hodu: { program } }), "n\r");
    expect(screen.replaceAll(/\s+/g, " ")).toMatch(
      /It is built by touch built(?:, which can do all that you can|\. .* writes that folder alone, and it has no network \(enforced by Linux\))/,
    );
    expect(screen).toContain("you said no");
    expect(status).toBe(77);
    expect(existsSync(join(home.folder, "plugins.json"))).toBe(false);
  });

  it("says that a plugin in Hodu's own process can do anything", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    const { status, screen } = await installAndType(
      home,
      writePlugin(root, { files: JAVASCRIPT }),
      "y\r",
      "--in-process",
    );
    expect(screen).toContain("It runs in Hodu's own process, where it can do all that you can.");
    expect(status).toBe(0);
    expect(home.index().plugins).toMatchObject([{ in_process: true }]);
  });

  it("ends by Ctrl+C as any other part of the install", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    const { status, screen } = await installAndType(home, writePlugin(root, { files: JAVASCRIPT }), "\u0003");
    expect(screen).toMatch(/Interrupted\. Cleaning up\.\.\.\s+- Removed temporary files\s+Done\./);
    expect(status).toBe(130);
    expect(readdirSync(join(home.folder, "plugins/.staging"))).toEqual([]);
  });
});
