import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";
import { externalModel, writeModel } from "./models.ts";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const digits = join(DIGITS, "model.onnx");
const seven = join(DIGITS, "seven.json");

/** The example's picture as bytes of a format. */
async function picture(format: string): Promise<Uint8Array> {
  await hodu(["convert", seven, "-o", at(`seven.${format}`), "-q"]);
  return readFileSync(at(`seven.${format}`));
}

describe("standard input", () => {
  test.each(["npy", "npz", "safetensors", "hdt", "pb", "json"])("says itself that it is %s", async (format) => {
    const input = await picture(format);
    const inspected = await hodu(["inspect", "-", "--json"], { input });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ kind: "tensors", values: [{ shape: [1, 64] }] });
    const run = await hodu(["run", digits, "-i", "image=-", "--top", "1"], { input });
    expect(run.stdout).toContain("7  0.99987");
  });

  it("may be a model", async () => {
    const input = readFileSync(digits);
    expect((await hodu(["inspect", "-"], { input })).stdout).toContain("image: f32[batch, 64]");
    expect((await hodu(["run", "-", "-i", seven, "--top", "1"], { input })).stdout).toContain("7  0.99987");
    const converted = await hodu(["convert", "-", "-o", at("piped.hdss")], { input });
    expect(converted.stderr).toContain("Converted standard input (");
    expect(await hodu(["diff", digits, "-", "-q"], { input: readFileSync(at("piped.hdss")) })).toMatchObject({
      status: 0,
    });
  });

  it("is refused by what is wrong with it", async () => {
    const result = await hodu(["inspect", "-"], { input: "no model" });
    expect(result).toMatchObject({ status: 66, stdout: "" });
    expect(result.stderr).toContain('Cannot read "standard input"');
    const twice = await hodu(["diff", "-", "-"], { input: readFileSync(digits) });
    expect(twice).toMatchObject({ status: 2 });
  });

  it("cannot bring files along", async () => {
    const model = writeModel(folder, "external.onnx", externalModel("weights.bin"));
    const result = await hodu(["run", "-", "--random-inputs"], { input: readFileSync(model) });
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain("weights.bin");
  });
});

describe("outputs of a run", () => {
  it("go to the next command", async () => {
    const image = ["-i", `image=${seven}`];
    const folderOf = async (...flags: string[]) => hodu(["run", digits, ...image, "-q", ...flags]);
    await folderOf("--output-dir", at("outputs"));
    expect(readdirSync(at("outputs"))).toEqual(["probabilities.hdt"]);
    await folderOf("-o", at("same.hdt"));
    expect(await hodu(["diff", at("same.hdt"), join(at("outputs"), "probabilities.hdt")])).toMatchObject({ status: 0 });
  });
});

describe("a file whose extension says nothing", () => {
  it("is read as what it is", async () => {
    await hodu(["convert", digits, "-o", at("model.bin"), "--format", "hdss", "-q"]);
    const { stdout } = await hodu(["run", at("model.bin"), "-i", seven, "--top", "1"]);
    expect(stdout).toContain("7  0.99987");
    writeFileSync(at("seven.data"), await picture("npy"));
    expect((await hodu(["run", digits, "-i", at("seven.data"), "--top", "1"])).stdout).toContain("7  0.99987");
    expect((await hodu(["inspect", at("seven.data")])).stdout).toContain("f32[1, 64]");
  });

  it("is refused when it speaks of another kind", async () => {
    copyFileSync(digits, at("model.gguf"));
    const { status, stderr } = await hodu(["inspect", at("model.gguf")]);
    expect(status).toBe(65);
    expect(stderr).toContain("found an ONNX model");
  });
});

describe("a hint", () => {
  it("names the file of the command", async () => {
    const { stderr } = await hodu(["run", digits, "--random-inputs", "--backend", "cuda"]);
    expect(stderr).toContain(`hint: hodu run ${digits} --backend cpu --device cpu\n`);
    expect((await hodu(["run", seven])).stderr).toContain(`hint: hodu inspect ${seven}\n`);
  });
});
