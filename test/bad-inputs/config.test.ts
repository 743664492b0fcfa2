import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { Workshop } from "./command.ts";

const workshop = new Workshop();
const MODEL = workshop.model(oneNode({ opType: "Neg" }));
const COMMANDS = [
  ["run", MODEL, "--random-inputs", "--dim", "n=2"],
  ["inspect", MODEL],
  ["config", "list"],
  ["config", "get", "runtime.max_memory"],
] as const;

/** The environment with a home whose configuration is made by `make`. */
function homeWith(make: (file: string) => void): Readonly<Record<string, string>> {
  const HODU_HOME = mkdtempSync(join(workshop.folder, "home-"));
  make(join(HODU_HOME, "config.toml"));
  return { HODU_HOME };
}

/** Row 114: whoever reads the configuration ends with exit status 78, and says where the fault stands. */
async function expectRefusedConfig(content: string | Uint8Array, message: RegExp | string): Promise<string> {
  const env = homeWith((file) => writeFileSync(file, content));
  let said = "";
  for (const args of COMMANDS) said += (await workshop.expectRefused(78, message, args, { env })).stderr;
  return said;
}

describe("a configuration that is wrong (row 114)", () => {
  it.each([
    ["an unknown key", "[runtime]\nspeed = 11\n", 'line 2: "runtime.speed" is not a setting'],
    ["an unknown table", "[turbo]\non = true\n", 'line 1: "turbo" is not a setting'],
    [
      "a wrong type",
      "[runtime]\n\nmax_memory = true\n",
      'line 3: "runtime.max_memory" has true, expected a number of MB',
    ],
    [
      "a value out of range",
      "build.opt_level = 4\n",
      'line 1: "build.opt_level" has 4, expected a whole number from 0 to 3',
    ],
    ["a number that no setting can be", "runtime.max_memory = nan\n", "has NaN"],
    ["a file that includes itself", 'include = "config.toml"\n', 'line 1: "include" is not a setting'],
    ["an override of a built-in format", '[formats]\n".hdss" = "mine"\n', "always Hodu's own"],
    ["no TOML", "[runtime\n", "line 1, column 9"],
    ["a key twice", "a = 1\na = 2\n", "line 2"],
    ["a broken string", 'x = "\u0007"\n', "line 1"],
    ["a name of JavaScript", "[__proto__]\nx = 1\n[constructor]\n", '"__proto__" is not a setting'],
    ["a name that acts on a terminal", '"\\u001b[31m\\n" = 1\n', '"\\u{1b}[31m\\n" is not a setting'],
  ])("%s", async (_, text, message) => {
    expect(await expectRefusedConfig(text, message)).not.toContain("\u001b");
  });

  it.each([
    ["10 MB", new Uint8Array(10e6).fill(35), "larger than the 128 KiB"],
    ["invalid UTF-8", Buffer.concat([Buffer.from("# fine\n# "), Uint8Array.of(0xc3, 0x28)]), "line 2 is not UTF-8"],
    ["UTF-16", Buffer.from("\ufeff[runtime]\n", "utf16le"), "line 1 is not UTF-8"],
    ["a line of dots", `${"a.".repeat(60_000)}b = 1`, '"a" is not a setting'],
    ["arrays in arrays", `a = ${"[".repeat(130_000)}`, "line 1"],
    ["tables in tables", `a = ${"{b=".repeat(40_000)}`, "line 1"],
    [
      "a deep table with many keys",
      `[${"a.".repeat(30_000)}b]\n${Array.from({ length: 6000 }, (_, i) => `k${i}=1`).join("\n")}`,
      "not a setting",
    ],
    ["7000 unknown tables", Array.from({ length: 7000 }, (_, i) => `[t${i}]\nx = 1\n`).join(""), "and 6990 more"],
  ])("%s", async (_, content, message) => {
    await expectRefusedConfig(content, message);
  });

  it.each([
    ["an address without a scheme", 'network.proxy = "user:hunter2@x"', 'line 1: "network.proxy" has "***@x"'],
    ["an address that is not closed", 'network.proxy = "http://user:hunter2@x', "line 1"],
    ["an address without quotes", "network.proxy = http://user:hunter2@x", "line 1"],
    ["an address for a table", 'network = "http://user:hunter2@x"', "***@x"],
    ["an address for a name", '"http://user:hunter2@x" = 1', "***@x"],
  ])("shows no password: %s", async (_, text, message) => {
    expect(await expectRefusedConfig(text, message)).not.toContain("hunter2");
  });

  it("shows no password of a good one, either", async () => {
    const env = homeWith((file) => writeFileSync(file, 'network.proxy = "http://user:hunter2@x"'));
    for (const args of [
      ["config", "list"],
      ["config", "list", "--json"],
      ["config", "get", "network.proxy"],
    ]) {
      const { status, stdout, stderr } = await workshop.hodu(args, { env: { ...env, HODU_LOG: "trace" } });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("***@x");
      expect(stdout).not.toContain("hunter2");
    }
  });

  it("a folder in its place", async () => {
    await workshop.expectRefused(78, "found a directory", ["inspect", MODEL], {
      env: homeWith((file) => mkdirSync(file)),
    });
  });

  it.skipIf(process.platform === "win32")("a pipe in its place", async () => {
    const env = homeWith((file) => spawnSync("mkfifo", [file]));
    await workshop.expectRefused(78, "found a pipe", ["inspect", MODEL], { env });
  });

  it.each([
    ["HODU_MAX_MEMORY", "lots"],
    ["HODU_MAX_MEMORY", "-1"],
    ["HODU_THREADS", "1e3"],
    ["HODU_TIMEOUT", "0"],
    ["HODU_DEFAULTS_DEVICE", "a b"],
    ["HODU_LOG", "loud"],
    ["HODU_LOG", "warn,onnx=loud"],
    ["HODU_FORMATS", "onnx"],
    ["HODU_LOGGING_FILE", "/no/such/folder/hodu.log"],
  ])("a variable: %s=%s", async (name, value) => {
    const env = { [name]: value };
    await workshop.expectRefused(78, name === "HODU_LOGGING_FILE" ? value : `Cannot use ${name}=`, COMMANDS[0], {
      env,
    });
  });

  it("a log that nobody reads keeps nothing waiting", async () => {
    const pipe = join(workshop.folder, "log");
    spawnSync("mkfifo", [pipe]);
    await workshop.expectRefused(78, "Cannot write the log", COMMANDS[1], { env: { HODU_LOGGING_FILE: pipe } });
  });
});
