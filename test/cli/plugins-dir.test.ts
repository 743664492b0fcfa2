/** The setting plugins_dir, and folders of plugins that were moved. */
import { existsSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 120_000;

/** A home whose plugins are elsewhere, and a file of one of them. */
function place() {
  const folder = mkdtempSync(join(root, "place-"));
  const home = new PluginHome(folder);
  const points = join(folder, "four.pts");
  writeFileSync(points, "4 5");
  writeFileSync(join(home.folder, "config.toml"), `plugins_dir = "../elsewhere"\n`);
  const read = (env = {}): Promise<Finished> => hodu(["inspect", points], { env: { HODU_HOME: home.folder, ...env } });
  const install = (): Promise<Finished> =>
    home.plugin(["install", "--path", writePlugin(root, { files: JAVASCRIPT }), "--yes"]);
  return { folder, home, elsewhere: join(folder, "elsewhere"), read, install };
}

describe("plugins_dir", { timeout: TIMEOUT }, () => {
  it("is where all commands install, find, build, switch and remove plugins", async () => {
    const { home, elsewhere, read, install } = place();
    expect(await install()).toMatchObject({ status: 0 });
    expect(existsSync(join(home.folder, "plugins"))).toBe(false);
    expect(existsSync(join(elsewhere, "hodu-format-points"))).toBe(true);
    expect((await read()).stdout).toContain("f32[2]");
    expect((await home.plugin(["info", "points"])).stdout).toContain(elsewhere);
    for (const args of [
      ["disable", "points"],
      ["enable", "points"],
      ["rebuild", "points"],
      ["rebuild", "--all"],
    ])
      expect(await home.plugin(args)).toMatchObject({ status: 0 });
    const { stdout } = await hodu(["doctor"], { env: { HODU_HOME: home.folder } });
    expect(stdout).toContain("✓ hodu-format-points: OK");
    expect(await home.plugin(["remove", "points"])).toMatchObject({ status: 0 });
    expect(existsSync(join(elsewhere, "hodu-format-points"))).toBe(false);
    expect(existsSync(join(home.folder, "plugins"))).toBe(false);
  });

  it("is named when the folder was moved, makes nothing where it was, and finds it where it is said to be", async () => {
    const { folder, home, elsewhere, read, install } = place();
    await install();
    const moved = join(folder, "moved");
    renameSync(elsewhere, moved);
    const failed = await read();
    expect(failed.status).not.toBe(0);
    expect(failed.stderr).toContain("is not there, expected the files that were installed");
    expect(failed.stderr).toContain("the setting plugins_dir was changed");
    const rebuilt = await home.plugin(["rebuild", "points"]);
    expect(rebuilt.stderr).toContain("its sources are not in");
    expect(rebuilt.stderr).toContain("hint: hodu config get plugins_dir");
    expect(existsSync(join(elsewhere, "hodu-format-points"))).toBe(false);
    await hodu(["config", "set", "plugins_dir", moved], { env: { HODU_HOME: home.folder } });
    expect((await read()).stdout).toContain("f32[2]");
  });

  it("moves along with the home folder, with the links to the SDK", async () => {
    const { folder, home, read, install } = place();
    writeFileSync(join(home.folder, "config.toml"), "");
    await install();
    const moved = join(folder, "moved-home");
    renameSync(home.folder, moved);
    expect((await read({ HODU_HOME: moved })).stdout).toContain("f32[2]");
    const { stdout, status } = await hodu(["doctor", "--fix"], { env: { HODU_HOME: moved } });
    expect(stdout).toContain("✓ nothing had to be mended");
    expect(status).toBe(0);
  });
});
