/** Rows H-315 to H-320. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 90_000;

const doctor = (home: PluginHome, env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  hodu(["doctor"], { env: { HODU_HOME: home.folder, ...env } });

async function homeWithPlugin(): Promise<PluginHome> {
  const home = new PluginHome(root);
  const folder = writePlugin(root, { files: JAVASCRIPT });
  expect(await home.plugin(["install", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
  return home;
}

/** Changes the entry of the one plugin that is installed. */
function changeEntry(home: PluginHome, change: (entry: Record<string, unknown>) => object): void {
  const { plugins, ...rest } = home.index();
  writeFileSync(join(home.folder, "plugins.json"), JSON.stringify({ ...rest, plugins: plugins.map(change) }));
}

describe("hodu doctor where nothing is wrong", () => {
  it("shows the machine, backends and formats there and not there, each plugin, the settings and the cache", {
    timeout: TIMEOUT,
  }, async () => {
    const { status, stdout, stderr } = await doctor(await homeWithPlugin());
    expect(stderr).toBe("");
    expect(status).toBe(0);
    for (const line of [
      /^System:$/m,
      /^ {2}✓ Platform: \S+-\S+$/m,
      new RegExp(`^  ✓ Node: ${process.versions.node}$`, "m"),
      /^ {2}✓ interp \(builtin\)$/m,
      /^ {2}✓ wasm 0\.3\.0$/m,
      /^ {2}✗ cuda \(not installed, requires CUDA toolkit\)$/m,
      /^ {2}✓ hdss, hdt, json \(builtin\)$/m,
      /^ {2}✓ onnx 0\.3\.0$/m,
      /^ {2}✓ points 1\.0\.0$/m,
      /^ {2}✗ gguf \(not installed\)$/m,
      /^ {2}✓ hodu-backend-cpu: OK$/m,
      /^ {2}✓ hodu-format-points: OK$/m,
      /^ {2}✓ \S+config\.toml: not there, defaults count$/m,
      /^ {2}✓ \S+cache: writable, .* entries$/m,
    ])
      expect(stdout).toMatch(line);
  });

  it("takes a plugin of --plugin-path for what it is, where another of its name is installed", {
    timeout: TIMEOUT,
  }, async () => {
    const home = await homeWithPlugin();
    const folder = writePlugin(root, { version: "2.0.0", files: JAVASCRIPT });
    const { status, stdout } = await hodu(["doctor", "--plugin-path", folder], { env: { HODU_HOME: home.folder } });
    expect(stdout).toMatch(/^ {2}✓ hodu-format-points: OK$/m);
    expect(stdout).toMatch(/^ {2}✓ points 2\.0\.0$/m);
    expect(status).toBe(0);
  });

  it("gives the same as JSON, and a plugin that is disabled as absent", { timeout: TIMEOUT }, async () => {
    const home = await homeWithPlugin();
    await home.plugin(["disable", "points"]);
    const { status, stdout } = await hodu(["doctor", "--json"], { env: { HODU_HOME: home.folder } });
    const found = JSON.parse(stdout) as { readonly ok: boolean; readonly formats: readonly object[] };
    expect(status).toBe(0);
    expect(found.ok).toBe(true);
    expect(found.formats).toContainEqual(expect.objectContaining({ name: "points", status: "absent" }));
  });

  it("says which compilers are not there", { timeout: TIMEOUT }, async () => {
    const empty = join(root, "empty");
    mkdirSync(empty, { recursive: true });
    const { stdout } = await doctor(new PluginHome(root), { PATH: empty });
    expect(stdout).toContain("✗ C compiler: none of clang and gcc");
    expect(stdout).toMatch(/✗ cpu 0\.3\.0 \(not available: neither clang nor gcc is on PATH/);
  });
});

describe("hodu doctor ends with 1 and names the command that mends", () => {
  it("a plugin that is made for another SDK, with both versions", { timeout: TIMEOUT }, async () => {
    const home = await homeWithPlugin();
    changeEntry(home, (entry) => ({ ...entry, manifest: { ...Object(entry.manifest), sdk: "^0.2.0" } }));
    const { status, stdout } = await doctor(home);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^ {2}! hodu-format-points: SDK version mismatch \(\^0\.2\.0 vs 0\.3\.0\)\n {4}→ Run: hodu plugin install --path \S+ --force$/m,
    );
  });

  it("a plugin whose files were changed", { timeout: TIMEOUT }, async () => {
    const home = await homeWithPlugin();
    const [install] = home.installs();
    const file = join(home.folder, "plugins", install, "package/dist/index.js");
    writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
    const { status, stdout } = await doctor(home);
    expect(status).toBe(1);
    expect(stdout).toContain("! hodu-format-points: its files are not those that were installed\n    → Run: ");
  });

  it("a plugin that crashed too often, which is not started", { timeout: TIMEOUT }, async () => {
    const home = await homeWithPlugin();
    const crashes = [{ name: "hodu-format-points", times: [Date.now()], quarantined: true }];
    writeFileSync(join(home.folder, "crashes.json"), JSON.stringify({ schema: 1, plugins: crashes }));
    const { status, stdout } = await doctor(home);
    expect(status).toBe(1);
    expect(stdout).toContain("! hodu-format-points: quarantined");
    expect(stdout).toContain("→ Run: hodu plugin enable hodu-format-points");
  });

  it("a plugin that does not come up, within its time, and others all the same", { timeout: TIMEOUT }, async () => {
    const files = { "dist/index.js": "setInterval(() => {}, 1000);\nawait new Promise(() => {});\n" };
    const folder = writePlugin(root, { name: "hodu-format-slow", files });
    const { status, stdout, milliseconds } = await doctor(new PluginHome(root), { HODU_PLUGIN_PATH: folder });
    expect(status).toBe(1);
    expect(stdout).toMatch(/! hodu-format-slow: .*takes longer than 10 s/);
    expect(stdout).toContain("✓ hodu-format-onnx: OK");
    expect(milliseconds).toBeLessThan(40_000);
  });

  it("a package that breaks the rules of manifests", { timeout: TIMEOUT }, async () => {
    const folder = writePlugin(root, { hodu: { components: [{ kind: "nothing", name: "points" }] } });
    const { status, stdout } = await doctor(new PluginHome(root), { HODU_PLUGIN_PATH: folder });
    expect(status).toBe(1);
    expect(stdout).toMatch(/! \S+: Cannot read the plugin in .* hodu\.components\[0\]\.kind/);
  });

  it("a damaged list of plugins, a wrong setting, and a wrong variable, in one go", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    writeFileSync(join(home.folder, "plugins.json"), "{");
    writeFileSync(join(home.folder, "config.toml"), "[build]\nopt_level = 7\n");
    const { status, stdout } = await doctor(home, { HODU_THREADS: "many" });
    expect(status).toBe(1);
    expect(stdout).toMatch(/! installed plugins: .*plugins\.json/);
    expect(stdout).toMatch(/! config\.toml: .*opt_level/);
    expect(stdout).toMatch(/! runtime\.num_threads: .*HODU_THREADS/);
    expect(stdout).toContain("✓ hodu-format-onnx: OK");
  });
});
