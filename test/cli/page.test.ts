/** The library as a page gets it: bundled for browsers by way of the package's exports, run where nothing of Node is there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

/** What the library may use of a browser beside the language. */
const WEB_GLOBALS = [
  "AbortController",
  "AbortSignal",
  "Blob",
  "DOMException",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "clearTimeout",
  "performance",
  "setTimeout",
] as const;

const folder = mkdtempSync(join(tmpdir(), "hodu-page-"));
const digits = readFileSync("examples/digits/model.onnx");
const seven = readFileSync("examples/digits/seven.json");
let page: Record<string, unknown>;

beforeAll(async () => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("packages/cli"), join(folder, "node_modules/hodu"));
  writeFileSync(join(folder, "entry.js"), 'export * from "hodu";');
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ["entry.js"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "hodu",
    platform: "browser",
    logLevel: "silent",
  });
  page = {
    ...Object.fromEntries(WEB_GLOBALS.map((name) => [name, globalThis[name]])),
    fetch: async (place: string) => {
      if (place !== "/models/digits.onnx") throw new TypeError("failed to fetch");
      const response = new Response(digits);
      Object.defineProperty(response, "url", { value: `https://example.org${place}` });
      return response;
    },
    digits: new Uint8Array(digits),
    seven: new Uint8Array(seven),
  };
  createContext(page);
  runInContext(outputFiles[0].text, page);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an async function of the page gives, as JSON. */
async function inPage(body: string): Promise<unknown> {
  const result: unknown = runInContext(`(async () => JSON.stringify(await (async () => { ${body} })()))()`, page);
  return JSON.parse((await (result as Promise<string | undefined>)) ?? "null");
}

it("has nothing of Node around it", async () => {
  expect(await inPage("return [typeof process, typeof Buffer, typeof require, typeof setImmediate]")).toEqual(
    Array(4).fill("undefined"),
  );
});

it.each(["digits", "digits.buffer", "new Blob([digits])", "new Response(digits)", '"/models/digits.onnx"'])(
  "runs a model from %s",
  async (from) => {
    const best = await inPage(`
      const model = await hodu.loadModel(${from});
      const image = await hodu.readTensor(seven);
      const { probabilities } = await model.run({ image });
      const again = model.runSync({ image }).probabilities;
      const best = (data) => data.indexOf(Math.max(...data));
      return [best(probabilities.data), best(again.data)];
    `);
    expect(best).toEqual([7, 7]);
  },
);

it("builds, saves and loads a model, and ends one that runs", async () => {
  const found = await inPage(`
    const graph = new hodu.GraphBuilder("twice");
    const x = graph.input("x", hodu.tensorType("f32", [hodu.symbolDim("n")]));
    graph.output(graph.node("Add", [x, x], {}, { outputs: ["y"] })[0]);
    const runs = [];
    for (const format of ["hdss", "onnx"]) {
      const model = await hodu.loadModel(await hodu.encodeModel(graph.build(), format));
      runs.push(...(await model.run({ x: [1, 2] })).y.data);
    }
    return runs;
  `);
  expect(found).toEqual([2, 4, 2, 4]);
});

it("reads and writes tensor files", async () => {
  const found = await inPage(`
    const y = hodu.tensor("f16", [[1, 2], [3, 4]]);
    const results = [];
    for (const format of ["safetensors", "hdt", "json", "pb"]) {
      const { values } = await hodu.readTensors(await hodu.encodeTensors({ y }, format), { format });
      results.push(hodu.toPlain(values.y));
    }
    return results;
  `);
  expect(found).toEqual(
    Array(4).fill([
      [1, 2],
      [3, 4],
    ]),
  );
});

it("says what it cannot do", async () => {
  const found = await inPage(`
    const codeOf = (call) => call.then(() => "no error", ({ code }) => code);
    return [
      await codeOf(hodu.loadModel("/nosuch.onnx")),
      await codeOf(hodu.readTensors(digits, { format: "npz" })),
      await codeOf(hodu.loadModel(digits, { device: "webgpu" })),
    ];
  `);
  expect(found).toEqual(["MISSING_INPUT", "FORMAT_NOT_FOUND", "BACKEND_NOT_FOUND"]);
});
