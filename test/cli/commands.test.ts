import { spawnSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "@hodu/core";
import { describe, expect, it, test } from "vitest";
import { floats, oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { writeModel } from "./models.ts";

const digits = join(DIGITS, "model.onnx");
const folder = temporaryFolder();

describe("hodu inspect", () => {
  it("prints what is in a model", async () => {
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
      ].join("\n"),
    );
  });

  it("is what a model alone means", async () => {
    expect((await hodu([digits])).stdout).toBe((await hodu(["inspect", digits])).stdout);
  });

  it("adds nodes and memory when it is verbose", async () => {
    const { stdout } = await hodu(["inspect", digits, "--verbose"]);
    expect(stdout).toContain("  MatMul: MatMul(cast_input, coefficient) -> mul_result\n");
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
      });
    },
  );

  it("reads no weights: 10 GB of them take no time", async () => {
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
    [["inspect"], 2, "missing required argument 'model'"],
    [["inspect", "nothing.onnx"], 66, "there is no such file"],
    [["inspect", join(DIGITS, "modle.onnx")], 66, `did you mean "${digits}"?`],
    [["inspect", DIGITS], 66, `hodu inspect ${digits}`],
    [["inspect", digits, "-f", "xml"], 2, "expected pretty or json"],
    [["inspect", "/dev/zero"], 66, "found a device, expected a file"],
    [["inspect", join(DIGITS, "seven.json")], 66, "expected .onnx"],
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

describe("hodu version", () => {
  it("prints versions and the platform", async () => {
    const { stdout } = await hodu(["version"]);
    expect(stdout).toMatch(/^hodu 0\.3\.0\nhodu_plugin_sdk 0\.3\.0\nPlatform: \w+-[\w-]+\nNode: [\d.]+\n$/);
  });

  test.each([[["version", "--short"]], [["--version"]], [["-V"]]])("%j prints only the version", async (args) => {
    expect((await hodu(args)).stdout).toBe("0.3.0\n");
  });

  it("prints JSON", async () => {
    const report = JSON.parse((await hodu(["version", "--json"])).stdout) as unknown;
    expect(report).toMatchObject({ version: "0.3.0", sdk_version: "0.3.0", node: process.versions.node });
  });
});

describe("hodu explain", () => {
  it("has a page for every code", async () => {
    const pages = await Promise.all(["BAD_INPUT", "policy", "missing-input"].map((code) => hodu(["explain", code])));
    for (const { status, stdout } of pages)
      expect({ status, long: stdout.length > 200 }).toEqual({ status: 0, long: true });
    const { stdout } = await hodu(["explain"]);
    for (const code of Object.keys(ERROR_CODES)) expect(stdout).toContain(code);
  });

  it("suggests a code", async () => {
    const { status, stderr } = await hodu(["explain", "BADINPUT"]);
    expect(status).toBe(2);
    expect(stderr).toContain("did you mean hodu explain BAD_INPUT ?");
  });
});

describe("the command", () => {
  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j shows help with examples", async (args) => {
    const { status, stdout, stderr } = await hodu(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain("explain [code]");
  });

  test.each(["run", "inspect", "version", "explain"])("%s has help", async (command) => {
    expect((await hodu([command, "--help"])).stdout).toContain(`Usage: hodu ${command}`);
  });

  test.each([
    [["inspct"], "did you mean inspect ?"],
    [["frobnicate"], "unknown command"],
    [["--frob"], "unknown option '--frob'"],
    [["version", "now"], "too many arguments"],
  ])("%j is refused with 2", async (args, part) => {
    const { status, stderr } = await hodu(args);
    expect(status).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).toContain("hint: ");
  });

  it("colours for a terminal only, or when forced", async () => {
    const escape = "\u001b";
    expect((await hodu(["run"])).stderr).not.toContain(escape);
    expect((await hodu(["run"], { env: { FORCE_COLOR: "1" } })).stderr).toContain(escape);
    expect((await hodu(["run"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stderr).not.toContain(escape);
  });

  it.skipIf(process.platform === "win32")("says nothing when its reader goes away", () => {
    const command = `"${process.execPath}" packages/cli/bin/hodu.js explain IO | true; exit \${PIPESTATUS[0]}`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.skipIf(process.platform !== "linux")("fails when the disk is full", () => {
    const command = `"${process.execPath}" packages/cli/bin/hodu.js version > /dev/full`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    expect(status).toBe(74);
    expect(stderr).toContain("Cannot write to standard output");
  });
});
