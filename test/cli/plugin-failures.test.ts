/**
 * Rows H-299 to H-302, H-307 to H-313: what a person sees in a terminal, and a program in JSON, of backends that are missing and plugins that
 * do not load or crash. All plugins are real processes.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { packPlugin, PluginHome, writePlugin } from "./plugins.ts";

const TIMEOUT = 60_000;
const root = temporaryFolder();
const model = join(DIGITS, "model.onnx");
const points = join(root, "x.pts");
writeFileSync(points, "1 2");

const DIE = `console.error("index out of bounds");
  process.kill(process.pid, "SIGKILL");
  await new Promise(() => {});`;

/** A backend that ends its process in one of its methods. */
const backend = (dies: "load" | "compile" | "run"): string => `const die = async () => { ${DIE} };
${dies === "load" ? "await die();" : ""}
export default { backends: { boom: {
  async supports() { return true; },
  async compile(model, { device, precision }) {
    ${dies === "compile" ? "await die();" : ""}
    return { backend: "hodu-backend-boom", version: "1.0.0", device, precision, bytes: new Uint8Array(1) };
  },
  async load() { return { run: die, async dispose() {} }; },
} } };`;

const backendPlugin = (source: string) => ({
  name: "hodu-backend-boom",
  files: { "dist/index.js": source },
  hodu: {
    components: [{ kind: "backend", name: "boom", devices: ["cpu"], capabilities: ["run"] }],
    bugs: "https://example.com/issues",
  },
});

/** A home, and the environment that has it and a backend that comes first. */
function place(folder = ""): { readonly home: PluginHome; readonly env: Record<string, string> } {
  const home = new PluginHome(root);
  const env = { HODU_HOME: home.folder, HODU_PLUGIN_PATH: folder, HODU_BACKENDS_PRIORITY: "boom,interp" };
  return { home, env };
}

const runDigits = (args: readonly string[], env: Record<string, string>): Promise<Finished> =>
  hodu(["run", model, "-i", join(DIGITS, "seven.json"), "--no-cache", ...args], { env });

