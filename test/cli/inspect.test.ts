import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { floats, oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { writeModel } from "./models.ts";
import { TIMED } from "../timed.ts";

const digits = join(DIGITS, "model.onnx");
const folder = temporaryFolder();

describe("hodu inspect of a model", () => {
  it("prints what is in it", async () => {
    const { status, stdout, stderr } = await hodu(["inspect", digits]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        `Model: ${digits}`,
        "Format: ONNX (hodu-format-onnx 0.3.0)",
        "Size: 68.8 KB",
        "",
        "Inputs:",
        "  image: f32[batch, 64]",
        "",
        "Outputs:",
        "  probabilities: f32[batch, 10]",
        "",
        "Operations: 13",
        "  Add: 3, MatMul: 3, Relu: 2, Cast: 1, Div: 1, Identity: 1, Softmax: 1, Sub: 1",
        "",
        "Weights: 8 (17,354 parameters, 67.8 KB)",
        "",
      ].join("\n"),
    );
  });

  it("is what a model alone means", async () => {
    expect((await hodu([digits])).stdout).toBe((await hodu(["inspect", digits])).stdout);
  });

  it("adds nodes and memory when it is verbose", async () => {
    const { stdout } = await hodu(["inspect", digits, "--verbose"]);
    expect(stdout).toContain("Producer: skl2onnx 1.18.0\n");
    expect(stdout).toContain("  MatMul: MatMul(cast_input, coefficient) -> mul_result: f32[batch, 128]\n");
    expect(stdout).toMatch(/^ {2}coefficient +f32\[64, 128\] +32\.0 KB$/m);
    expect(stdout).toContain("Arithmetic: ~34.0 KFLOP");
    expect(stdout).toMatch(
      /Estimated memory: ~[\d.]+ KB \(inference\)\nWeights size: [\d.]+ KB\nIntermediate tensors: ~[\d.]+ KB \(peak\)/,
    );
    expect(stdout).toContain("with batch = 1");
  });

  test.each([[["--json"]], [["-f", "json"]], [["--format", "json", "--verbose"]]])(
    "prints JSON for %j",
    async (flags) => {
      const report = JSON.parse((await hodu(["inspect", digits, ...flags])).stdout) as unknown;
      expect(report).toMatchObject({
        name: "model.onnx",
        format: "onnx",
        size_bytes: 70_432,
        inputs: [{ name: "image", dtype: "f32", shape: ["batch", 64], optional: false }],
        operation_count: 13,
        operations: { MatMul: 3 },
        weight_count: 8,
        parameters: 17_354,
        weights_bytes: 69_416,
      });
    },
  );

  it("keeps its keys, with --verbose too", async () => {
    const keys = async (...flags: string[]) =>
      Object.keys(JSON.parse((await hodu(["inspect", digits, "--json", ...flags])).stdout) as object);
    const plain =
      "kind name path format plugin size_bytes producer metadata inputs outputs operation_count operations weight_count parameters weights_bytes";
    const verbose =
      "estimated_memory_bytes intermediate_peak_bytes unknown_values symbols_assumed_1 estimated_flops unknown_flops_nodes weights nodes";
    expect((await keys()).join(" ")).toBe(plain);
    expect((await keys("-v")).join(" ")).toBe(`${plain} ${verbose}`);
  });

  it("reads no weights: 10 GB of them take no time", TIMED, async () => {
    const weights = join(folder, "w.bin");
    writeFileSync(weights, "");
    truncateSync(weights, 10 * 2 ** 30);
    const dims = [BigInt(2 ** 30), 2n];
    const external = [{ key: "location", value: "w.bin" }];
    const model = writeModel(
      folder,
      "big.onnx",
      oneNode(
        { opType: "Gather", input: ["w", "i"] },
        {
          input: [],
          initializer: [
            { ...floats("w", [], []), dims, rawData: new Uint8Array(0), dataLocation: 1, externalData: external },
            { name: "i", dims: [1n], dataType: 7, rawData: new Uint8Array(8) },
          ],
        },
      ),
    );
    const { status, stdout, milliseconds } = await hodu(["inspect", model, "--verbose"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Weights size: 8.0 GB");
    expect(milliseconds).toBeLessThan(2000);
  });

  test.each([
    [["inspect"], 2, "missing required argument 'file'"],
    [["inspect", "nothing.onnx"], 66, "there is no such file"],
    [["inspect", join(DIGITS, "modle.onnx")], 66, `did you mean "${digits}"?`],
    [["inspect", DIGITS], 66, `hodu inspect ${digits}`],
    [["inspect", digits, "-f", "xml"], 2, "expected pretty or json"],
    [["inspect", "/dev/zero"], 66, "found a device, expected a file"],
    [["inspect", join(ROOT, "biome.jsonc")], 66, "there is no such file"],
    [["inspect", join(ROOT, "LICENSE")], 66, "it has no extension, expected"],
  ])("%j is refused", async (args, status, part) => {
    const result = await hodu(args);
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: "" });
    expect(result.stderr).toContain(part);
  });

  it("shows the way from another tool's file", async () => {
    const path = join(folder, "model.tflite");
    writeFileSync(path, "\u0018\0\0\0TFL3");
    const { status, stderr } = await hodu(["inspect", path]);
    expect(status).toBe(66);
    expect(stderr).toContain("hint: python -m tf2onnx.convert --tflite");
  });
});

describe("hodu inspect of a tensor file", () => {
  const input = join(DIGITS, "test_data_set_0/input_0.pb");

  it("prints names, types and sizes", async () => {
    const { status, stdout } = await hodu(["inspect", input]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        `File: ${input}`,
        "Format: ONNX (hodu-format-onnx 0.3.0)",
        "Size: 272 bytes",
        "",
        "Values: 1",
        "  Name   Type             Size",
        "  image  f32[1, 64]  256 bytes",
        "",
      ].join("\n"),
    );
  });

  it("adds the values when it is verbose", async () => {
    expect((await hodu([input, "--verbose"])).stdout).toContain("image: f32[1, 64]  min 0, mean 5.4063, max 16\n");
  });

  it("prints JSON without elements", async () => {
    const report = JSON.parse((await hodu(["inspect", input, "--json", "-v"])).stdout) as unknown;
    expect(report).toEqual({
      kind: "tensors",
      name: "input_0.pb",
      path: input,
      format: "onnx",
      plugin: "hodu-format-onnx 0.3.0",
      size_bytes: 272,
      metadata: {},
      values: [{ name: "image", type: "f32[1, 64]", dtype: "f32", shape: [1, 64], size_bytes: 256 }],
    });
  });
});
