import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hodu, temporaryFolder } from "./hodu.ts";

const folder = realpathSync(temporaryFolder());

const MODULE = `
  export default { formats: { lines: { loadTensors: async (source) => ({ values: [], metadata: [["file", source.name]] }) } } };
`;

const packageOf = (name: string, version = "1.0.0"): object => ({
  name,
  version,
  description: "Reads lines.",
  author: "Someone",
  license: "MIT",
  type: "module",
  exports: "./index.js",
  peerDependencies: { "hodu-plugin-sdk": "*" },
  hodu: {
    components: [
      {
        kind: "format",
        name: "lines",
        title: "Lines",
        modelExtensions: [],
        tensorExtensions: [".lines"],
        capabilities: ["load_tensor"],
      },
    ],
    permissions: { network: true },
    requires: { plugins: { "base-plugin": "^1.0.0" }, system: ["clang"] },
  },
});

function write(path: string, content: object): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify(content));
  writeFileSync(join(path, "index.js"), MODULE);
  return path;
}

/** A home and a folder to work in, both empty. */
function place() {
  const home = mkdtempSync(join(folder, "home-"));
  const cwd = mkdtempSync(join(folder, "project-"));
  const plugin = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    hodu(["plugin", ...args], { cwd, env: { HODU_HOME: home, ...env } });
  return { home, cwd, plugin };
}

interface Listed {
  readonly plugins: readonly { readonly name: string; readonly source: string; readonly origin: string }[];
  readonly disabled: readonly { readonly name: string }[];
  readonly shadowed: readonly { readonly name: string; readonly by: string }[];
  readonly broken: readonly { readonly folder: string; readonly code: string }[];
  readonly untrusted: readonly string[];
}

