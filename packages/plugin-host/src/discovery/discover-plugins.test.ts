import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ListedPlugin, listInProcess } from "../listed-plugin.ts";
import { type Discovery, discoverPlugins, type PluginPlaces } from "./discover-plugins.ts";
import { readTrusted, trustedText } from "./trusted-folders.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "hodu-discovery-")));
});
afterEach(() => rmSync(root, { recursive: true }));

const packageOf = (name: string, more: object = {}): object => ({
  name,
  version: "1.0.0",
  description: "d",
  author: "a",
  license: "MIT",
  peerDependencies: { "hodu-plugin-sdk": "*" },
  hodu: { components: [{ kind: "extension", name: "x" }] },
  ...more,
});

function write(folder: string, content: object): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "package.json"), JSON.stringify(content));
  return join(root, folder);
}

function find(
  places: Partial<PluginPlaces>,
  installed: readonly ListedPlugin[] = [],
  own: readonly ListedPlugin[] = [],
): Promise<Discovery> {
  const nothing = { named: [], project: undefined, trusted: new Set<string>(), index: undefined };
  return discoverPlugins({ ...nothing, ...places }, installed, own);
}

const idsOf = (plugins: readonly ListedPlugin[]): string[] => plugins.map(({ manifest }) => manifest.id);

const bundled = (id: string): ListedPlugin =>
  listInProcess({ id, version: "0.3.0" } as Manifest, "bundled", () => Promise.reject(new Error("not to be loaded")));

describe("discoverPlugins", () => {
  it("finds the packages below a folder that was named, and that folder itself", async () => {
    write("all/one", packageOf("one"));
    write("all/@scope/two", packageOf("@scope/two"));
    write("all/other", { name: "no-plugin" });
    write("all/one/node_modules/three", packageOf("three"));
    expect(idsOf((await find({ named: [join(root, "all")] })).plugins)).toEqual(["@scope/two", "one"]);
    expect(idsOf((await find({ named: [join(root, "all/one")] })).plugins)).toEqual(["one"]);
    expect(idsOf((await find({ named: [join(root, "none")] })).plugins)).toEqual([]);
  });

  it("takes the first of each id, and says which it shadows", async () => {
    const first = write("a/onnx", packageOf("hodu-format-onnx"));
    write("b/onnx", packageOf("hodu-format-onnx"));
    const found = await find({ named: [join(root, "a"), join(root, "b")] }, [], [bundled("hodu-format-onnx")]);
    expect(found.plugins.map(({ folder }) => folder)).toEqual([first]);
    expect(found.shadowed.map(({ plugin, by }) => [plugin.origin, by.folder])).toEqual([
      ["path", first],
      ["bundled", first],
    ]);
  });

  it("reports a package that is broken, and goes on", async () => {
    write("all/bad", packageOf("bad", { hodu: { components: [{ kind: "formt", name: "x" }] } }));
    write("all/good", packageOf("good"));
    const { plugins, broken } = await find({ named: [join(root, "all")] });
    expect(idsOf(plugins)).toEqual(["good"]);
    expect(broken.map(({ folder, error }) => [folder, error.code])).toEqual([[join(root, "all/bad"), "BAD_PLUGIN"]]);
  });

  it("uses a project's plugins only once the user trusts the folder, and never in place of Hodu's own", async () => {
    write("hodu_plugins/mine", packageOf("mine"));
    write("brainsmith_plugins/theirs", packageOf("theirs"));
    write("plugins/public", packageOf("public"));
    write("plugins/internal", packageOf("internal", { private: true }));
    write("hodu_plugins/onnx", packageOf("hodu-format-onnx"));
    const own = [bundled("hodu-format-onnx")];
    const before = await find({ project: root }, [], own);
    expect(idsOf(before.plugins)).toEqual(["hodu-format-onnx"]);
    expect(before.untrusted).toEqual(["hodu_plugins", "brainsmith_plugins", "plugins"].map((name) => join(root, name)));
    const file = join(root, "trusted.json");
    writeFileSync(file, trustedText(new Set([root])));
    const after = await find({ project: root, trusted: readTrusted(file) }, [], own);
    expect(idsOf(after.plugins)).toEqual(["mine", "theirs", "public", "hodu-format-onnx"]);
    expect(after.plugins.at(-1)?.origin).toBe("bundled");
    expect(after.shadowed.map(({ plugin, by }) => [plugin.origin, by.origin])).toEqual([["project", "bundled"]]);
  });

  it("remembers what it read until the file changes, and forgets a damaged memory", async () => {
    const folder = write("all/one", packageOf("one"));
    const manifest = join(folder, "package.json");
    utimesSync(manifest, 1e9, 1e9);
    const index = join(root, "index.json");
    const look = async (): Promise<readonly string[]> =>
      (await find({ named: [join(root, "all")], index })).plugins.map(({ manifest }) => manifest.version);
    expect(await look()).toEqual(["1.0.0"]);
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace("1.0.0", "9.9.9"));
    utimesSync(manifest, 1e9, 1e9);
    expect(await look()).toEqual(["1.0.0"]);
    const text = readFileSync(index, "utf8");
    for (const damaged of ["{", "", text.slice(0, -3), text.replace('"version":"1.0.0"', '"version":5'), `${text}x`]) {
      writeFileSync(index, damaged);
      expect(await look()).toEqual(["9.9.9"]);
    }
    utimesSync(manifest, new Date(), new Date(Date.now() + 5000));
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace("9.9.9", "1.0.0"));
    expect(await look()).toEqual(["1.0.0"]);
  });

  it("refuses a list of trusted folders that is none", () => {
    const file = join(root, "trusted.json");
    writeFileSync(file, '{"schema": 1, "folders": [7]}');
    expect(() => readTrusted(file)).toThrow(HoduError);
  });
});

describe("a plugin in a folder", () => {
  const module = `
    export default { formats: { seven: { loadTensors: async () => ({ values: [], metadata: [["pid", String(process.pid)]] }) } } };
  `;
  const component = {
    kind: "format",
    name: "seven",
    title: "Seven",
    modelExtensions: [],
    tensorExtensions: [".seven"],
    capabilities: ["load_tensor"],
  };

  it("runs in a process of its own", async () => {
    const folder = write(
      "seven",
      packageOf("seven", {
        type: "module",
        exports: { ".": { import: "./index.js" } },
        hodu: { components: [component] },
      }),
    );
    writeFileSync(join(folder, "index.js"), module);
    const [listed] = (await find({ named: [folder] })).plugins;
    const plugin = await listed.load();
    try {
      const source = { name: "x.seven", size: 0 } as never;
      const context = { signal: new AbortController().signal, log() {}, progress() {} };
      const { metadata } = await plugin.formats!.seven.loadTensors!(source, {}, context);
      expect(metadata).toEqual([["pid", expect.stringMatching(/^\d+$/)]]);
      expect(metadata[0][1]).not.toBe(String(process.pid));
    } finally {
      await plugin.dispose();
    }
  });

  it.each([
    ["a module that is not there", { exports: "./none.js" }],
    ["a module outside of its folder", { exports: "../index.js" }],
    ["no module", { exports: { "./other": "./index.js" } }],
  ])("is refused with %s", async (_, more) => {
    writeFileSync(join(root, "index.js"), "export default {};");
    const folder = write("bad", packageOf("bad", more));
    const [listed] = (await find({ named: [folder] })).plugins;
    await expect(listed.load()).rejects.toMatchObject({ code: "PLUGIN_PROTOCOL" });
  });
});
