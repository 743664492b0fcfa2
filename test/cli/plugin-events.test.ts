/** What commands tell plugins that listen. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, packPlugin, PluginHome, TYPESCRIPT, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 240_000;
const EAR = "hodu-extension-ear";

/** It prints each event, which lands in its log. */
const SOURCE = `import { definePlugin } from "hodu-plugin-sdk";
export default definePlugin({ onEvent: (event) => console.log(JSON.stringify(event)) });
`;

interface Heard {
  readonly type: string;
  readonly plugin?: string;
  readonly [member: string]: unknown;
}

const home = new PluginHome(root);

/** What it heard since it was asked last. */
let read = 0;
function heard(): readonly Heard[] {
  const lines = readFileSync(join(home.folder, "logs", `${EAR}.log`), "utf8").split("\n");
  const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Heard);
  const news = events.slice(read);
  read = events.length;
  return news;
}

beforeAll(async () => {
  const ear = writePlugin(root, {
    name: EAR,
    hodu: { components: [{ kind: "extension", name: "ear" }] },
    files: { "dist/index.js": SOURCE },
  });
  expect(await home.plugin(["install", "--path", ear, "--yes"])).toMatchObject({ status: 0 });
}, TIMEOUT);

it("hears of an install: how far it is, and that it was one", { timeout: TIMEOUT }, async () => {
  await home.plugin(["install", "--path", writePlugin(root, { files: TYPESCRIPT }), "--yes"]);
  const events = heard();
  const progress = events.filter(({ type }) => type === "InstallProgress");
  const [first, ...others] = progress.filter(({ plugin }) => plugin === "hodu-format-points");
  expect(first).toEqual({
    type: "InstallProgress",
    plugin: "hodu-format-points",
    done: 1,
    total: 3,
    label: "Compiling hodu-format-points",
  });
  expect(others.at(-1)).toMatchObject({ done: 2, label: "Loading hodu-format-points" });
  const installed = events.filter(({ type }) => type === "PluginInstalled");
  expect(installed).toEqual([{ type: "PluginInstalled", plugin: "hodu-format-points", version: "1.0.0" }]);
});

it("hears of the bytes of an archive, and of a plugin that is built again", { timeout: TIMEOUT }, async () => {
  const args = ["install", "--offline", packPlugin(root, { version: "1.1.0", files: JAVASCRIPT }), "--yes"];
  await home.plugin(args);
  const events = heard();
  expect(events).toContainEqual(expect.objectContaining({ type: "InstallProgress", plugin: "plugin.tgz" }));
  expect(events).toContainEqual({ type: "PluginInstalled", plugin: "hodu-format-points", version: "1.1.0" });
  await home.plugin(args);
  expect(heard().map(({ type }) => type)).not.toContain("PluginInstalled");
  await home.plugin(["rebuild", "points"]);
  expect(heard()).toContainEqual({ type: "PluginInstalled", plugin: "hodu-format-points", version: "1.1.0" });
});

it("hears which plugins there are, each once, and which is disabled", { timeout: TIMEOUT }, async () => {
  await home.plugin(["disable", "points"]);
  const events = heard();
  const found = events.filter(({ type }) => type === "PluginDiscovered").map(({ plugin }) => plugin);
  expect(found).toContain("hodu-format-onnx");
  expect(new Set(found).size).toBe(found.length);
  expect(events).toContainEqual({ type: "PluginDisabled", plugin: "hodu-format-points", version: "1.1.0" });
  await home.plugin(["disable", "points"]);
  expect(heard().map(({ type }) => type)).not.toContain("PluginDisabled");
  await home.plugin(["enable", "points"]);
});

it("hears of the hardware that hodu doctor finds", { timeout: TIMEOUT }, async () => {
  await hodu(["doctor"], { env: { HODU_HOME: home.folder } });
  const found = heard().filter(({ type }) => type === "HardwareDetected");
  expect(found[0]).toMatchObject({
    device: "cpu",
    description: expect.stringMatching(/^\S+-\S+, \d+ cores$/) as string,
  });
});

it("keeps no install from its end when a plugin that listens fails", { timeout: TIMEOUT }, async () => {
  const broken = writePlugin(root, {
    name: EAR,
    version: "2.0.0",
    hodu: { components: [{ kind: "extension", name: "ear" }] },
    files: { "dist/index.js": `${SOURCE}process.exit(3);\n` },
  });
  const env = { HODU_PLUGIN_PATH: broken };
  const folder = writePlugin(root, { version: "1.2.0", files: JAVASCRIPT });
  const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"], { env });
  expect(stderr).toContain("Installed hodu-format-points 1.2.0");
  expect(status).toBe(0);
});
