/** Rows H-004, H-037 to H-039, H-042, H-205 to H-207, H-216, H-222, H-233, H-234, H-238 to H-244, H-303 to H-306, H-321 to H-327. */
import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, packPlugin, PluginHome, TYPESCRIPT, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const newHome = (): PluginHome => new PluginHome(root);
const TIMEOUT = 60_000;

describe("hodu plugin install --path", () => {
  it("builds the plugin, notes it in plugins.json with the document's members, and lists it", {
    timeout: TIMEOUT,
  }, async () => {
    const home = newHome();
    const canary = join(home.folder, "canary");
    const script = `node -e 'require("fs").writeFileSync(${JSON.stringify(canary)}, "")'`;
    const scripts = Object.fromEntries(
      ["preinstall", "install", "postinstall", "prepare", "prepack", "build"].map((name) => [name, script]),
    );
    const folder = writePlugin(root, { packageJson: { scripts } });
    const installed = await home.plugin(["install", "--path", folder, "--yes"]);
    expect(installed.stderr).toMatch(/^Building hodu-format-points 1\.0\.0\.\.\.$/m);
    expect(installed.stderr).toMatch(/Installed hodu-format-points 1\.0\.0 from local:/);
    expect(installed).toMatchObject({ status: 0, stdout: "" });
    const [entry] = home.index().plugins;
    expect(entry).toMatchObject({
      name: "hodu-format-points",
      version: "1.0.0",
      type: "format",
      capabilities: { load_model: false, save_model: false, load_tensor: true, save_tensor: false },
      extensions: [".pts"],
      library: "dist/index.js",
      source: `local:${folder}`,
    });
    expect(entry.installed_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(home.installs()).toEqual([expect.stringMatching(/^hodu-format-points\/1\.0\.0-\d{17}$/)]);
    expect(existsSync(join(home.folder, "logs/hodu-format-points-build.log"))).toBe(true);
    expect(existsSync(canary)).toBe(false);
    const listed = await home.plugin(["list"]);
    expect(listed.stdout).toMatch(/points +1\.0\.0 +\[load_tensor\] +\.pts +local:/);
    expect(listed.stderr).toBe("");
  });

  it("does nothing where the same is installed, and all again with --force", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const folder = writePlugin(root);
    await home.plugin(["install", "--path", folder, "--yes"]);
    const [first] = home.index().plugins;
    const again = await home.plugin(["install", "--path", folder, "--yes"]);
    expect(again.stderr).toContain("is installed already");
    expect(home.index().plugins).toEqual([first]);
    await home.plugin(["install", "--path", folder, "--yes", "--force"]);
    const [forced] = home.index().plugins;
    expect(forced.installed_at).not.toBe(first.installed_at);
    expect(forced.digest).toBe(first.digest);
    expect(home.installs()).toHaveLength(1);
  });

  it("--debug keeps places in the sources, and is marked", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const { stderr } = await home.plugin(["install", "--path", writePlugin(root), "--yes", "--debug"]);
    expect(stderr).toContain("hodu-format-points 1.0.0 (dev)");
    const [install] = home.installs();
    expect(readdirSync(join(home.folder, "plugins", install, "package/dist")).sort()).toEqual([
      "index.js",
      "index.js.map",
    ]);
    expect((await home.plugin(["list"])).stdout).toContain("1.0.0 (dev)");
  });

  it("takes along what the plugin depends on, and refuses where that is missing", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const packageJson = { dependencies: { "left-part": "1.0.0" } };
    const files = {
      ...TYPESCRIPT,
      "src/index.ts": `import { one } from "left-part";\nimport { definePlugin } from "hodu-plugin-sdk";\nexport default definePlugin({ formats: { points: { async loadTensors() { throw new Error(String(one)); } } } });\n`,
    };
    const refused = await home.plugin(["install", "--path", writePlugin(root, { packageJson, files }), "--yes"]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('"left-part", on which it depends, is in no node_modules');
    expect(refused.stderr).toMatch(/^hint: npm install --ignore-scripts --prefix /m);
    const part = {
      name: "left-part",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
      dependencies: { "right-part": "1.0.0" },
    };
    const withParts = {
      ...files,
      "node_modules/left-part/package.json": JSON.stringify(part),
      "node_modules/left-part/index.js": 'export { one } from "right-part";\n',
      "node_modules/left-part/index.d.ts": "export declare const one: number;\n",
      "node_modules/right-part/package.json": JSON.stringify({ ...part, name: "right-part", dependencies: {} }),
      "node_modules/right-part/index.js": "export const one = 1;\n",
      "node_modules/not-wanted/package.json": "{}",
    };
    const { status } = await home.plugin([
      "install",
      "--path",
      writePlugin(root, { packageJson, files: withParts }),
      "--yes",
    ]);
    expect(status).toBe(0);
    const modules = join(home.folder, "plugins", home.installs()[0], "package/node_modules");
    expect(readdirSync(modules).sort()).toEqual(["hodu-plugin-sdk", "left-part", "right-part"]);
  });

  it("gives the plugin the SDK of the Hodu that loads it, wherever that was when it was installed", {
    timeout: TIMEOUT,
  }, async () => {
    const home = newHome();
    await home.plugin(["install", "--offline", packPlugin(root), "--yes"]);
    const link = join(home.folder, "plugins", home.installs()[0], "package/node_modules/hodu-plugin-sdk");
    const sdk = realpathSync(link);
    rmSync(link);
    symlinkSync(root, link);
    const points = join(home.folder, "x.pts");
    writeFileSync(points, "1 2 3");
    const { stdout, status } = await hodu(["inspect", points], { env: { HODU_HOME: home.folder } });
    expect({ stdout, status }).toMatchObject({ status: 0, stdout: expect.stringMatching(/points +f32\[3\]/) });
    expect(realpathSync(link)).toBe(sdk);
  });

  it("is refused with both versions where the plugin is for another SDK", async () => {
    const home = newHome();
    const folder = writePlugin(root, { packageJson: { peerDependencies: { "hodu-plugin-sdk": "^0.2.0" } } });
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"]);
    expect(status).toBe(1);
    expect(stderr).toContain("version 1.0.0 is made for hodu-plugin-sdk ^0.2.0, this is 0.3.0");
    expect(existsSync(join(home.folder, "plugins.json"))).toBe(false);
  });

  it("looks for what it needs of the system first, and says how to get it and what to type then", async () => {
    const home = newHome();
    const requires = { system: ["clang", "cuda"], optionalSystem: ["openblas"] };
    const folder = writePlugin(root, { hodu: { requires } });
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"], { env: { PATH: root } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Checking dependencies\.\.\.\n✗ clang not found\n✗ CUDA toolkit not found\n/);
    expect(stderr).toContain("Install CUDA toolkit first:\n  https://developer.nvidia.com/cuda-downloads\n");
    expect(stderr).toContain(`Then retry:\n  hodu plugin install --path ${folder} --yes\n`);
    expect(stderr).not.toContain("Building");
  });

  it("shows what the compiler said, causes, fixes and the log where the build fails, and keeps what was installed", {
    timeout: TIMEOUT,
  }, async () => {
    const home = newHome();
    await home.plugin(["install", "--path", writePlugin(root), "--yes"]);
    const before = readFileSync(join(home.folder, "plugins.json"), "utf8");
    const files = { ...TYPESCRIPT, "src/index.ts": 'import x from "not-there";\nexport default x as number;\n' };
    const folder = writePlugin(root, { version: "1.1.0", files });
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Building hodu-format-points 1\.1\.0\.\.\.$/m);
    expect(stderr).toMatch(/^Build failed!$\n\nsrc\/index\.ts\(1,15\): error TS2307/m);
    expect(stderr).toContain("Possible causes:\n  - Missing package: not-there\n");
    expect(stderr).toContain(
      `To fix:\n  1. Install it beside the plugin: npm install not-there\n  2. Retry: hodu plugin install --path ${folder} --yes\n`,
    );
    const log = join(home.folder, "logs/hodu-format-points-build.log");
    expect(stderr).toContain(`Build log: ${log}\n`);
    expect(readFileSync(log, "utf8")).toContain("error TS2307");
    expect(readFileSync(join(home.folder, "plugins.json"), "utf8")).toBe(before);
    expect(home.installs()).toHaveLength(1);
  });

  it("refuses what is built and does not load", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const files = { "dist/index.js": 'throw new Error("no such thing");\n' };
    const { status, stderr } = await home.plugin(["install", "--path", writePlugin(root, { files }), "--yes"]);
    expect(status).toBe(70);
    expect(stderr).toContain("it is built but does not load");
    expect(stderr).toContain("no such thing");
    expect(home.installs()).toEqual([]);
  });

  it.each(["a b 'c' \"d\"", "-dash", "new\nline", "e\u0301 \u{1f642}", "x".repeat(255)])(
    "takes a folder of the name %j",
    { timeout: TIMEOUT },
    async (name) => {
      const home = newHome();
      const folder = join(home.folder, "..", name);
      rmSync(folder, { recursive: true, force: true });
      renameSync(writePlugin(root, { files: JAVASCRIPT }), folder);
      expect(await home.plugin(["install", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
    },
  );

  it("says which option is meant for a file, and for a folder", async () => {
    const [folder, file] = [writePlugin(root), packPlugin(root)];
    const first = await newHome().plugin(["install", "--path", file, "--yes"]);
    expect(first).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`hint: hodu plugin install --offline ${file}`),
    });
    const second = await newHome().plugin(["install", "--offline", folder, "--yes"]);
    expect(second).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`hint: hodu plugin install --path ${folder}`),
    });
    const third = await newHome().plugin(["install", "--offline", join(folder, "none.tgz"), "--yes"]);
    expect(third).toMatchObject({ status: 66, stderr: expect.stringContaining("there is no such file or folder") });
    const fourth = await newHome().plugin(["install", "points"]);
    expect(fourth).toMatchObject({ status: 2, stderr: expect.stringContaining("expected one of them") });
  });

  it("asks, and without a terminal wants --yes", async () => {
    const folder = writePlugin(root);
    const { status, stderr } = await newHome().plugin(["install", "--path", folder, "--debug"]);
    expect(status).toBe(77);
    expect(stderr).toContain(`hint: hodu plugin install --path ${folder} --debug --yes`);
  });

  it("lists all rules that a manifest breaks", async () => {
    const folder = writePlugin(root, { version: "one", hodu: { components: [] } });
    const { status, stderr } = await newHome().plugin(["install", "--path", folder, "--yes"]);
    expect(status).toBe(65);
    expect(stderr).toContain("breaks 2 rules");
  });
});

