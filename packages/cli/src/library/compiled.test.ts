import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphBuilder, tensorType } from "@hodu/core";
import { afterAll, describe, expect, it } from "vitest";
import { loadModel, readTensor, tensor } from "../index.ts";

const digits = fileURLToPath(new URL("../../../../examples/digits/model.onnx", import.meta.url));
const seven = fileURLToPath(new URL("../../../../examples/digits/seven.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hodu-compiled-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A cache of its own. */
const newCache = (): string => mkdtempSync(join(folder, "cache-"));
const entries = (cache: string): string[] => readdirSync(join(cache, "compile"));

describe("a model on a backend that compiles", { timeout: 120_000 }, () => {
  it("gives what the interpreter gives, and says what it was compiled to", async () => {
    const image = await readTensor(seven);
    const exact = await loadModel(digits, { backend: "interp" });
    const model = await loadModel(digits, { backend: "wasm", cache: false });
    expect(model.backend).toBe("wasm");
    expect(model.report).toMatchObject({ calls: [] });
    expect(exact.report).toBeUndefined();
    const [found, expected] = [await model.run({ image }), await exact.run({ image })];
    for (const [i, x] of (found.probabilities.data as Float32Array).entries())
      expect(x).toBeCloseTo((expected.probabilities.data as Float32Array)[i], 6);
    expect(model.runSync({ image }).probabilities.data).toEqual(found.probabilities.data);
    await model.dispose();
  });

  it("is kept in the folder that is named, by level and shapes", async () => {
    const cache = newCache();
    const load = async (more: Parameters<typeof loadModel>[1]) =>
      (await loadModel(digits, { backend: "wasm", cache, ...more })).dispose();
    await load({});
    await load({});
    expect(entries(cache)).toHaveLength(1);
    await load({ optLevel: 0 });
    await load({ shapes: { image: [3, 64] } });
    await load({ shapes: { image: [3, 64] } });
    expect(entries(cache)).toHaveLength(3);
  });

  it("is kept for a graph that was built, too, by what it computes", async () => {
    const cache = newCache();
    const build = (op: string) => {
      const graph = new GraphBuilder("g");
      const [y] = graph.node(op, [graph.input("x", tensorType("f32", [2]))], {}, { outputs: ["y"] });
      graph.output(y);
      return graph.build();
    };
    for (const op of ["Neg", "Neg", "Abs"]) {
      const model = await loadModel(build(op), { backend: "wasm", cache });
      expect((await model.run({ x: Float32Array.of(2, -3) })).y.data).toEqual(
        Float32Array.of(op === "Neg" ? -2 : 2, 3),
      );
      await model.dispose();
    }
    expect(entries(cache)).toHaveLength(2);
  });

  it("runs any number of rows by what was compiled and kept once", async () => {
    const cache = newCache();
    const run = async (rows: number) => {
      const model = await loadModel(digits, { backend: "wasm", cache });
      const { probabilities } = await model.run({ image: tensor("f32", new Float32Array(64 * rows), [rows, 64]) });
      await model.dispose();
      return probabilities.shape;
    };
    expect(await run(2)).toEqual([2, 10]);
    expect(entries(cache)).toHaveLength(1);
    expect(await run(3)).toEqual([3, 10]);
    expect(entries(cache)).toHaveLength(1);
  });

  it("tells whoever listens why a backend does not serve", async () => {
    const told: string[] = [];
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      const model = await loadModel(digits, {
        cache: false,
        onLog: (level, message) => void told.push(`${level}: ${message}`),
      });
      expect(["cpu", "wasm"]).toContain(model.backend);
      if (model.backend === "wasm") expect(told[0]).toMatch(/^warn: cpu cannot be used: /);
      await model.dispose();
    } finally {
      process.env.PATH = path;
    }
  });

  it("has levels from 0 to 3", async () => {
    await expect(loadModel(digits, { optLevel: 4 as 3 })).rejects.toMatchObject({ code: "BAD_USAGE" });
  });
});