describe("hodu plugin list", () => {
  it("groups what comes with Hodu by kind, with what each can do (rows H-217 to H-220)", async () => {
    const { stdout } = await place().plugin(["list"]);
    expect(stdout).toMatch(/^Backend plugins:\n {2}cpu +\d\S* +\[Runner\] +devices: cpu +✓ official +bundled\n/);
    expect(stdout).toMatch(
      /\nFormat plugins:\n(?: .*\n)* {2}npy +\S+ +\[load_tensor, save_tensor\] +\.npy, \.npz +✓ official/,
    );
    expect((await place().plugin([])).stdout).toBe(stdout);
  });

  it("finds the plugins of a folder that the variable or the option names, and says what they shadow", async () => {
    const { cwd, plugin } = place();
    write(join(cwd, "mine/lines"), packageOf("hodu-format-lines"));
    write(join(cwd, "mine/onnx"), packageOf("hodu-format-onnx", "9.0.0"));
    const { stdout } = await plugin(["list", "--json"], { HODU_PLUGIN_PATH: join(cwd, "mine") });
    expect((await plugin(["list", "--json", "--plugin-path", "mine"])).stdout).toBe(stdout);
    const { plugins, shadowed } = JSON.parse(stdout) as Listed;
    expect(plugins.slice(0, 2).map(({ name, source }) => [name, source])).toEqual([
      ["hodu-format-lines", `path:${join(cwd, "mine/lines")}`],
      ["hodu-format-onnx", `path:${join(cwd, "mine/onnx")}`],
    ]);
    expect(shadowed.map(({ name, by }) => [name, by])).toEqual([
      ["hodu-format-onnx", `path:${join(cwd, "mine/onnx")}`],
    ]);
    const missing = await plugin(["list", "--plugin-path", "nowhere"]);
    expect([missing.status, missing.stderr]).toEqual([66, expect.stringContaining("there is no such folder")]);
  });

  it("uses a project's plugins once its folder is trusted, and no longer when that is taken back", async () => {
    const { cwd, plugin } = place();
    write(join(cwd, "hodu_plugins/lines"), packageOf("hodu-format-lines"));
    const listed = async (): Promise<Listed> => JSON.parse((await plugin(["list", "--json"])).stdout) as Listed;
    const isUsed = async (): Promise<boolean> =>
      (await listed()).plugins.some(({ name }) => name === "hodu-format-lines");
    expect((await listed()).untrusted).toEqual([join(cwd, "hodu_plugins")]);
    expect((await plugin(["list"])).stdout).toContain("Not used: 1 not trusted (hodu plugin list --all)");
    expect(await isUsed()).toBe(false);
    expect((await plugin(["trust"])).stderr).toContain(`Trusted ${cwd}`);
    expect((await plugin(["trust", "--list"])).stdout).toBe(`${cwd}\n`);
    expect(await isUsed()).toBe(true);
    await plugin(["trust", "--revoke", "."]);
    expect(await isUsed()).toBe(false);
  });

  it("trusts folders only, and takes back the trust in one that is gone", { timeout: 30_000 }, async () => {
    const { cwd, plugin } = place();
    writeFileSync(join(cwd, "file"), "");
    mkdirSync(join(cwd, "gone"));
    expect(await plugin(["trust", "file"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("it is a file"),
    });
    symlinkSync("circle", join(cwd, "circle"));
    for (const name of ["none", "circle"]) expect(await plugin(["trust", name])).toMatchObject({ status: 66 });
    await plugin(["trust", "gone"]);
    rmdirSync(join(cwd, "gone"));
    expect((await plugin(["trust", "--revoke", "gone"])).stderr).toContain(`Revoked ${join(cwd, "gone")}`);
    expect((await plugin(["trust", "--revoke", "gone"])).stderr).toContain("was not trusted");
    expect((await plugin(["trust", "--list"])).stdout).toBe("");
  });

  it("shows a broken plugin with --all, and works without it", async () => {
    const { cwd, plugin } = place();
    const bad = write(join(cwd, "mine/bad"), { name: "bad", hodu: {} });
    const env = { HODU_PLUGIN_PATH: join(cwd, "mine") };
    const { stdout, status } = await plugin(["list", "--all"], env);
    expect(status).toBe(0);
    expect(stdout).toContain(`Broken:\n  ${bad}  Cannot read the plugin in`);
    expect(JSON.parse((await plugin(["list", "--json"], env)).stdout)).toMatchObject({
      broken: [{ folder: bad, code: "BAD_PLUGIN" }],
    });
  });
});

describe("hodu plugin info", () => {
  it("tells what a plugin is, may do and needs, without loading it", async () => {
    const { cwd, plugin } = place();
    const lines = write(join(cwd, "lines"), packageOf("hodu-format-lines"));
    writeFileSync(join(lines, "index.js"), "throw new Error('it was loaded')");
    const env = { HODU_PLUGIN_PATH: lines };
    const { stdout } = await plugin(["info", "lines"], env);
    expect(stdout).toContain("hodu-format-lines 1.0.0\n");
    expect(stdout).toMatch(/Requires: +base-plugin \^1\.0\.0\n {2}System: +clang\n {2}Permissions: +network\n/);
    expect(stdout).toContain("    format  lines  [load_tensor]  .lines\n");
    expect(JSON.parse((await plugin(["info", "format:lines", "--json"], env)).stdout)).toMatchObject({
      id: "hodu-format-lines",
      origin: "path",
      enabled: true,
    });
  });

  it("says what was meant where there is no such plugin", async () => {
    const { status, stderr } = await place().plugin(["info", "onxx"]);
    expect(status).toBe(66);
    expect(stderr).toContain('Cannot tell about "onxx": there is no plugin of that name\nhint: did you mean onnx?');
  });
});

describe("hodu plugin disable", () => {
  it("brings back the error of a format that is not there, until it is enabled", async () => {
    const { home, cwd, plugin } = place();
    writeFileSync(join(cwd, "a.npy"), "");
    const inspect = () => hodu(["inspect", "a.npy"], { cwd, env: { HODU_HOME: home } });
    expect((await plugin(["disable", "npy"])).stderr).toContain("Disabled hodu-format-npy");
    expect((await inspect()).status).toBe(66);
    const { disabled } = JSON.parse((await plugin(["list", "--json"])).stdout) as Listed;
    expect(disabled.map(({ name }) => name)).toEqual(["hodu-format-npy"]);
    await plugin(["enable", "hodu-format-npy"]);
    expect((await inspect()).status).toBe(65);
    expect(JSON.parse(readFileSync(join(home, "plugins.json"), "utf8"))).toEqual({
      schema: 1,
      plugins: [],
      disabled: [],
    });
  });

  it.each([
    ["json", 2, "it is part of Hodu"],
    ["lines", 2, "it is not installed, but found in a folder"],
  ])("refuses %s", async (name, expected, reason) => {
    const { cwd, plugin } = place();
    const env = { HODU_PLUGIN_PATH: write(join(cwd, "lines"), packageOf("hodu-format-lines")) };
    const { status, stderr } = await plugin(["disable", name], env);
    expect([status, stderr]).toEqual([expected, expect.stringContaining(reason)]);
    const enabled = await plugin(["enable", name], env);
    expect([enabled.status, enabled.stderr]).toEqual([expected, expect.stringContaining("Cannot enable")]);
  });
});
