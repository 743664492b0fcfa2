/** Rows H-334 to H-336, H-338, H-339: Ctrl+C in each part of an install. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PACKAGE_JSON, tarMember } from "../bad-inputs/build-tar.ts";
import { temporaryFolder } from "../cli/hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "../cli/plugins.ts";
import { TIMED } from "../timed.ts";

const root = temporaryFolder();

/** Most that a command may take to end by itself, and at once. */
const END_MS = 2000;
const AT_ONCE_MS = 300;

/** A program that takes long, told from all others by what it waits for. */
let count = 0;
const longBuild = (): readonly string[] => ["sleep", `${1000 + process.pid}.${++count}`];

type IsIt = (commandLine: string) => boolean;

const isRunning = (isIt: IsIt): boolean =>
  readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && isIt(readFileSync(join("/proc", pid, "cmdline"), "utf8"));
    } catch {
      return false;
    }
  });

/** Waits until there is nothing of it any more: a killed process is there until its parent has heard of it. */
async function untilGone(isIt: IsIt): Promise<boolean> {
  for (let i = 0; i < 50 && isRunning(isIt); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isRunning(isIt);
}

/** Installs, sends a signal once the text is printed, and takes the time from then on. */
async function interrupt(home: PluginHome, args: readonly string[], text: string, signal: NodeJS.Signals = "SIGINT") {
  let sent = 0;
  const ended = await home.plugin(["install", ...args, "--yes"], {
    during: (kill, until) =>
      void until(text).then(() => {
        setTimeout(() => {
          sent = performance.now();
          kill(signal);
        }, 100);
      }),
  });
  return { ...ended, took: performance.now() - sent };
}

function expectCleaned(home: PluginHome): void {
  const staging = join(home.folder, "plugins/.staging");
  expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([]);
  expect(existsSync(join(home.folder, "plugins.json"))).toBe(false);
}

describe.skipIf(process.platform !== "linux")("I12: Ctrl+C", TIMED, () => {
  it("while a plugin is built ends the build, removes what it left, and says so", async () => {
    const home = new PluginHome(root);
    const build = longBuild();
    const folder = writePlugin(root, { hodu: { program: { command: "node", build } } });
    const { status, stderr, took } = await interrupt(home, ["--path", folder], "Building");
    expect(stderr).toMatch(/Building .*\nInterrupted\. Cleaning up\.\.\.\n {2}- Removed temporary files\nDone\.\n$/);
    expect(status).toBe(130);
    expect(took).toBeLessThan(END_MS);
    expect(await untilGone((words) => words === `${build.join("\0")}\0`)).toBe(true);
    expectCleaned(home);
  });

  it("while the plugin is loaded for the first time", async () => {
    const home = new PluginHome(root);
    const folder = writePlugin(root, {
      files: { "dist/index.js": "await new Promise(() => setInterval(() => {}, 1e6));" },
    });
    const { status, stderr, took } = await interrupt(home, ["--path", folder], "Checking that");
    expect(stderr).toMatch(/Interrupted\. Cleaning up\.\.\.\n {2}- Removed temporary files\nDone\.\n$/);
    expect(status).toBe(130);
    expect(took).toBeLessThan(END_MS);
    expect(await untilGone((words) => words.includes(home.folder))).toBe(true);
    expectCleaned(home);
  });

  it("while an archive is unpacked", async () => {
    const home = new PluginHome(root);
    const noise = Uint8Array.from({ length: 1 << 16 }, (_, i) => (i * i * 31) >> 3);
    const files = Buffer.concat(
      Array.from({ length: 20_000 }, (_, i) => tarMember({ path: `package/${i}`, content: noise.subarray(0, 600) })),
    );
    const file = join(home.folder, "large.tgz");
    writeFileSync(file, gzipSync(Buffer.concat([tarMember(PACKAGE_JSON), files, Buffer.alloc(1024)]), { level: 0 }));
    const { status, stderr, took } = await interrupt(home, ["--offline", file], "Unpacking");
    expect(stderr).toMatch(/Interrupted\. Cleaning up\.\.\.\n {2}- Removed temporary files\nDone\.\n$/);
    expect(status).toBe(130);
    expect(took).toBeLessThan(END_MS);
    expectCleaned(home);
  });

  it("while another command changes the plugins", async () => {
    const home = new PluginHome(root);
    await home.plugin(["list"]);
    const lock = spawn("flock", [join(home.folder, "plugins.lock"), "sleep", "60"], { detached: true });
    await once(lock, "spawn");
    try {
      const folder = writePlugin(root, { files: JAVASCRIPT });
      const { status, stderr, took } = await interrupt(home, ["--path", folder], "Waiting");
      expect(stderr).toMatch(/^Waiting for another hodu that changes the plugins\.\.\.$/m);
      expect(stderr).toMatch(/Interrupted\. Cleaning up\.\.\.\n {2}- There was nothing to remove\nDone\.\n$/);
      expect(status).toBe(130);
      expect(took).toBeLessThan(END_MS);
    } finally {
      process.kill(-lock.pid!, "SIGKILL");
    }
  });

  it("twice ends the command at once, and leaves no process", async () => {
    const home = new PluginHome(root);
    // A build that does not follow the first signal.
    const build = ["sh", "-c", `trap '' TERM INT; while :; do sleep 0.1; done # ${process.pid}`];
    const folder = writePlugin(root, { hodu: { program: { command: "node", build } } });
    let second = 0;
    const { status } = await home.plugin(["install", "--path", folder, "--yes"], {
      during: (kill, until) => {
        void until("Building").then(() => kill("SIGINT"));
        void until("Interrupted").then(() => {
          second = performance.now();
          kill("SIGINT");
        });
      },
    });
    expect(performance.now() - second).toBeLessThan(AT_ONCE_MS);
    expect(status).toBe(130);
    expect(await untilGone((words) => words === `${build.join("\0")}\0`)).toBe(true);
    expectCleaned(home);
  });

  it("or SIGTERM: exit status 143", async () => {
    const home = new PluginHome(root);
    const folder = writePlugin(root, { hodu: { program: { command: "node", build: longBuild() } } });
    const { status } = await interrupt(home, ["--path", folder], "Building", "SIGTERM");
    expect(status).toBe(143);
    expectCleaned(home);
  });
});
