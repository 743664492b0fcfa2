/** Plugins that are used in their own folders: --plugin-path, and folders of a project. */
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { join } from "node:path";
import { guardsHere } from "@hodu/plugin-host/install";
import { expect, it } from "vitest";
import { hodu, temporaryFolder } from "./hodu.ts";
import { PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 120_000;
const canFindSdk = guardsHere().namespaces || "registerHooks" in nodeModule;

const source = (operator: string): string => `import { definePlugin, GraphBuilder, tensorType } from "hodu-plugin-sdk";
export default definePlugin({
  formats: {
    one: {
      async loadModel() {
        const graph = new GraphBuilder("one");
        const [y] = graph.node("${operator}", [graph.input("x", tensorType("f32", [1]))]);
        graph.output(y);
        return graph.build();
      },
    },
  },
});
`;

/** A format whose models are one operator, in a folder that has no packages. */
function writeFormat(operator: string): string {
  const component = {
    kind: "format",
    name: "one",
    title: "One",
    modelExtensions: [".one"],
    tensorExtensions: [],
    capabilities: ["load_model"],
  };
  const files = { "dist/index.js": source(operator), "m.one": "" };
  return writePlugin(root, { name: "hodu-format-one", hodu: { components: [component] }, files });
}

interface Ran {
  readonly compile_cached: boolean;
  readonly outputs: readonly { readonly data?: unknown }[];
}

async function run(home: PluginHome, folder: string, option: readonly string[], cwd = root): Promise<Ran> {
  writeFileSync(join(root, "x.json"), JSON.stringify({ dtype: "f32", shape: [1], data: [4] }));
  const args = ["run", join(folder, "m.one"), "-i", join(root, "x.json"), "--backend", "wasm", "--json", ...option];
  const { status, stdout, stderr } = await hodu(args, { env: { HODU_HOME: home.folder }, cwd });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as Ran;
}

it.skipIf(!canFindSdk)(
  "find the SDK of Hodu, and nothing is written into their folders (skipped where Node has no hooks)",
  { timeout: TIMEOUT },
  async () => {
    const folder = writeFormat("Neg");
    const before = readdirSync(folder);
    await run(new PluginHome(root), folder, ["--plugin-path", folder]);
    expect(readdirSync(folder)).toEqual(before);
  },
);

it("are known to the cache by the state of their files", { timeout: TIMEOUT }, async () => {
  const home = new PluginHome(root);
  const folder = writeFormat("Neg");
  const option = ["--plugin-path", folder];
  expect(await run(home, folder, option)).toMatchObject({ compile_cached: false });
  expect(await run(home, folder, option)).toMatchObject({ compile_cached: true });
  writeFileSync(join(folder, "dist/index.js"), source("Abs"));
  const changed = await run(home, folder, option);
  expect(changed).toMatchObject({ compile_cached: false });
  expect(JSON.stringify(changed.outputs)).toContain("4");
  expect(JSON.stringify(changed.outputs)).not.toContain("-4");
});

it("are so in a project that is trusted", { timeout: TIMEOUT }, async () => {
  const home = new PluginHome(root);
  const project = join(root, "project");
  const folder = writeFormat("Neg");
  cpSync(folder, join(project, "hodu_plugins/one"), { recursive: true });
  await home.plugin(["trust", project]);
  expect(await run(home, folder, [], project)).toMatchObject({ compile_cached: false });
  expect(await run(home, folder, [], project)).toMatchObject({ compile_cached: true });
  if (canFindSdk) expect(existsSync(join(project, "hodu_plugins/one/node_modules"))).toBe(false);
});