describe("hodu plugin install --offline", () => {
  it("installs what npm pack has made, by its name and hash where these are given", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const file = packPlugin(root);
    const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    const args = ["--offline", file, "--integrity", integrity, "--yes"];
    const installed = await home.plugin(["install", "hodu-format-points@1.0.0", ...args]);
    expect(installed.stderr).toMatch(/^Unpacking /m);
    expect(installed.status).toBe(0);
    expect(home.index().plugins[0].source).toBe(`file:${file}`);
  });

  it.each([
    ["of another hash", ["--integrity", `sha512-${"A".repeat(86)}==`], "it has the hash sha512-"],
    ["with a hash that proves nothing", ["--integrity", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="], "it has a hash"],
    ["of another name", ["hodu-format-lines"], 'found "hodu-format-points 1.0.0", expected "hodu-format-lines"'],
    ["of another version", ["hodu-format-points@2.0.0"], 'expected "hodu-format-points 2.0.0"'],
  ])("row 109: an archive %s is refused by policy", async (_, args, message) => {
    const home = newHome();
    const { status, stderr } = await home.plugin(["install", "--offline", packPlugin(root), "--yes", ...args]);
    expect(status).toBe(77);
    expect(stderr).toContain(message);
    expect(existsSync(join(home.folder, "plugins.json"))).toBe(false);
  });
});

describe("hodu plugin remove and rebuild", () => {
  it("remove takes a short or full name, and is refused while another plugin requires it", {
    timeout: TIMEOUT,
  }, async () => {
    const home = newHome();
    const requires = { plugins: { "hodu-format-points": "^1.0.0" } };
    const component = { kind: "extension", name: "user" };
    const files = {
      "dist/index.js": 'import { definePlugin } from "hodu-plugin-sdk";\nexport default definePlugin({});\n',
    };
    await home.plugin(["install", "--offline", packPlugin(root), "--yes"]);
    const user = packPlugin(root, { name: "hodu-extension-user", hodu: { requires, components: [component] }, files });
    expect((await home.plugin(["install", "--offline", user, "--yes"])).status).toBe(0);
    const refused = await home.plugin(["remove", "points"]);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('"hodu-extension-user" requires it') });
    expect(refused.stderr).toContain("hint: hodu plugin remove hodu-format-points --cascade");
    const removed = await home.plugin(["remove", "hodu-format-points", "--cascade"]);
    expect(removed.stderr).toMatch(/Removed hodu-extension-user 1\.0\.0\n +Removed hodu-format-points 1\.0\.0\n/);
    expect(home.index().plugins).toEqual([]);
    expect(home.installs()).toEqual([]);
    expect((await home.plugin(["remove", "points"])).status).toBe(66);
    expect((await home.plugin(["remove", "onnx"])).stderr).toContain("hint: hodu plugin disable onnx");
    expect((await home.plugin(["remove", "interp"])).stderr).toContain("it comes with Hodu");
  });

  it("rebuild takes the sources that were kept, one plugin or all", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const folder = writePlugin(root);
    await home.plugin(["install", "--path", folder, "--yes"]);
    rmSync(folder, { recursive: true });
    const [before] = home.index().plugins;
    for (const what of ["points", "--all"]) {
      expect((await home.plugin(["rebuild", what])).stderr).toMatch(/Rebuilt hodu-format-points 1\.0\.0/);
      const [after] = home.index().plugins;
      expect(after).toMatchObject({ version: "1.0.0", source: before.source, digest: before.digest });
      expect(after.installed_at).not.toBe(before.installed_at);
    }
    expect(home.installs()).toHaveLength(1);
  });

  it("a damaged plugins.json is an error that names rebuild --all, which makes it anew", {
    timeout: TIMEOUT,
  }, async () => {
    const home = newHome();
    await home.plugin(["install", "--offline", packPlugin(root), "--yes"]);
    writeFileSync(join(home.folder, "plugins.json"), "{");
    const refused = await home.plugin(["list"]);
    expect(refused.status).toBe(78);
    expect(refused.stderr).toContain("hint: hodu plugin rebuild --all");
    const { status, stderr } = await home.plugin(["rebuild", "--all"]);
    expect(stderr).toMatch(/Recovered 1 plugin; the damaged list is .*plugins\.json\.damaged/);
    expect(status).toBe(0);
    expect(home.index().plugins).toMatchObject([{ name: "hodu-format-points" }]);
  });
});

describe("hodu version", () => {
  it("lists installed plugins with version and source (H-192)", { timeout: TIMEOUT }, async () => {
    const home = newHome();
    const folder = writePlugin(root, { files: JAVASCRIPT });
    await home.plugin(["install", "--path", folder, "--yes"]);
    const env = { HODU_HOME: home.folder };
    const { stdout } = await hodu(["version"], { env });
    expect(stdout).toContain(`\n\nInstalled plugins:\n  hodu-format-points  1.0.0  local:${folder}\n`);
    const { plugins } = JSON.parse((await hodu(["version", "--json"], { env })).stdout) as { plugins: object[] };
    expect(plugins).toEqual([{ name: "hodu-format-points", version: "1.0.0", source: `local:${folder}` }]);
    writeFileSync(join(home.folder, "plugins.json"), "{");
    expect(await hodu(["version"], { env })).toMatchObject({ status: 0 });
  });
});
