/** Templates in other languages than TypeScript: what a new author does by hand, from the first command to a run with the plugin. */
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasC, hasGo, hasPython } from "../clients/example-plugins.ts";
import { hodu, temporaryFolder } from "./hodu.ts";
import { PluginHome } from "./plugins.ts";

const TIMEOUT_MS = 120_000;
const RUN = ["run", "tests/model.hdss", "-i", "x=tests/x.json"] as const;

/** By kind: how it is used once it is installed, and what that must print. */
const KINDS = [
  { type: "backend", use: [...RUN, "--device", "mine"], prints: /\[\[ 2,  0,  6\],\n\s+\[ 0, 10,  0\]\]/ },
  {
    type: "transform",
    use: [...RUN, "--transform", "mine", "--verbose"],
    prints: /Applied mine: 1 change\n/,
  },
  { type: "operator", use: [...RUN, "--backend", "interp"], prints: /\[\[ +2, +-4, +6\]/ },
  { type: "format", use: ["inspect", "tests/fixtures/table.mine"], prints: /f32\[3, 3\]/ },
  { type: "extension", use: RUN, prints: /\[\[1, 0, 3\]/ },
  { type: "hw-transform", use: ["plugin", "info", "hw-transform:mine"], prints: /kernel_mapping/ },
] as const;

/** Those that there are templates for in Python beside. */
const KERNELS = [
  { type: "kernel", use: ["plugin", "info", "kernel:mine"], prints: /MatMul/ },
  { type: "kernel-backend", use: ["plugin", "info", "kernel-backend:mine"], prints: /hls/ },
] as const;

/** Its own tests, with all warnings, and with what finds errors of memory where the compiler has it. */
const C_OWN = `
flags="-std=c11 -g -Wall -Wextra -Werror -pthread -I. -o tests/run tests/test_plugin.c hodu_plugin.c"
cc -fsanitize=address,undefined -fno-sanitize-recover=all $flags -lm || cc $flags -lm
./tests/run
`;

/** By language: what tries a plugin's own sources, in its folder. */
const LANGUAGES = [
  {
    lang: "python",
    kinds: [...KINDS, ...KERNELS],
    isThere: hasPython,
    own: ["python3", "-B", "-m", "unittest", "discover", "-s", "tests"],
  },
  { lang: "go", kinds: KINDS, isThere: hasGo, own: ["sh", "-c", 'test -z "$(gofmt -l .)" && go vet . && go test .'] },
  { lang: "c", kinds: KINDS, isThere: hasC, own: ["sh", "-c", C_OWN] },
] as const;

for (const { lang, kinds, isThere, own } of LANGUAGES) {
  describe.skipIf(!isThere)(`a plugin begun in ${lang} (skipped where that is not there)`, () => {
    const root = temporaryFolder();
    const env = { GOPROXY: "off", GOFLAGS: "-mod=mod" };

    for (const { type, use, prints } of kinds) {
      it(`keeps the contract of a ${type}, passes its own tests, and works where it is installed`, {
        timeout: TIMEOUT_MS,
      }, async () => {
        const home = new PluginHome(root);
        const cwd = join(root, `mine-${type}`);
        expect(await home.plugin(["new", cwd, "--type", type, "--lang", lang])).toMatchObject({ status: 0 });
        const tested = await home.plugin(["test", "."], { cwd, env });
        expect(tested.stdout).toMatch(/✓ Contract of [\w-]+ "mine": \d+ tests\n\nAll tests passed!/);
        const { status, stdout, stderr } = spawnSync(own[0], own.slice(1), {
          cwd,
          env: { ...process.env, ...env },
          encoding: "utf8",
        });
        expect(status, `${stdout}\n${stderr}`).toBe(0);
        const installed = await home.plugin(["install", "--path", ".", "--yes"], { cwd, env });
        expect(installed.stderr).toContain(`Installed hodu-${type}-mine 0.1.0`);
        const used = await hodu(use, { cwd, env: { HODU_HOME: home.folder } });
        expect(`${used.stderr}${used.stdout}`).toMatch(prints);
        expect(used.status).toBe(0);
      });
    }
  });
}

describe.skipIf(!hasGo)("a plugin in Go whose build fails (skipped where there is no go)", () => {
  const root = temporaryFolder();

  it("shows its author what the compiler found", { timeout: TIMEOUT_MS }, async () => {
    const home = new PluginHome(root);
    const folder = join(root, "broken");
    await home.plugin(["new", folder, "--type", "transform", "--lang", "go"]);
    appendFileSync(join(folder, "main.go"), "\nvar broken = missing\n");
    const { status, stdout } = await home.plugin(["test", folder]);
    expect(stdout).toMatch(/✗ Build succeeded\n.*\n[^]*main\.go:\d+:\d+: undefined: missing\n/);
    expect(status).toBe(1);
  });
});

describe.skipIf(!hasPython)("a plugin in Python that is developed (skipped where there is no python3)", () => {
  const root = temporaryFolder();

  it("is loaded anew at each save, and stays as it was where it does not load", { timeout: TIMEOUT_MS }, async () => {
    const home = new PluginHome(root);
    const cwd = join(root, "mine");
    await home.plugin(["new", cwd, "--type", "operator", "--lang", "python"]);
    const file = join(cwd, "plugin.py");
    const text = readFileSync(file, "utf8");
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      const { stdout } = await hodu([...RUN, "--backend", "interp", "--json"], {
        cwd,
        env: { HODU_HOME: home.folder },
      });
      seen.push(JSON.stringify((JSON.parse(stdout) as { outputs: { y: { data: unknown } } }).outputs.y.data));
    };
    const { status } = await home.plugin(["dev", cwd], {
      during: (kill, until) =>
        void (async () => {
          await until("Watching");
          await run();
          writeFileSync(file, text.replace('op="Add"', 'op="Mul"'));
          await until("Reloaded");
          await run();
          writeFileSync(file, `${text}x = (\n`);
          await until("Kept");
          await run();
          kill("SIGINT");
        })(),
    });
    expect(status).toBe(130);
    expect(seen).toEqual(["[2,-4,6,0,10,-12]", "[1,4,9,0,25,36]", "[1,4,9,0,25,36]"]);
  });
});
