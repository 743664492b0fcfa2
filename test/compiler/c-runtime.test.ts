import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { C_FLAGS, C_TARGETS, emitC, emitProgram } from "@hodu/compiler/c";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasCompiler, WARNINGS } from "./c-program.ts";
import { operationCases } from "./operation-cases.ts";
import { structureCases } from "./structure-cases.ts";

const RUNTIME = fileURLToPath(new URL("../../packages/compiler/src/c/runtime/", import.meta.url));
const driver = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-c-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SANITIZERS = {
  "thread sanitizer": ["-O1", "-g", "-fsanitize=thread"],
  "address and undefined sanitizers": ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
  "no sanitizer": ["-O2"],
} as const;

const TIME = { timeout: 240_000 };

/** Compiles files of the runtime with a driver and runs it: it must say nothing. */
function expectDriver(name: string, files: readonly string[], flags: readonly string[]): void {
  const program = join(folder, "driver");
  const sources = [...files.map((file) => `${RUNTIME}${file}`), driver(name)];
  execFileSync("gcc", ["-std=gnu11", ...WARNINGS, ...flags, `-I${RUNTIME}`, ...sources, "-o", program, "-pthread"]);
  const { status, stdout, stderr } = spawnSync(program, { encoding: "utf8" });
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
}

describe.skipIf(!hasCompiler("gcc"))("the runtime files", () => {
  for (const [name, flags] of Object.entries(SANITIZERS)) {
    test(`loops over a pool of threads run each turn once, alone and nested, with ${name}`, TIME, () =>
      expectDriver("pool-driver.c", ["pool.c"], flags),
    );

    test(`programs run alone, with threads, at once and until they are cancelled, with ${name}`, TIME, () =>
      expectDriver("run-driver.c", ["run.c", "pool.c"], flags),
    );
  }

  test("code that threads run stays when its library is unloaded", TIME, () => {
    const { files, units } = emitProgram({ kernels: [], steps: [] }, C_TARGETS.base);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const library = join(folder, "program.so");
    execFileSync("gcc", [...C_FLAGS, ...WARNINGS, "-shared", ...units, "-o", library, "-pthread"], { cwd: folder });
    const program = join(folder, "unload");
    execFileSync("gcc", ["-std=gnu11", ...WARNINGS, driver("unload-driver.c"), "-o", program]);
    const { status, stdout } = spawnSync(program, [library], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });

  test("optimised kernels call no library", TIME, () => {
    const kernels = [...operationCases(32), ...structureCases()].map(({ kernel }) => kernel);
    const target = C_TARGETS["x86-64-v3"];
    const { files } = emitC(kernels, target);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const sources = files.map(({ name }) => name).filter((name) => name.endsWith(".c"));
    const flags = [...C_FLAGS, ...target.flags, ...WARNINGS, "-O2"];
    execFileSync("gcc", [...flags, "-c", ...sources], { cwd: folder });
    const objects = sources.map((name) => name.replace(/c$/, "o"));
    const missing = execFileSync("nm", ["-u", ...objects], { cwd: folder, encoding: "utf8" });
    expect(missing.split("\n").filter((line) => line.includes(" U "))).toEqual([]);
  });

  test("a file does not compile for a lesser target than its own", () => {
    const { files } = emitC([structureCases()[0].kernel], C_TARGETS["x86-64-v3"]);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const { stderr } = spawnSync("gcc", [...C_FLAGS, "-c", "kernels_0.c"], { cwd: folder, encoding: "utf8" });
    expect(stderr).toContain("this file is for x86-64-v3");
  });
});

test("the sources that a build gets are the files of the runtime", () => {
  const { files } = emitC([], C_TARGETS.base);
  for (const { name, text } of files) expect(text).toBe(readFileSync(`${RUNTIME}${name}`, "utf8"));
  expect(files.map(({ name }) => name)).toEqual(["hodu.h", "hodu-float.h"]);
});
