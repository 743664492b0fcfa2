import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

const folder = realpathSync(temporaryFolder());

/** A plugin that only listens, in a folder of its own. */
function plugin(place: string, name: string, module: string, requires: Record<string, string> = {}): string {
  mkdirSync(join(place, name), { recursive: true });
  const manifest = {
    name,
    version: "1.0.0",
    description: "Listens.",
    author: "Someone",
    license: "MIT",
    type: "module",
    exports: "./index.js",
    peerDependencies: { "hodu-plugin-sdk": "*" },
    hodu: { components: [{ kind: "extension", name }], requires: { plugins: requires } },
  };
  writeFileSync(join(place, name, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(place, name, "index.js"), module);
  return place;
}

/** A plugin that says what it hears, as warnings. */
const TELLER = `
  let tell = () => {};
  export default {
    onLoad(context) {
      tell = (text) => context.log("warn", "teller: " + text);
      tell("loaded with " + JSON.stringify([...context.config]));
      context.subscribe("*", (event) => tell([event.type, event.stage ?? event.backend ?? ""].join(" ").trim()));
    },
    onUnload: () => tell("unloaded"),
  };
`;

/** An empty home and a folder of plugins. */
function place() {
  const home = mkdtempSync(join(folder, "home-"));
  const plugins = mkdtempSync(join(folder, "plugins-"));
  const run = (args: readonly string[], more: Parameters<typeof hodu>[1] = {}) =>
    hodu(args, { cwd: DIGITS, ...more, env: { HODU_HOME: home, HODU_PLUGIN_PATH: plugins, ...more.env } });
  return { home, plugins, run };
}

/** What the teller said. */
const toldIn = (stderr: string): readonly string[] =>
  Array.from(stderr.matchAll(/^warning: teller: (.*)$/gm), ([, text]) => text);

const RUN = ["run", "model.onnx", "-i", "seven.json"];

describe("a plugin that listens", () => {
  it("is loaded with its settings, told of all that happens, and unloaded at the end", async () => {
    const { plugins, run, home } = place();
    plugin(plugins, "hodu-extension-teller", TELLER);
    writeFileSync(join(home, "config.toml"), '[plugins.teller]\nlevel = 2\nwhere = "file"\n');
    const { stderr } = await run(RUN, { env: { HODU_PLUGIN_TELLER_LEVEL: "3" } });
    const [first, ...others] = toldIn(stderr);
    expect(first).toBe('loaded with [["level","3"],["where","file"]]');
    const stages = ["load", "verify"].flatMap((stage) => [`StageStart ${stage}`, `StageEnd ${stage}`]);
    expect(others.slice(0, 2)).toEqual(["PluginLoaded", "SystemInit"]);
    expect(others.filter((event) => stages.includes(event))).toEqual(stages);
    for (const event of ["ModelLoaded", "BackendChanged interp", "InferenceStart", "TensorOp", "InferenceEnd"]) {
      expect(others).toContain(event);
    }
    expect(others.indexOf("SystemShutdown")).toBeGreaterThan(others.indexOf("InferenceEnd"));
    expect(others).toContain("unloaded");
    expect(stderr.match(/^warning: (?!teller: )/gm)).toBeNull();
  });

  it("is unloaded as well when the command ends with an error", async () => {
    const { plugins, run } = place();
    plugin(plugins, "teller", TELLER);
    const { status, stderr } = await run(["run", "missing.onnx", "-i", "seven.json"]);
    const told = ["loaded with []", "PluginLoaded", "SystemInit", "SystemShutdown", "unloaded"];
    expect([status, ...toldIn(stderr).filter((event) => event !== "PluginDiscovered")]).toEqual([66, ...told]);
  });

  it("is unloaded when the command is interrupted", async () => {
    const { plugins, run } = place();
    plugin(plugins, "teller", TELLER);
    const { status, stderr } = await run([...RUN, "--benchmark", "1000000"], {
      during: (kill, until) => void until("BackendChanged").then(() => kill("SIGINT")),
    });
    expect([status, stderr]).toEqual([130, expect.stringContaining("Interrupted.")]);
    expect(toldIn(stderr).slice(-2)).toEqual(["SystemShutdown", "unloaded"]);
  });
});

describe("a plugin that fails", { timeout: 60_000 }, () => {
  it("is a warning where nobody asked for it, with the chain to what is missing", async () => {
    const { plugins, run } = place();
    plugin(plugins, "needy", "export default {};", { base: "^2.0" });
    plugin(plugins, "base", "export default {};");
    plugin(plugins, "thrower", "export default { onLoad() { throw new Error('no device'); } };");
    plugin(plugins, "broken", "export default {};");
    writeFileSync(join(plugins, "broken", "package.json"), '{ "name": "broken", "hodu": {} }');
    const { status, stderr } = await run(RUN);
    expect(status).toBe(0);
    expect(stderr).toContain(`warning: Failed to load ${join(plugins, "broken")}: Cannot read the plugin`);
    expect(stderr).toContain(
      'warning: Cannot load plugin "needy": needy 1.0.0 -> base ^2.0 (found 1.0.0), expected what it requires (hodu plugin info base)',
    );
    expect(stderr).toMatch(/warning: Cannot load .*no device/);
    expect((await run([...RUN, "--quiet"])).stderr).toBe("");
    const strict = await run([...RUN, "--strict"]);
    expect([strict.status, strict.stderr]).toEqual([
      77,
      expect.stringMatching(/^Error: Cannot go on with --strict: Failed to load .*broken/),
    ]);
  });

  it("is not loaded any more after three crashes, until it is enabled", async () => {
    const { plugins, run } = place();
    plugin(
      plugins,
      "crasher",
      'export default { onLoad() { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); } };',
    );
    for (let crashes = 1; crashes <= 4; crashes++) {
      const { status, stderr } = await run(["inspect", "model.onnx"]);
      expect(status).toBe(0);
      expect(stderr).toContain(
        crashes < 3
          ? "was ended by signal SIGKILL"
          : "it crashed 3 times in 5 minutes, so it is not loaded any more (hodu plugin enable crasher)",
      );
    }
    expect((await run(["plugin", "list"])).stdout).toMatch(/crasher .*quarantined/);
    const enabled = await run(["plugin", "enable", "crasher"]);
    expect([enabled.status, enabled.stderr]).toEqual([0, expect.stringContaining("Enabled crasher 1.0.0")]);
    expect((await run(["inspect", "model.onnx"])).stderr).toContain("was ended by signal SIGKILL");
  });
});

it("a plugin that others require is disabled only with them", async () => {
  const { plugins, run } = place();
  plugin(plugins, "dependent", "export default {};", { onnx: "*" });
  const refused = await run(["plugin", "disable", "onnx"]);
  expect([refused.status, refused.stderr]).toEqual([
    1,
    'Error: Cannot disable plugin "hodu-format-onnx": "dependent" requires it, expected no other plugin to\nhint: hodu plugin disable hodu-format-onnx --cascade\n',
  ]);
  expect((await run(["plugin", "disable", "onnx"], { env: { HODU_PLUGIN_PATH: "" } })).status).toBe(0);
});
