/** The library in a real browser: a page that gives a model to a Worker. Chromium is found on PATH. */
import { execFileSync } from "node:child_process";
import { loadModel, readTensor } from "hodu";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PageServer, servePage } from "./serve-page.ts";

/** What the page's Worker said. */
interface Answer {
  readonly error?: string;
  readonly backend: string;
  readonly probabilities: readonly number[];
  readonly isIsolated: boolean;
}

let browser: Browser;
let expected: readonly number[];

beforeAll(async () => {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const model = await loadModel("examples/digits/model.onnx", { backend: "interp" });
  const { probabilities } = await model.run({ image: await readTensor("examples/digits/seven.json") });
  expected = [...(probabilities.data as Float32Array)];
}, 60_000);
afterAll(() => browser.close());

describe.each([
  ["isolated from other origins", true],
  ["beside other origins", false],
] as const)("a page %s", (_, isIsolated) => {
  let server: PageServer;
  beforeAll(async () => {
    server = await servePage(isIsolated);
  });
  afterAll(() => server.close());

  it.each(["interp", "wasm"])("runs the example on %s", async (backend) => {
    const page = await browser.newPage();
    await page.goto(`${server.address}/page/index.html?backend=${backend}`);
    const found = await page.waitForFunction(() => (globalThis as { answer?: unknown }).answer);
    const answer = (await found.jsonValue()) as Answer;
    await page.close();
    expect(answer).toMatchObject({ backend, isIsolated });
    answer.probabilities.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });
});
