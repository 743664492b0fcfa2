/** What holds the program that builds a plugin: Linux's namespaces, where the machine has them. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { guardsHere } from "@hodu/plugin-host/install";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, temporaryFolder } from "./hodu.ts";
import { PluginHome, TYPESCRIPT, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const TIMEOUT = 120_000;
const outside = join(root, "outside");
const hasGo = spawnSync("go", ["version"]).status === 0;

/** Tries things, and prints what came of each: `read: EACCES`. */
const BUILD = `import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
const [outside, port, home] = readFileSync("targets.txt", "utf8").split("\\n");
const attempt = (name, action) => {
  try { action(); console.log(name + ": done"); } catch (error) { console.log(name + ": " + error.code); }
};
attempt("read", () => readFileSync(join(outside, "secret")));
attempt("write", () => { mkdirSync(outside, { recursive: true }); writeFileSync(join(outside, "written"), "x"); });
attempt("write the home folder", () => { mkdirSync(home, { recursive: true }); writeFileSync(join(home, "hodu-was-here"), "x"); });
attempt("list other processes", () => { if (readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length < 10) throw { code: "few" }; });
attempt("write its folder", () => writeFileSync("built", "x"));
attempt("write its home", () => { mkdirSync(join(homedir(), ".cache")); writeFileSync(join(homedir(), ".cache/x"), "x"); });
attempt("write temporary files", () => writeFileSync(join(tmpdir(), "x"), "x"));
console.log("home: " + homedir());
connect(Number(port), "127.0.0.1")
  .on("error", ({ code }) => console.log("network: " + code))
  .on("connect", function () { console.log("network: done"); this.destroy(); });
`;

beforeAll(() => {
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "the secret");
});

/** The log of the build of a plugin that tries things; the install fails, since it is no plugin after all. */
async function logOfBuild(permissions: object): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const program = { command: "./built", build: ["node", "build.mjs"] };
  const files = { "build.mjs": BUILD, "targets.txt": [outside, port, homedir()].join("\n") };
  const home = new PluginHome(root);
  await home.plugin(["install", "--path", writePlugin(root, { files, hodu: { program, permissions } }), "--yes"]);
  server.close();
  expect(home.installs()).toEqual([]);
  return readFileSync(join(home.folder, "logs/hodu-format-points-build.log"), "utf8");
}

describe.skipIf(!guardsHere().namespaces)("a build in a sandbox (skipped where there are no namespaces)", () => {
  it("writes its folder, its own home and temporary files, and nothing else; has no network", {
    timeout: TIMEOUT,
  }, async () => {
    const log = await logOfBuild({});
    expect(log).toMatch(/^read: ENOENT$/m);
    expect(existsSync(join(outside, "written"))).toBe(false);
    expect(existsSync(join(homedir(), "hodu-was-here"))).toBe(false);
    expect(log).toMatch(/^list other processes: few$/m);
    for (const what of ["its folder", "its home", "temporary files"]) expect(log).toContain(`write ${what}: done`);
    expect(log).toMatch(/^home: .*\.staging.*scratch\/home$/m);
    expect(log).toMatch(/^network: (?:ECONNREFUSED|ENETUNREACH)$/m);
  });

  it("has the network where the plugin asks for it", { timeout: TIMEOUT }, async () => {
    expect(await logOfBuild({ network: true })).toMatch(/^network: done$/m);
  });

  it("says by which signal it ended", { timeout: TIMEOUT }, async () => {
    const program = { command: "./built", build: ["sh", "-c", "kill -SEGV $$"] };
    const folder = writePlugin(root, { files: {}, hodu: { program } });
    const { stderr } = await new PluginHome(root).plugin(["install", "--path", folder, "--yes"]);
    expect(stderr).toContain("its build ended with signal SIGSEGV");
  });

  it("keeps the TypeScript compiler from writing where a tsconfig.json points to", { timeout: TIMEOUT }, async () => {
    const target = mkdtempSync(join(root, "target-"));
    const config = JSON.parse(TYPESCRIPT["tsconfig.json"]) as { readonly compilerOptions: object };
    const compilerOptions = { ...config.compilerOptions, outDir: target };
    const files = { ...TYPESCRIPT, "tsconfig.json": JSON.stringify({ ...config, compilerOptions }) };
    const { status } = await new PluginHome(root).plugin(["install", "--path", writePlugin(root, { files }), "--yes"]);
    expect(status).not.toBe(0);
    expect(existsSync(join(target, "index.js"))).toBe(false);
  });

  it.skipIf(!hasGo)("builds in Go with what Go keeps (skipped without Go)", { timeout: TIMEOUT }, async () => {
    const home = new PluginHome(root);
    const folder = join(root, "go-example");
    cpSync(join(ROOT, "examples/plugins/go"), folder, {
      recursive: true,
      filter: (path) => !/node_modules|plugin$/.test(path.slice(ROOT.length + "examples/plugins".length)),
    });
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"]);
    expect(stderr).toContain("Installed hodu-example-go 1.0.0");
    expect(status).toBe(0);
  });
});
