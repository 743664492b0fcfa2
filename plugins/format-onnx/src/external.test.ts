import { describe, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { memorySource, modelBytes, oneNode, type TensorInit, testContext } from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

const SIBLINGS = { "w.bin": new Uint8Array(64), "sub/v.bin": new Uint8Array(8), empty: new Uint8Array(0) };

function load(entries: Readonly<Record<string, string>>, tensor: TensorInit = {}, logged: string[] = []) {
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const initializer = [{ name: "w", dims: [2n], dataType: 1, dataLocation: 1, externalData, ...tensor } as TensorInit];
  const bytes = modelBytes(oneNode({ opType: "Add", input: ["x", "w"] }, { initializer }));
  return loadModel(memorySource("m.onnx", bytes, SIBLINGS), testContext(logged));
}

const refused = (entries: Readonly<Record<string, string>>, tensor?: TensorInit) =>
  refusal(() => load(entries, tensor));

describe("external data", () => {
  test("is a reference to a part of the file beside the model", async () => {
    const { graph, stores } = await load({ location: "w.bin", offset: "16", length: "8" });
    expect(graph.weights).toEqual([{ name: "w", dtype: "f32", shape: [2], store: 0, offset: 16, length: 8 }]);
    expect(stores).toEqual([{ kind: "file", location: "w.bin" }]);
  });

  test("starts at 0 and is as long as the tensor unless stated", async () => {
    const { graph, stores } = await load({ location: "sub/v.bin", checksum: "0000" });
    expect(graph.weights[0]).toMatchObject({ offset: 0, length: 8 });
    expect(stores).toEqual([{ kind: "file", location: "sub/v.bin" }]);
  });

  test("warns of keys that the standard does not have", async () => {
    const logged: string[] = [];
    await load({ location: "w.bin", __class__: "evil\n" }, {}, logged);
    expect(logged).toEqual([expect.stringContaining('key "__class__" is not in the standard')]);
  });

  test.each([
    ["a negative offset", { offset: "-1" }],
    ["a hexadecimal offset", { offset: "0x10" }],
    ["an offset with a fraction", { offset: "1.5" }],
    ["an empty offset", { offset: "" }],
    ["an offset of 2^50", { offset: String(2 ** 50) }],
    ["an offset of 2^64", { offset: String(2n ** 64n) }],
    ["a range past the end", { offset: "60" }],
    ["a negative length", { length: "-8" }],
    ["a length that is not the tensor's", { length: "12" }],
    ["a length of 2^50", { length: String(2 ** 50) }],
  ])("with %s is refused", async (_, entries) => {
    const error = await refused({ location: "w.bin", ...entries });
    expect(error.code).toBe("BAD_MODEL");
    expect(error.message).toMatch(/^Cannot read initializer "w" in m\.onnx: found external data /);
    expect(error.where).toMatchObject({ file: "m.onnx", field: "graph.initializer[0].external_data" });
  });

  test.each([
    ["no location", {}, "without a location"],
    ["an empty location", { location: "" }, "without a location"],
    ["a NUL in its location", { location: "w.bin\0.txt" }, "expected a file name without NUL"],
    ["a file that is not there", { location: "missing.bin" }, "cannot be opened"],
  ])("with %s is refused", async (_, entries, message) => {
    const error = await refused(entries);
    expect(error.code).toBe("BAD_MODEL");
    expect(error.message).toContain(message);
  });

  test("that leaves the folder is refused by policy", async () => {
    for (const location of ["../secret", "sub/../../secret", "/etc/passwd"]) {
      const error = await refused({ location });
      expect(error.code).toBe("POLICY");
      expect(error.where).toMatchObject({ file: "m.onnx", field: "graph.initializer[0].external_data" });
    }
  });

  test("of a size that no file has is refused before anything is read", async () => {
    const error = await refused({ location: "w.bin" }, { dims: [2n ** 50n] });
    expect(error.message).toContain(`expected a range within the 64 bytes of "w.bin"`);
  });

  test("beside values in the model itself is refused", async () => {
    const error = await refused({ location: "w.bin" }, { rawData: new Uint8Array(8) });
    expect(error.message).toContain("values in raw_data and external_data");
  });

  test("of strings is refused", async () => {
    expect((await refused({ location: "w.bin" }, { dataType: 8 })).message).toContain("strings in an external file");
  });
});
