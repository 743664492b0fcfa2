/** Rows H-235 to H-237, H-285, H-286, H-349, H-351 to H-357, H-364, H-365, B-074 to B-076, S-098, S-102. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, TYPESCRIPT, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const home = new PluginHome(root);
const TIMEOUT = 60_000;

async function begun(name: string, ...options: readonly string[]): Promise<string> {
  const { status, stderr } = await home.plugin(["new", join(root, name), ...options]);
  expect(stderr).toMatch(/Created hodu-/);
  expect(status).toBe(0);
  return join(root, name);
}

describe("hodu plugin new", () => {
  it("makes manifest, source, test, README and CI file, and never writes over something", async () => {
    const folder = await begun("tpu-backend", "--type", "backend");
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of ["package.json", "src/index.ts", "tests/integration.test.js", "README.md", "tsconfig.json"]) {
      expect(all).toContain(file);
    }
    const { name, hodu } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, object>;
    expect(name).toBe("hodu-backend-tpu");
    expect(hodu).toEqual({
      components: [{ kind: "backend", name: "tpu", devices: ["tpu"], capabilities: ["run"] }],
    });
    writeFileSync(join(folder, "README.md"), "mine");
    const again = await home.plugin(["new", folder, "--type", "backend"]);
    expect(again.status).toBe(73);
    expect(again.stderr).toContain("there is something already");
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
  });

  it("says as JSON what it made, and which languages a kind has", async () => {
    const { stdout } = await home.plugin(["new", join(root, "j"), "--type", "format", "--lang", "python", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "hodu-format-j", kind: "format", language: "python" });
    const refused = await home.plugin(["new", "x", "--type", "kernel", "--lang", "go"]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("hint: hodu plugin new x --type kernel --lang ts");
  });
});

describe("hodu plugin test", () => {
  it("prints the document's lines for a backend of a device that nobody knows, and runs a model on it", {
    timeout: TIMEOUT,
  }, async () => {
    const folder = await begun("mydevice", "--type", "backend");
    const model = ["--model", join(folder, "tests/model.hdss"), "--input", `x=${join(folder, "tests/x.json")}`];
    const { stdout, status } = await home.plugin(["test", folder, ...model]);
    expect(stdout).toMatch(
      /^Testing hodu-backend-mydevice\.\.\.\n {2}✓ Build succeeded\n {2}✓ Plugin loads correctly\n {2}✓ SDK version compatible \(0\.3\.x\)\n {2}✓ name\(\) returns "mydevice"\n {2}✓ capabilities\(\) = \{runner: true, builder: false\}\n {2}✓ supported_devices\(\) = \[mydevice\]\n\nBasic tests passed!\n\n {2}✓ Contract of backend "mydevice": \d+ tests\n {2}✓ run\(\) completed without error\n {2}✓ Output shapes match expected\n\nAll tests passed!\n$/,
    );
    expect(status).toBe(0);
    await home.plugin(["install", "--path", folder, "--debug", "--yes"]);
    expect((await home.plugin(["list"])).stdout).toMatch(
      /mydevice +0\.1\.0 \(dev\) +\[Runner\] +devices: mydevice +local:/,
    );
  });

  it("fails where the build fails, and where the plugin breaks a promise, with the reason", {
    timeout: TIMEOUT,
  }, async () => {
    const broken = await home.plugin(["test", writePlugin(root, { files: { ...TYPESCRIPT, "src/index.ts": "let" } })]);
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(/✗ Build succeeded\n {6}Cannot build plugin/);
    expect(broken.stdout).not.toContain("Basic tests passed!");
    const fixture = { "tests/fixtures/a.pts": "1 2 3" };
    const lying = JAVASCRIPT["dist/index.js"] as string;
    const files = { ...fixture, "dist/index.js": lying.replace("numbers.length]", "numbers.length * 2]") };
    const { stdout, status } = await home.plugin(["test", writePlugin(root, { files }), "--json"]);
    const result = JSON.parse(stdout) as { passed: boolean; checks: { name: string; passed: boolean }[] };
    expect([status, result.passed]).toEqual([1, false]);
    expect(result.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toContain(
      'format "points" reads a.pts, the same each time, and gives data',
    );
  });

  it("tells of a crash at the start, and of an input without a model", { timeout: TIMEOUT }, async () => {
    const crashing = await home.plugin(["test", writePlugin(root, { files: { "dist/index.js": "process.exit(3)" } })]);
    expect(crashing.status).toBe(1);
    expect(crashing.stdout).toMatch(/✗ Plugin loads correctly\n/);
    expect((await home.plugin(["test", root, "--input", "x=y"])).status).toBe(2);
  });
});

describe("what looks at a plugin's package", () => {
  it("validate finds all that is wrong at once, and builds and runs nothing", async () => {
    const component = { kind: "format", name: "a b", title: "", modelExtensions: ["X"], tensorExtensions: [] };
    const folder = writePlugin(root, { hodu: { components: [component] }, packageJson: { license: 3 } });
    const { stdout, status } = await home.plugin(["validate", folder, "--json"]);
    expect(status).toBe(65);
    const { findings } = JSON.parse(stdout) as { findings: { field: string }[] };
    expect(findings.map(({ field }) => field).sort()).toEqual([
      "hodu.components[0].capabilities",
      "hodu.components[0].modelExtensions[0]",
      "hodu.components[0].name",
      "hodu.components[0].title",
      "license",
    ]);
    const good = writePlugin(root, {});
    expect((await home.plugin(["validate", good])).stdout).toMatch(/✓ it is a plugin\n\n0 problems, \d warnings\n$/);
    expect((await home.plugin(["validate", good, "--strict"])).status).toBe(65);
    const missing = writePlugin(root, { hodu: { program: { command: "./bin/x" } }, files: {} });
    expect((await home.plugin(["validate", missing])).stdout).toContain("✗ ./bin/x hodu.program.command");
  });

  it("deps lists what is needed, whether it is there, and what to type", async () => {
    const requires = {
      system: ["nosuchtool"],
      optionalSystem: ["cuda"],
      plugins: { "hodu-format-onnx": "^0.3.0", b: "*" },
    };
    const folder = writePlugin(root, {
      hodu: { requires },
      packageJson: { dependencies: { part: "1.0.0", old: "^2.0.0", near: "file:../near", odd: "^1.0.0" } },
    });
    for (const [name, version] of Object.entries({ old: "1.5.0", near: "1.5.0", odd: 1 })) {
      mkdirSync(join(folder, "node_modules", name), { recursive: true });
      writeFileSync(join(folder, "node_modules", name, "package.json"), JSON.stringify({ version }));
    }
    const { stdout, status } = await home.plugin(["deps", folder], { env: { PATH: root } });
    expect(status).toBe(1);
    expect(stdout).toContain("✓ hodu-plugin-sdk ^0.3.0 (0.3.0)");
    expect(stdout).toContain("✗ nosuchtool not found");
    expect(stdout).toContain("- CUDA toolkit not found (optional)");
    expect(stdout).toMatch(/✓ hodu-format-onnx \^0\.3\.0 \(hodu-format-onnx 0\.3\.0\)/);
    expect(stdout).toContain("✗ b * not found\n      hodu plugin install b");
    expect(stdout).toContain("✗ old ^2.0.0 not found, but 1.5.0");
    expect(stdout).toContain("✓ near file:../near (1.5.0)");
    expect(stdout).toMatch(/✗ odd \^1\.0\.0 not found\n/);
    expect(stdout).toMatch(/✗ part 1\.0\.0 not found\n {6}npm install --ignore-scripts --prefix /);
  });

  it("compat holds the ranges of a plugin against versions of the SDK, Node and the machine", async () => {
    const packageJson = { engines: { node: ">=20" }, os: ["plan9"] };
    const folder = writePlugin(root, { packageJson });
    const { stdout, status } = await home.plugin(["compat", folder, "--sdk", "0.4.0", "--json"]);
    expect(status).toBe(1);
    const { compatibility } = JSON.parse(stdout) as { compatibility: { compatible: boolean }[] };
    expect(compatibility.map(({ compatible }) => compatible)).toEqual([true, false, true, false]);
    expect((await home.plugin(["compat", folder, "--sdk", "next"])).status).toBe(2);
  });

  it("graph prints what installed plugins require", { timeout: TIMEOUT }, async () => {
    const own = new PluginHome(root);
    const requires = { plugins: { "hodu-format-onnx": "^0.3.0", "library:nosuchlibrary": "*" } };
    await own.plugin(["install", "--path", writePlugin(root, { hodu: { requires } }), "--yes"]);
    expect((await own.plugin(["graph"])).stdout).toBe(
      "hodu-format-points 1.0.0\n├── hodu-format-onnx 0.3.0 (^0.3.0)\n└── library:nosuchlibrary missing (*)\n",
    );
    expect((await own.plugin(["graph", "--dot"])).stdout).toMatch(/^digraph plugins \{\n/);
    expect((await own.plugin(["graph", "--dot", "--json"])).status).toBe(2);
  });
});

describe("hodu plugin dev", () => {
  it("has commands use each build that succeeds, keeps the last where one fails, and puts back what was installed", {
    timeout: TIMEOUT,
  }, async () => {
    const own = new PluginHome(root);
    const folder = writePlugin(root);
    const file = join(folder, "src/index.ts");
    await own.plugin(["install", "--path", folder, "--yes"]);
    const before = own.index();
    writeFileSync(join(root, "a.pts"), "1 2");
    const seen: string[] = [];
    const convert = async (): Promise<void> => {
      const out = join(root, "out.json");
      await own.plugin(["list"]);
      const { hodu } = await import("./hodu.ts");
      await hodu(["convert", join(root, "a.pts"), "-o", out], { env: { HODU_HOME: own.folder } });
      seen.push(JSON.stringify(JSON.parse(readFileSync(out, "utf8"))));
    };
    const finished = await own.plugin(["dev", folder], {
      during: (kill, until) =>
        void (async () => {
          await until("Watching");
          const text = readFileSync(file, "utf8");
          writeFileSync(file, text.replace("map(Number)", "map((word) => 10 * Number(word))"));
          await until("Reloaded");
          await convert();
          writeFileSync(file, "export default");
          await until("Build failed!");
          await convert();
          writeFileSync(file, text);
          kill("SIGINT");
        })(),
    });
    expect(finished.stderr).toMatch(/Loaded hodu-format-points 1\.0\.0 in \d+ ms/);
    expect(finished.status).toBe(130);
    expect(seen).toHaveLength(2);
    for (const text of seen) expect(text).toMatch(/\[10,20\]/);
    expect(own.index()).toEqual(before);
    expect(readdirSync(join(own.folder, "plugins/.staging"))).toEqual([]);
  });

  it("leaves nothing behind where it was killed: the next command puts back what was installed", {
    timeout: TIMEOUT,
  }, async () => {
    const own = new PluginHome(root);
    const folder = writePlugin(root);
    await own.plugin(["dev", folder], {
      during: (kill, until) => void until("Watching").then(() => kill("SIGKILL")),
    });
    expect(own.index().plugins).toHaveLength(1);
    const listed = await own.plugin(["list"]);
    expect(listed.stderr).toContain('removed what an interrupted "dev hodu-format-points" left');
    expect(own.index().plugins).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