describe("a backend that is missing", () => {
  it("H-299 to H-302: is named, with how it is installed, the backends and the formats that are there", async () => {
    const { status, stdout, stderr } = await runDigits(["--device", "metal"], place().env);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(`Error: Backend 'metal' not found

To install:
  hodu plugin install metal --path FOLDER
  hodu plugin install metal --offline FILE.tgz

Available backends:
  cpu (hodu-backend-cpu 0.3.0) on cpu
  wasm (hodu-backend-wasm 0.3.0) on cpu
  interp (builtin) on cpu

Available format plugins for .onnx:
  onnx (hodu-format-onnx 0.3.0)

hint: hodu run ${model} --backend cpu --device cpu
`);
  });

  it("H-302: says how a format of the model's extension is had where there is none", async () => {
    const file = join(root, "model.gguf");
    writeFileSync(file, readFileSync(model));
    const { stderr } = await hodu(["run", file, "--backend", "metal"], { env: place().env });
    expect(stderr).toContain(
      "Available format plugins for .gguf:\n  (none installed)\n\nTo install GGUF support:\n  hodu plugin install gguf --path FOLDER\n",
    );
  });

  it("is to be enabled where it is disabled, and so is a format", async () => {
    const { home, env } = place();
    for (const name of ["wasm", "onnx"]) await home.plugin(["disable", name]);
    const { stderr } = await runDigits(["--backend", "wasm"], env);
    expect(stderr).toContain(
      "It is disabled (hodu-backend-wasm 0.3.0). To enable:\n  hodu plugin enable hodu-backend-wasm\n",
    );
    expect(stderr).toContain("To enable ONNX support:\n  hodu plugin enable hodu-format-onnx\n");
  });

  it("is the same for a program that asks for JSON, and the command of the error is one that works", async () => {
    const { home, env } = place();
    const { status, stdout } = await runDigits(["--device", "metal", "--json"], env);
    const { error } = JSON.parse(stdout) as { readonly error: { readonly sections: readonly { lines: string[] }[] } };
    expect({ status, error }).toMatchObject({
      status: 1,
      error: { code: "BACKEND_NOT_FOUND", exit_status: 1, headline: "Backend 'metal' not found" },
    });
    expect(error.sections.map(({ lines }) => lines[0])).toEqual([
      "hodu plugin install metal --path FOLDER",
      "cpu (hodu-backend-cpu 0.3.0) on cpu",
      "onnx (hodu-format-onnx 0.3.0)",
    ]);
    const folder = writePlugin(root, backendPlugin(backend("run")));
    expect(await home.plugin(["install", "boom", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
  });
});

describe("a plugin that does not load", () => {
  const source = 'import { nothingOfThatName } from "hodu-plugin-sdk";\nexport default nothingOfThatName;\n';

  it.each([
    ["a folder", "--path"],
    ["an archive", "--offline"],
  ])(
    "H-307, H-308: is named with the cause, what it means, and the install from %s that mends it",
    async (_, option) => {
      const { home, env } = place();
      const plugin = backendPlugin(backend("run"));
      const from = option === "--path" ? writePlugin(root, plugin) : packPlugin(root, plugin);
      expect(await home.plugin(["install", option, from, "--yes"])).toMatchObject({ status: 0 });
      const [install] = home.installs();
      writeFileSync(join(home.folder, "plugins", install, "package/dist/index.js"), source);
      const { status, stderr } = await runDigits(["--backend", "boom"], env);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(
        /^Error: Failed to load plugin 'hodu-backend-boom'\n\nCause: .*does not provide an export named/m,
      );
      expect(stderr).toContain("\n  This usually means that the plugin was built with an incompatible SDK version.\n");
      expect(stderr).toContain(`\n\nTo fix:\n  hodu plugin install ${option} ${from} --force\n`);
    },
  );

  it("H-307: made for another SDK says which, and which this is", async () => {
    const folder = writePlugin(root, {
      ...backendPlugin(backend("run")),
      packageJson: { peerDependencies: { "hodu-plugin-sdk": "^9.0.0" } },
    });
    const { stderr } = await runDigits(["--backend", "boom"], place(folder).env);
    expect(stderr).toContain(
      "Error: Failed to load plugin 'hodu-backend-boom'\n\nCause: Version 1.0.0 is made for hodu-plugin-sdk ^9.0.0",
    );
    expect(stderr).toContain("incompatible SDK version");
  });
});

describe("a plugin that crashes", () => {
  it("H-309, H-310, H-312, H-313: is one error with its last words and where to report it", async () => {
    const crashing = `export default { formats: { points: { async loadTensors() { ${DIE} } } } };`;
    const bugs = "https://example.com/issues";
    const folder = writePlugin(root, { files: { "dist/index.js": crashing }, hodu: { bugs } });
    const { status, stderr } = await hodu(["inspect", points], { env: place(folder).env });
    expect(status).toBe(70);
    // A sandbox may add that it was killed.
    expect(
      stderr.replace("  Killed\n", "").replace("bounds\n\n", "bounds\n"),
    ).toBe(`Error: Plugin 'hodu-format-points' crashed

Its process was ended by signal SIGKILL when it was to read tensors from "${points}".
  index out of bounds
This is likely a bug in the plugin. Please report it to:
  ${bugs}

Workaround:
  - Do without it: take ${folder} out of --plugin-path and HODU_PLUGIN_PATH

hint: hodu explain PLUGIN_CRASH
`);
  });

  it("H-311: the command that was typed on another backend, an earlier version, or without it", {
    timeout: TIMEOUT,
  }, async () => {
    const { home, env } = place();
    const archive = packPlugin(root, backendPlugin(backend("run")));
    expect(await home.plugin(["install", "--offline", archive, "--yes"])).toMatchObject({ status: 0 });
    const { status, stderr } = await runDigits(["--backend", "boom", "--seed", "3"], env);
    expect(status).toBe(70);
    expect(stderr).toContain(`Workaround:
  - Try a different backend: hodu run ${model} -i ${join(DIGITS, "seven.json")} --no-cache --seed 3 --backend cpu
  - Downgrade plugin: hodu plugin install hodu-backend-boom --offline FILE.tgz (of a version before 1.0.0)
  - Do without it: hodu plugin disable hodu-backend-boom
`);
    expect(stderr).toContain(`hint: cat ${join(home.folder, "logs/hodu-backend-boom.log")}\n`);
    expect(stderr.match(/index out of bounds/g)).toHaveLength(1);
    expect(stderr).not.toContain("warning:");
  });

  it("says how to do without it where there is no other backend", { timeout: TIMEOUT }, async () => {
    const folder = writePlugin(root, backendPlugin(backend("run")));
    const { home, env } = place(folder);
    for (const name of ["cpu", "wasm", "interp"]) await home.plugin(["disable", name]);
    const { stderr } = await runDigits(["--backend", "boom"], env);
    expect(stderr).toContain(`Workaround:\n  - Do without it: take ${folder} out of --plugin-path`);
  });

  it.each(["load", "compile"] as const)(
    "where nobody named it, a backend that crashes as it is to %s is passed over with one warning",
    { timeout: TIMEOUT },
    async (dies) => {
      const { env } = place(writePlugin(root, backendPlugin(backend(dies))));
      const { status, stderr, stdout } = await runDigits([], env);
      expect({ status, warnings: stderr.match(/^warning: .*/gm) }).toMatchObject({
        status: 0,
        warnings: { length: 1 },
      });
      expect(stderr).toMatch(
        /^warning: boom (?:cannot be used|does not run it): Cannot .* was ended by signal SIGKILL/m,
      );
      expect(stdout).toContain("probabilities");
    },
  );

  it("that is quarantined is passed over as well, and named it is an error with the command that lets it in again", {
    timeout: TIMEOUT,
  }, async () => {
    const { home, env } = place(writePlugin(root, backendPlugin(backend("compile"))));
    for (let i = 0; i < 3; i++) await runDigits(["--backend", "boom"], env);
    const { status, stderr } = await runDigits([], env);
    expect(status).toBe(0);
    expect(stderr.match(/^warning: .*/gm)).toEqual([
      'warning: boom cannot be used: Cannot load plugin "hodu-backend-boom": it crashed 3 times in 5 minutes, so it is not loaded any more',
    ]);
    const named = await runDigits(["--backend", "boom"], env);
    expect(named).toMatchObject({ status: 77 });
    expect(named.stderr).toContain("hint: hodu plugin enable hodu-backend-boom\n");
    expect(named.stderr).not.toContain("warning:");
    expect(await home.plugin(["enable", "hodu-backend-boom"], { env })).toMatchObject({ status: 0 });
    expect(await runDigits(["--backend", "boom"], env)).toMatchObject({ status: 70 });
  });

  it("as hodu doctor looks at it gets no nearer to quarantine", { timeout: TIMEOUT }, async () => {
    const { env } = place(writePlugin(root, backendPlugin(backend("load"))));
    for (let i = 0; i < 4; i++) {
      const { status, stdout } = await hodu(["doctor"], { env });
      expect(status).toBe(1);
      expect(stdout).toContain("! hodu-backend-boom: Cannot");
      expect(stdout).not.toContain("quarantined");
    }
    expect((await runDigits(["--backend", "boom"], env)).status).toBe(70);
  });
});

it("an error of the command line is JSON, too, and a result is not followed by one", async () => {
  const { stdout, status } = await hodu(["run", "--json", "--no-such-option"]);
  expect({ status, error: JSON.parse(stdout) as unknown }).toMatchObject({
    status: 2,
    error: { error: { code: "BAD_USAGE" } },
  });
  const wrong = join(mkdtempSync(join(root, "e-")), "wrong.json");
  writeFileSync(wrong, JSON.stringify({ dtype: "f32", shape: [1, 10], data: Array(10).fill(0) }));
  const seven = join(DIGITS, "seven.json");
  const finished = await hodu(["run", model, "-i", seven, "--expect", `probabilities=${wrong}`, "--json"]);
  expect(finished.status).toBe(1);
  expect(JSON.parse(finished.stdout)).not.toHaveProperty("error");
});
