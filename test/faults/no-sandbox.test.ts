/** P8 where Linux has no sandbox to give: its own setting for that is used, and what the command finds by trying is believed. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, temporaryFolder } from "../cli/hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "../cli/plugins.ts";

const root = temporaryFolder();

/** Runs a command in a namespace of users whose own limit of such namespaces is none. */
const WITHOUT = [
  "unshare",
  "--user",
  "--map-root-user",
  "sh",
  "-c",
  'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
  "without-namespaces",
];
const runs = (words: readonly string[]): boolean => spawnSync(words[0], words.slice(1)).status === 0;
const canForbid =
  runs([...WITHOUT, "true"]) &&
  !runs([...WITHOUT, "unshare", "--user", "true"]) &&
  runs(["script", "-qec", "true", "/dev/null"]);

/** What is asked on a terminal before an install, and how it ended after a yes. */
async function install(home: PluginHome, folder: string, before: readonly string[]) {
  const words = [...before, process.execPath, join(ROOT, "packages/cli/bin/hodu.js"), "plugin", "install"];
  const line = [...words, "--path", folder].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols 200; ${line}`, "/dev/null"], {
    env: { ...process.env, CI: "", HODU_HOME: home.folder, NO_COLOR: "1", TERM: "xterm" },
  });
  let [screen, isTyped] = ["", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    if (isTyped || !screen.includes("(y/N)")) return;
    isTyped = true;
    setTimeout(() => child.stdin.write("y\r"), 200);
  });
  const [status] = (await once(child, "close")) as [number];
  return { status, prompt: screen.replaceAll(/\s+/g, " ") };
}

const SERVE = "process.exit(0)";

describe.skipIf(!canForbid)("P8: where namespaces are forbidden (skipped where they cannot be)", () => {
  it("the prompt says of a module what Node enforces and what nothing does, and it works", {
    timeout: 60_000,
  }, async () => {
    const folder = writePlugin(root, { files: JAVASCRIPT });
    const [held, free] = [new PluginHome(root), new PluginHome(root)];
    expect((await install(held, folder, [])).prompt).toContain("(enforced by Linux)");
    const { status, prompt } = await install(free, folder, WITHOUT);
    expect(prompt).not.toContain("enforced by Linux");
    expect(prompt).toMatch(/writing files: what it asks for \(enforced by Node, which follows links out of there\)/);
    expect(prompt).toMatch(/the network: (not enforced, it can reach all that you can|only if .* by Node)/);
    expect(status).toBe(0);
    expect(free.installs()).toHaveLength(1);
  });

  it("the prompt says of a program that nothing holds it", { timeout: 60_000 }, async () => {
    const program = { command: "node", arguments: ["-e", SERVE] };
    const folder = writePlugin(root, { files: { "README.md": "" }, hodu: { program } });
    const { prompt } = await install(new PluginHome(root), folder, WITHOUT);
    expect(prompt).not.toMatch(/\(enforced/);
    for (const what of ["reading files", "writing files", "the network", "starting programs", "native code"])
      expect(prompt).toContain(`${what}: not enforced`);
    expect(prompt).toContain("environment variables: not enforced");
  });
});
