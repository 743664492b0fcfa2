/** Row H-337: what Ctrl+C during a run gives back. No backend of a GPU is there yet: what holds for its memory holds for any session's. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";
import { PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();

/** A backend whose runs last until they are cancelled, and whose sessions say when they are disposed of. */
const SOURCE = `export default { backends: { waiting: {
  async supports() { return true; },
  async compile(model, { device, precision }) {
    return { backend: "hodu-backend-waiting", version: "1.0.0", device, precision, bytes: new Uint8Array(1) };
  },
  async load() {
    return {
      run: (inputs, options, { signal }) => new Promise((_, reject) => {
        console.error("running");
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
      async dispose() { console.error("released"); },
    };
  },
} } };`;

/** Processes whose command lines name a folder. */
const processesOf = (folder: string): readonly string[] =>
  readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(folder);
    } catch {
      return false;
    }
  });

it.skipIf(process.platform !== "linux")(
  "H-337: Ctrl+C cancels the run, disposes of its session, ends the backend's process, and exits with 130 (skipped without /proc)",
  { timeout: 60_000 },
  async () => {
    const home = new PluginHome(root);
    const folder = writePlugin(root, {
      name: "hodu-backend-waiting",
      files: { "dist/index.js": SOURCE },
      hodu: { components: [{ kind: "backend", name: "waiting", devices: ["cpu"], capabilities: ["run"] }] },
    });
    expect(await home.plugin(["install", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
    const log = join(home.folder, "logs/hodu-backend-waiting.log");
    let during = 0;
    const args = ["run", join(DIGITS, "model.onnx"), "-i", join(DIGITS, "seven.json"), "--backend", "waiting"];
    const { status, stderr } = await hodu(args, {
      env: { HODU_HOME: home.folder },
      during: (kill) => {
        const timer = setInterval(() => {
          if (!readFileSync(log, { encoding: "utf8", flag: "a+" }).includes("running")) return;
          clearInterval(timer);
          during = processesOf(home.folder).length;
          kill("SIGINT");
        }, 50);
      },
    });
    expect({ status, stderr }).toMatchObject({
      status: 130,
      stderr: expect.stringContaining("Interrupted.") as string,
    });
    expect(readFileSync(log, "utf8")).toMatch(/running\n[^]*released\n/);
    expect(during).toBeGreaterThan(0);
    expect(processesOf(home.folder)).toEqual([]);
  },
);
