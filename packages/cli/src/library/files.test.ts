import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphBuilder, tensorFrom, tensorType } from "@hodu/core";
import { afterAll, describe, expect, it } from "vitest";
import {
  encodeModel,
  encodeTensors,
  inspectModel,
  loadModel as loadOn,
  readModel,
  readTensor,
  readTensors,
  saveModel,
  tensor,
  writeTensors,
} from "../index.ts";

/** On the interpreter: every machine has it, and nothing is compiled. */
const loadModel: typeof loadOn = (from, options) => loadOn(from, { backend: "interp", ...options });

const digits = fileURLToPath(new URL("../../../../examples/digits/model.onnx", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hodu-library-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

describe("models", () => {
  it.each(["onnx", "hdss"])("are saved as .%s, in a file and as the same bytes", async (format) => {
    const model = await loadModel(digits);
    await saveModel(model, at(`digits.${format}`));
    const bytes = await encodeModel(model, format);
    expect(Buffer.compare(bytes, readFileSync(at(`digits.${format}`)))).toBe(0);
    const image = new Float32Array(64).fill(0.5);
    const expected = (await model.run({ image })).probabilities.data;
    for (const from of [bytes, at(`digits.${format}`)]) {
      expect((await (await loadModel(from)).run({ image })).probabilities.data).toEqual(expected);
    }
  });

  it("are read once and then inspected, saved and made ready", async () => {
    const read = await readModel(digits);
    expect(inspectModel(read).operation_count).toBe(13);
    await saveModel(read, at("external.hdss"), { externalWeights: true });
    expect(readdirSync(folder).filter((name) => name.startsWith("external"))).toHaveLength(2);
    expect((await loadModel(read)).snapshot).toBe(read.snapshot);
    expect((await loadModel(at("external.hdss"))).inspect().weights_bytes).toBe(inspectModel(read).weights_bytes);
  });

  it("are read from bytes together with the files that they refer to", async () => {
    await saveModel(await readModel(digits), at("split.hdss"), { externalWeights: true });
    const [beside] = readdirSync(folder).filter((name) => name.startsWith("split") && name !== "split.hdss");
    const siblings = { [beside]: new Uint8Array(readFileSync(at(beside))) };
    const model = await loadModel(new Uint8Array(readFileSync(at("split.hdss"))), { siblings });
    expect((await model.run({ image: new Float32Array(64) })).probabilities.shape).toEqual([1, 10]);
    await expect(loadModel(new Uint8Array(readFileSync(at("split.hdss"))))).rejects.toMatchObject({
      code: "MISSING_INPUT",
    });
  });

  it("that were built are saved as the opset that is asked for", async () => {
    const graph = new GraphBuilder("twice");
    const x = graph.input("x", tensorType("f32", [2]));
    graph.output(graph.node("Mul", [x, graph.weight("two", tensorFrom("f32", [], [2]))], {}, { outputs: ["y"] })[0]);
    await saveModel(graph.build(), at("twice"), { format: "onnx", opset: 13 });
    const model = await loadModel(at("twice"), { format: "onnx" });
    expect(model.runSync({ x: [1, 2] }).y.data).toEqual(Float32Array.of(2, 4));
  });

  it("are refused where no format writes them", async () => {
    const read = await readModel(digits);
    await expect(saveModel(read, at("m.xyz"))).rejects.toMatchObject({ code: "FORMAT_NOT_FOUND" });
    await expect(saveModel(read, at("m"), { format: "npy" })).rejects.toMatchObject({ code: "FORMAT_NOT_FOUND" });
    await expect(encodeModel(read, "hdss", { externalWeights: true })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect(readdirSync(folder).filter((name) => name.startsWith("m"))).toEqual([]);
  });
});

describe("tensor files", () => {
  const values = {
    a: tensor("f16", [[1, 2, 3]]),
    b: tensor("i64", 2n ** 60n),
    c: tensor("bool", [true, false]),
  };

  it.each(["npz", "safetensors", "hdt", "json"])("of .%s hold what was written", async (format) => {
    await writeTensors(at(`values.${format}`), values);
    const bytes = await encodeTensors(values, format);
    for (const from of [at(`values.${format}`), bytes, new Blob([new Uint8Array(bytes)])]) {
      const read = await readTensors(from, format === "json" ? { format } : {});
      expect(read.values).toEqual(values);
    }
  });

  it("keep metadata where they have a place for it", async () => {
    const bytes = await encodeTensors(values, "safetensors", { metadata: { made: "by hand" } });
    expect((await readTensors(bytes)).metadata).toEqual({ made: "by hand" });
  });

  it("of one value need no name", async () => {
    await writeTensors(at("one.npy"), { y: Float32Array.of(1, 2) });
    expect(await readTensor(at("one.npy"))).toEqual(tensor("f32", [1, 2]));
    await expect(writeTensors(at("two.npy"), values)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("give one value by its name", async () => {
    const bytes = await encodeTensors(values, "npz");
    expect(await readTensor(bytes, { name: "a" })).toEqual(values.a);
    await expect(readTensor(bytes)).rejects.toThrow('Cannot take a value from the file: found "a", "b", "c"');
    await expect(readTensor(bytes, { name: "d" })).rejects.toMatchObject({ code: "BAD_TENSOR_FILE" });
  });

  it("that do not say a dtype are read as the caller wants", async () => {
    writeFileSync(at("plain.json"), "[[1, 2], [3, 4]]");
    expect(await readTensor(at("plain.json"), { dtype: "f64" })).toEqual(tensor("f64", [1, 2, 3, 4], [2, 2]));
    await expect(readTensor(at("plain.json"))).rejects.toMatchObject({ code: "BAD_TENSOR_FILE" });
  });

  it("keep names that mean something to JavaScript", async () => {
    const odd = Object.fromEntries([
      ["__proto__", Float32Array.of(1)],
      ["constructor", Float32Array.of(2)],
    ]);
    const read = await readTensors(await encodeTensors(odd, "safetensors"));
    expect(Object.entries(read.values).map(([name, { data }]) => [name, data[0]])).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });

  it("are not made of what does not say its dtype", async () => {
    await expect(encodeTensors({ y: [1, 2] as unknown as Float32Array }, "npz")).rejects.toMatchObject({
      code: "BAD_INPUT",
      hint: 'tensor("f32", data)',
    });
  });
});
