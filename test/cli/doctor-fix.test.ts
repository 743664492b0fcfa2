/** hodu doctor --fix mends what can be mended without a loss. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DIGITS, type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 120_000;

const doctor = (home: PluginHome, ...args: readonly string[]): Promise<Finished> =>
  hodu(["doctor", ...args], { env: { HODU_HOME: home.folder } });

/** What stands below `Repairs:`. */
const repairsOf = ({ stdout }: Finished): readonly string[] =>
  (/^Repairs:\n((?: {2}.*\n)*)/m.exec(stdout)?.[1] ?? "").trimEnd().split("\n");

async function homeWithPlugin(): Promise<PluginHome> {
  const home = new PluginHome(root);
  const folder = writePlugin(root, { files: JAVASCRIPT });
  expect(await home.plugin(["install", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
  return home;
}

it("says that nothing had to be mended, and without --fix nothing of that", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  const mended = await doctor(home, "--fix");
  expect(repairsOf(mended)).toEqual(["  ✓ nothing had to be mended"]);
  expect(mended.status).toBe(0);
  expect((await doctor(home)).stdout).not.toContain("Repairs:");
});

it("makes a damaged list anew of what was installed, and keeps the damaged one", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  const index = join(home.folder, "plugins.json");
  writeFileSync(index, "{");
  const found = await doctor(home);
  expect(found.status).toBe(1);
  expect(found.stdout).toMatch(/! installed plugins: .*\n {4}→ Run: hodu doctor --fix$/m);
  const mended = await doctor(home, "--fix");
  expect(repairsOf(mended)).toEqual([
    `  ✓ installed plugins: made the list anew, of 1 plugin on the disk, all of them enabled; the damaged one is ${index}.damaged`,
  ]);
  expect(mended.stdout).toContain("✓ hodu-format-points: OK");
  expect(mended.status).toBe(0);
  expect(existsSync(`${index}.damaged`)).toBe(true);
});

it("is not what a damaged list of trusted folders needs: it says what is", { timeout: TIMEOUT }, async () => {
  const home = new PluginHome(root);
  const file = join(home.folder, "trusted.json");
  writeFileSync(file, "{");
  const { status, stdout } = await doctor(home, "--fix");
  expect(stdout).toContain(`→ Run: rm ${file}\n`);
  expect(status).toBe(1);
  expect(existsSync(file)).toBe(true);
});

it("leaves the list of a newer Hodu alone", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  const text = JSON.stringify({ schema: 99, plugins: [] });
  writeFileSync(join(home.folder, "plugins.json"), text);
  const { status, stdout } = await doctor(home, "--fix");
  expect(stdout).toMatch(/! installed plugins: .*a newer Hodu wrote it/);
  expect(status).toBe(1);
  expect(home.index()).toEqual(JSON.parse(text));
  expect(home.installs()).toHaveLength(1);
});

it("removes what killed installs left, and installs that the list lacks", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  const [kept] = home.installs();
  const plugins = join(home.folder, "plugins");
  mkdirSync(join(plugins, ".staging/install%20hodu-format-x~abcdef"), { recursive: true });
  const stray = join(plugins, "hodu-format-x/1.0.0-20260115103000000");
  mkdirSync(stray, { recursive: true });
  expect(repairsOf(await doctor(home, "--fix"))).toContain(
    '  ✓ interrupted changes: removed what an interrupted "install hodu-format-x" left',
  );
  expect(home.installs()).toEqual([kept]);
  mkdirSync(stray, { recursive: true });
  expect(repairsOf(await doctor(home, "--fix"))).toEqual([
    `  ✓ interrupted changes: removed ${stray}, which no plugin of the list is in`,
  ]);
  expect(home.installs()).toEqual([kept]);
});

it("links the SDK for a plugin whose link leads nowhere", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  const link = join(home.folder, "plugins", home.installs()[0], "package/node_modules/hodu-plugin-sdk");
  rmSync(link);
  symlinkSync(join(root, "nowhere"), link, "junction");
  const found = await doctor(home);
  expect(found.status).toBe(1);
  expect(found.stdout).toContain("! hodu-format-points: its link to the SDK is broken\n    → Run: hodu doctor --fix");
  const mended = await doctor(home, "--fix");
  expect(repairsOf(mended)).toEqual(["  ✓ SDK links: linked the SDK for hodu-format-points again"]);
  expect(mended.stdout).toContain("✓ hodu-format-points: OK");
});

it("removes artifacts of the cache that are not what was kept, as JSON as well", { timeout: TIMEOUT }, async () => {
  const home = new PluginHome(root);
  const env = { HODU_HOME: home.folder };
  const args = ["run", "model.onnx", "-i", "image=seven.json", "--backend", "wasm"];
  expect((await hodu(args, { env, cwd: DIGITS })).status).toBe(0);
  const folder = join(home.folder, "cache/compile");
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".cache"));
  appendFileSync(join(folder, file), "x");
  const found = await doctor(home);
  expect(found.status).toBe(1);
  expect(found.stdout).toContain(`! ${file}: it is compiled anew, it has another size`);
  const { status, stdout } = await doctor(home, "--fix", "--json");
  expect(status).toBe(0);
  const text = `cache: removed ${file}: it has another size than its header says`;
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, repairs: [{ name: "cache", status: "ok", text }] });
  expect(existsSync(join(folder, file))).toBe(false);
});

it("mends nothing while a setting is wrong: it may say where the plugins are", { timeout: TIMEOUT }, async () => {
  const home = await homeWithPlugin();
  writeFileSync(join(home.folder, "plugins.json"), "{");
  writeFileSync(join(home.folder, "config.toml"), "plugins_dir = 7\n");
  const mended = await doctor(home, "--fix");
  expect(repairsOf(mended)).toEqual(["  ! nothing is mended before the settings are, see Configuration"]);
  expect(mended.status).toBe(1);
  expect(home.installs()).toHaveLength(1);
});

it("leaves the installs of another home that shares the folder of plugins", { timeout: TIMEOUT }, async () => {
  const shared = mkdtempSync(join(root, "shared-"));
  const env = { HODU_PLUGINS_DIR: shared };
  const folders = [new PluginHome(root), new PluginHome(root)];
  for (const [i, home] of folders.entries()) {
    const folder = writePlugin(root, { name: `hodu-format-points${i}`, files: JAVASCRIPT });
    expect(await home.plugin(["install", "--path", folder, "--yes"], { env })).toMatchObject({ status: 0 });
  }
  const { stdout } = await hodu(["doctor", "--fix"], { env: { ...env, HODU_HOME: folders[0].folder } });
  expect(stdout).toContain("✓ nothing had to be mended");
  expect(readdirSync(shared).filter((name) => !name.startsWith("."))).toEqual([
    "hodu-format-points0",
    "hodu-format-points1",
  ]);
});
