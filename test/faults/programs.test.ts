/** Rows 117, 118 and 122, of programs instead of libraries: what is not runnable, fails before it begins, or breaks the rules of C. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedPlugin } from "@hodu/plugin-host";
import type { Manifest } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, compileTrouble, errorOf, FAILING_LANGUAGES, makeTroublePlugins, MISSING } from "./trouble-plugins.ts";
import type { TroublePlugins } from "./trouble-plugins.ts";

const START_MS = 4_000;
const LIBRARY = "int missing_function(void) { return 0; }\n";

const root = mkdtempSync(join(tmpdir(), "hodu-programs-"));
const at = (name: string): string => join(root, name);
let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins();
  if (MISSING.c === undefined) makeExecutables();
  writeFileSync(at("text"), "This is no program.\n", { mode: 0o755 });
  writeFileSync(at("empty"), "", { mode: 0o755 });
}, 120_000);
afterAll(() => {
  plugins.remove();
  rmSync(root, { recursive: true, force: true });
});

function makeExecutables(): void {
  compileTrouble(at("plugin"));
  compileTrouble(at("plugin++"), "c++");
  writeFileSync(at("library.c"), LIBRARY);
  const shared = ["-shared", "-fPIC", "-o"];
  for (const [folder, library] of Object.entries({ lib: "library.c", old: "/dev/null" })) {
    mkdirSync(at(folder));
    execFileSync("cc", [...shared, join(at(folder), "libmissing.so"), "-x", "c", library], { cwd: root });
  }
  const linked = ["-DTROUBLE_LIBRARY", `-L${at("lib")}`, "-Wl,-z,lazy", "-lmissing"];
  compileTrouble(at("without-library"), "c++", [...linked, `-Wl,-rpath,${at("nowhere")}`]);
  compileTrouble(at("old-library"), "c++", [...linked, `-Wl,-rpath,${at("old")}`]);
  copyFileSync(at("plugin"), at("other-machine"));
  const header = readFileSync(at("other-machine"));
  // e_machine of an ELF header: another than this one's
  header.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
  writeFileSync(at("other-machine"), header);
}

function manifestOf(program: string, given: readonly string[] = []): Manifest {
  return { ...plugins.manifest("c"), program: { command: `./${program}`, arguments: given } };
}

async function start(program: string, given: readonly string[] = [], callTimeout = 10_000): Promise<LoadedPlugin> {
  const options = { startTimeout: START_MS, grace: 300, callTimeout, maxMemory: 256 << 20 };
  return plugins.start("c", { manifest: manifestOf(program, given), folder: root, ...options });
}

/** That all is as it was for who had nothing to do with it. */
async function expectHostWell(): Promise<void> {
  const plugin = await plugins.start("typescript");
  expect(await act(plugin, "none")).toBe("done");
  await plugin.dispose();
}

describe.skipIf(MISSING.c !== undefined)("row 117: a program", () => {
  it.each([
    ["that is a text", "text", "is no program"],
    ["for another machine", "other-machine", "is for "],
    ["of 0 bytes", "empty", "is empty"],
    ["that is not there", "no-such-program", "is not there"],
    ["that may not be run", "library.c", "cannot be run (EACCES)"],
  ])("%s is an error that says so", async (_, program, message) => {
    const error = await errorOf(start(program));
    expect(error).toMatchObject({ code: "BAD_PLUGIN", where: { plugin: "hodu-test-trouble", file: at(program) } });
    expect(error.message).toContain(`Cannot start plugin "hodu-test-trouble": its program "${at(program)}" ${message}`);
    expect(error.hint).toBe("hodu plugin rebuild hodu-test-trouble");
  });

  it("without a library that it needs is an error that names the library", async () => {
    const error = await errorOf(start("without-library"));
    expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toMatch(
      /^Cannot start plugin [^]*exit code 127[^]*libmissing\.so: cannot open shared object/,
    );
    await expectHostWell();
  });

  it("whose library lacks a function ends when it calls that", async () => {
    const plugin = await start("old-library");
    expect(await act(plugin, "none")).toBe("done");
    const error = await errorOf(act(plugin, "symbol"));
    expect(error.code).toBe("PLUGIN_CRASH");
    expect(error.message).toMatch(/exit code 127[^]*undefined symbol: missing_function/);
    await plugin.dispose();
  });
});

