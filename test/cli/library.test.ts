/** The library as a program of somebody else's gets it: `hodu` by the exports of its package, in a process and a folder of its own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hodu-user-"));
/** Where nothing is installed. */
const apart = mkdtempSync(join(tmpdir(), "hodu-apart-"));

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("packages/cli"), join(folder, "node_modules/hodu"));
  symlinkSync(resolve("examples/digits"), join(folder, "digits"));
});
afterAll(() => [folder, apart].forEach((path) => rmSync(path, { recursive: true })));

function runProgram(program: string): string {
  writeFileSync(join(folder, "program.mjs"), program);
  const env = { ...process.env, HOME: folder };
  const { stdout, stderr, status } = spawnSync(process.execPath, ["program.mjs"], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

it("runs the example from another folder", () => {
  const program = `
    import { loadModel, readTensor } from "hodu";
    const model = await loadModel("digits/model.onnx");
    const { probabilities } = await model.run({ image: await readTensor("digits/seven.json") });
    console.log(probabilities.data.indexOf(Math.max(...probabilities.data)));
    await model.dispose();
  `;
  expect(runProgram(program)).toBe("7\n");
});

it("runs where a program has bundled it into a file of its own", async () => {
  const file = join(apart, "program.mjs");
  const contents = `
    import { loadModel, readTensor } from "hodu";
    const model = await loadModel("model.onnx", { backend: "interp" });
    const { probabilities } = await model.run({ image: await readTensor("seven.json") });
    console.log(probabilities.data.indexOf(Math.max(...probabilities.data)));
  `;
  await build({
    stdin: { contents, resolveDir: folder },
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    // Codecs of pictures, which are imported when they are used.
    external: ["@jsquash/*", "@cornerstonejs/*"],
    logLevel: "error",
  });
  const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: resolve("examples/digits"), encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "7\n", stderr: "" });
});

it("lets a process end by itself when its work is done", () => {
  const program = `
    import { loadModel } from "hodu";
    const model = await loadModel("digits/model.onnx", { signal: AbortSignal.timeout(100_000) });
    await model.run({ image: new Float32Array(64) }, { signal: AbortSignal.timeout(100_000) });
  `;
  expect(runProgram(program)).toBe("");
});

it("reads no variable and no configuration file of the command", () => {
  const program = `
    process.env.HODU_MAX_MEMORY = "0.0001";
    process.env.HODU_HOME = ${JSON.stringify(folder)};
    process.env.HODU_BACKENDS_PRIORITY = "nosuch";
    const { loadModel } = await import("hodu");
    const model = await loadModel("digits/model.onnx");
    console.log((await model.run({ image: new Float32Array(64) })).probabilities.shape);
  `;
  writeFileSync(join(folder, "config.toml"), "nosuchkey = 1\n");
  expect(runProgram(program)).toBe("[ 1, 10 ]\n");
});

it("has errors that other copies of the library know", () => {
  const program = `
    import { HoduError, loadModel } from "hodu";
    import { HoduError as Other } from "hodu/browser";
    const error = await loadModel("nosuch.onnx").catch((error) => error);
    console.log(error instanceof HoduError, error instanceof Other, HoduError === Other, error.code, error.hint);
  `;
  expect(runProgram(program)).toBe("true true false MISSING_INPUT ls .\n");
});

it("can be found by its package.json, and has types for both entries", () => {
  const program = `
    import { createRequire } from "node:module";
    import { existsSync } from "node:fs";
    import { dirname, join } from "node:path";
    const require = createRequire(import.meta.url);
    const path = require.resolve("hodu/package.json");
    const { exports } = require("hodu/package.json");
    const files = [exports["."], exports["."].browser, exports["./browser"]].flatMap((entry) => [entry.types, entry.default]);
    console.log(files.every((file) => existsSync(join(dirname(path), file))));
  `;
  expect(runProgram(program)).toBe("true\n");
});
