/** P5: plugins made for other versions of the SDK and of the protocol work, or are refused with a version that would do. */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type LoadedPlugin, loadInChild, nodeProgram, type PluginProgram, PluginRegistry } from "@hodu/plugin-host";
import { transform } from "esbuild";
import { SDK_VERSION } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFolder } from "../../packages/plugin-host/src/list-folder.ts";
import { hodu, temporaryFolder } from "../cli/hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "../cli/plugins.ts";
import { act, errorOf, LANGUAGES, type Language, makeTroublePlugins, MISSING } from "./trouble-plugins.ts";
import type { TroublePlugins } from "./trouble-plugins.ts";

const root = temporaryFolder();
const relay = join(root, "relay.mjs");
let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins(LANGUAGES);
  const source = fileURLToPath(new URL("fixtures/relay.ts", import.meta.url));
  const { code } = await transform(await readFile(source, "utf8"), { loader: "ts", format: "esm" });
  writeFileSync(relay, code);
}, 120_000);
afterAll(() => plugins.remove());

const [major, minor, patch] = SDK_VERSION.split(".").map(Number);

/** For which versions a plugin was made, as a range, and whether this SDK is one of them; else what would do. */
const MADE_FOR: readonly (readonly [name: string, range: string, instead: string | undefined])[] = [
  ["two minor versions ago", `^${major}.${minor - 2}.0`, `a version of it for ${SDK_VERSION}`],
  ["a minor version ago", `^${major}.${minor - 1}.0`, `a version of it for ${SDK_VERSION}`],
  ["this version", `^${SDK_VERSION}`, undefined],
  ["this version alone", SDK_VERSION, undefined],
  ["a later patch", `^${major}.${minor}.${patch + 1}`, `Hodu ${major}.${minor}.${patch + 1}`],
  ["the next minor version", `^${major}.${minor + 1}.0`, `Hodu ${major}.${minor + 1}.0`],
  ["the next major version", `^${major + 1}.0.0`, `Hodu ${major + 1}.0.0`],
  ["another major version", `^${major + 7}.1.0`, `Hodu ${major + 7}.1.0`],
  ["all versions around this one", `>=${major}.${minor - 2}.0 <${major}.${minor + 2}.0`, undefined],
  ["versions before and after this one", `^${major}.${minor - 1}.0 || ^${major}.${minor + 1}.0`, "a version of it for"],
];

describe.each(MADE_FOR)("P5: a plugin made for %s (%s)", (_, range, instead) => {
  it("is installed and works, or is refused with what would do", { timeout: 30_000 }, async () => {
    const home = new PluginHome(root);
    const packageJson = { peerDependencies: { "hodu-plugin-sdk": range } };
    const folder = writePlugin(root, { files: JAVASCRIPT, packageJson });
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"]);
    if (instead === undefined) {
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const file = join(folder, "x.pts");
      writeFileSync(file, "1 2 3");
      const used = await hodu(["inspect", file], { env: { HODU_HOME: home.folder } });
      expect(used).toMatchObject({ status: 0, stdout: expect.stringContaining("[3]") });
    } else {
      expect(status).toBe(1);
      expect(stderr).toContain(`is made for hodu-plugin-sdk ${range}, this is ${SDK_VERSION}`);
      expect(stderr).toContain(instead);
    }
  });

  it.for(LANGUAGES)("is loaded and works, or is refused, in %s", async (language, test) => {
    test.skip(MISSING[language] !== undefined, MISSING[language]);
    const registry = new PluginRegistry();
    const manifest = { ...plugins.manifest(language), sdk: range };
    registry.register(listFolder({ manifest, folder: plugins.folder(language), origin: "path" }));
    if (instead === undefined) {
      expect(await act(await registry.load("hodu-test-trouble"), "none")).toBe("done");
    } else {
      const error = await errorOf(registry.load("hodu-test-trouble"));
      expect(error.code).toBe("PLUGIN_INCOMPATIBLE");
      expect(error.message).toContain(instead);
    }
    await registry.shutDown();
  });
});

/** A plugin of a language, with a relay before it that changes what is said. */
function startThrough(mode: string, language: Language): Promise<LoadedPlugin> {
  const { program } = plugins.manifest(language);
  const folder = plugins.folder(language);
  const { command, arguments: given = [] }: PluginProgram | NonNullable<typeof program> =
    program ?? nodeProgram(pathToFileURL(join(folder, "index.js")));
  const through = { command: process.execPath, arguments: [relay, mode, command, ...given], folder };
  return loadInChild(plugins.manifest(language), through, { startTimeout: 10_000, callTimeout: 10_000, grace: 500 });
}

describe.each(LANGUAGES)("P5: a plugin in %s", (language) => {
  const isMissing = MISSING[language] !== undefined;

  it.skipIf(isMissing).each([
    ["as it is", "same"],
    ["with members, notifications and requests that nobody knows yet", "longer"],
    ["without all that may be left out", "shorter"],
    ["of a host of another version", "newHost"],
    ["of a client of another version", "newClient"],
  ])("works with messages %s", async (_, mode) => {
    const plugin = await startThrough(mode, language);
    try {
      expect(await act(plugin, "none")).toBe("done");
      const error: unknown = await act(plugin, "variable", "HODU_TEST_NOT_SET").catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/not set|HODU_TEST_NOT_SET/);
      expect(await Promise.all([act(plugin, "none"), act(plugin, "none")])).toEqual(["done", "done"]);
    } finally {
      await plugin.dispose();
    }
  });

  it.skipIf(isMissing).each([
    ["an older version", "older", 0],
    ["a newer version", "newer", 2],
  ])("is refused when it speaks %s of the protocol, and both are named", async (_, mode, version) => {
    const error = await errorOf(startThrough(mode, language));
    expect(error).toMatchObject({ code: "PLUGIN_PROTOCOL", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toContain(`found version ${version} of the protocol, expected version 1`);
  });
});
