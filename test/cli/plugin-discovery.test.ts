/** Row B-028: logging of the discovery of plugins. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const model = join(DIGITS, "model.onnx");

describe("B-028: how plugins were looked for", () => {
  /** A folder with a plugin, a second one of its name, one that is broken, a project that is not trusted, and one that is disabled. */
  async function look(
    args: readonly string[],
    settings: Record<string, string> = {},
  ): Promise<Finished & { named: string }> {
    const home = new PluginHome(root);
    await home.plugin(["disable", "npy"]);
    const named = mkdtempSync(join(root, "named-"));
    const other = writePlugin(root, { version: "2.0.0", files: JAVASCRIPT });
    writePlugin(named, { files: JAVASCRIPT });
    mkdirSync(join(named, "broken"));
    writeFileSync(join(named, "broken/package.json"), '{ "hodu": {} }');
    const cwd = mkdtempSync(join(root, "project-"));
    mkdirSync(join(cwd, "hodu_plugins"));
    writePlugin(join(cwd, "hodu_plugins"), { files: JAVASCRIPT });
    const env = { HODU_HOME: home.folder, HODU_PLUGIN_PATH: other, ...settings };
    return { ...(await hodu([...args, "--plugin-path", named], { cwd, env })), named };
  }

  const expected = (named: string): RegExp[] => [
    new RegExp(`${named} \\(--plugin-path\\): hodu-format-points 1\\.0\\.0, 1 broken$`, "m"),
    /\/plugin-\w+ \(--plugin-path\): hodu-format-points 2\.0\.0$/m,
    /\/hodu_plugins \(project\): nothing$/m,
    /\/plugins \(user\): nothing$/m,
    /Hodu itself \(bundled\): hodu-format-builtin .*hodu-format-onnx /m,
    /hodu-format-points 2\.0\.0 of .* is shadowed by that of /m,
    /hodu-format-npy \S+ is disabled \(hodu plugin enable hodu-format-npy\)$/m,
    /\/hodu_plugins holds plugins and is not trusted \(hodu plugin trust \.\)$/m,
    /\/broken is broken: Cannot /m,
    /7 plugins in [\d.]+ ms$/m,
  ];

  it("is told by --verbose", async () => {
    const { stderr, named } = await look(["run", model, "-i", join(DIGITS, "seven.json"), "--verbose"]);
    for (const line of expected(named)) expect(stderr).toMatch(line);
    expect(stderr).toMatch(/^ {5}Plugins /m);
  });

  it("is logged at level debug", async () => {
    const { stderr, named } = await look(["inspect", model], { HODU_LOG: "debug" });
    for (const line of expected(named)) expect(stderr).toMatch(line);
    expect(stderr).toMatch(/DEBUG: host: plugins: 7 plugins/);
  });

  it("is told once where the log stands on the terminal", async () => {
    const { stderr } = await look(["run", model, "-i", join(DIGITS, "seven.json"), "-v"], { HODU_LOG: "debug" });
    expect(stderr.match(/ is disabled /g)).toHaveLength(1);
  });
});