describe.skipIf(MISSING.c !== undefined)("row 118: a program", () => {
  it.each([
    ["crashes", "segv", /signal SIGSEGV/],
    ["aborts", "abort", /signal SIGABRT/],
    ["exits", "exit", /exit code 3/],
    ["recurses without end", "overflow", /signal SIGSEGV/],
    ["fills the memory", "memory", /signal SIG|exit code/],
  ])("that %s before it begins is an error of the start", async (_, fault, message) => {
    const error = await errorOf(start("plugin", [fault]));
    expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toMatch(message);
    await expectHostWell();
  });

  it("that does not come to its begin is ended in time", async () => {
    expect((await errorOf(start("plugin", ["spin"]))).code).toBe("DEADLINE");
  });

  it("that prints 100 MB before it begins is a plugin like others", async () => {
    const plugin = await start("plugin", ["flood"]);
    expect(await act(plugin, "none")).toBe("done");
    await plugin.dispose();
    expect(statSync(join(plugins.root, "c.log")).size).toBeLessThan(17 << 20);
  });

  it("that starts a daemon leaves none behind", async () => {
    const plugin = await start("plugin", ["daemon"]);
    expect(await act(plugin, "daemon")).toBe("done");
    await plugin.dispose();
    const isGone = (): boolean => spawnedFrom(at("plugin")).length === 0;
    for (let i = 0; i < 40 && !isGone(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(spawnedFrom(at("plugin"))).toEqual([]);
  });

  it("that ignores signals and changes locale, mask and arithmetic of its process changes those alone", async () => {
    const [folder, mask, sum] = [process.cwd(), process.umask(), 0.1 + 0.2];
    const plugin = await start("plugin", ["change"], 500);
    expect((await errorOf(act(plugin, "deaf"))).code).toBe("DEADLINE");
    await plugin.dispose();
    expect([process.cwd(), process.umask(), 0.1 + 0.2]).toEqual([folder, mask, sum]);
    expect(5e-324 / 2 + 5e-324).toBe(5e-324);
    await expectHostWell();
  });
});

/** Processes that run a program, as the command line tells. */
function spawnedFrom(path: string): readonly string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.trim().split(/\s+/)[1] === path || line.includes(` ${path} `));
}

describe("row 122: a program", () => {
  it.skipIf(MISSING.c !== undefined).each([
    ["throws an exception of C++", "plugin++", "throw", /signal SIGABRT[^]*terminate called/],
    ["jumps to where it has left", "plugin", "longjmp", /signal SIG(SEGV|ABRT|BUS|ILL)/],
  ])("that %s is ended, and its error says so", async (_, program, fault, message) => {
    const plugin = await start(program);
    const error = await errorOf(act(plugin, fault));
    expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-trouble" } });
    expect(error.message).toMatch(message);
    await plugin.dispose();
    await expectHostWell();
  });

  it.skipIf(MISSING.go !== undefined)("in Go that panics is ended, and its error shows the panic", async () => {
    const plugin = await plugins.start("go");
    const error = await errorOf(act(plugin, "abort"));
    expect(error.code).toBe("PLUGIN_CRASH");
    expect(error.message).toMatch(/SIGABRT|exit code 2/);
    expect(readFileSync(join(plugins.root, "go.log"), "utf8")).toContain("panic: about to abort");
    await plugin.dispose();
  });

  it.for(FAILING_LANGUAGES)("in %s answers 16 calls at a time", async (language, test) => {
    test.skip(MISSING[language] !== undefined, MISSING[language]);
    const plugin = await plugins.start(language, { callTimeout: 20_000 });
    const results = await Promise.all(Array.from({ length: 16 }, () => act(plugin, "none")));
    expect(results).toEqual(Array.from({ length: 16 }, () => "done"));
    await plugin.dispose();
  });

  it.skipIf(MISSING.c !== undefined).each([
    ["answers 16 calls at a time, each byte for itself", "torn", 16],
    ["answers a call twice", "twice", 1],
  ])("that %s has broken the protocol", async (_, fault, count) => {
    const plugin = await start("plugin");
    await Promise.allSettled(Array.from({ length: count }, () => act(plugin, fault)));
    const error = await errorOf(act(plugin, "none").then(() => act(plugin, "none")));
    expect(error).toMatchObject({ code: "PLUGIN_PROTOCOL", where: { plugin: "hodu-test-trouble" } });
    await plugin.dispose();
    await expectHostWell();
  });

  it.skipIf(MISSING.c !== undefined)("that never answers is ended at the deadline", async () => {
    const plugin = await start("plugin", [], 300);
    expect((await errorOf(act(plugin, "never"))).code).toBe("DEADLINE");
    await plugin.dispose();
  });
});
