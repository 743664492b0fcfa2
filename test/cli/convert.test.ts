import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { floats, oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { externalModel, writeModel } from "./models.ts";

const digits = join(DIGITS, "model.onnx");
const seven = join(DIGITS, "seven.json");
const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Converts, and expects that to go well without a word beside the line that says so. */
async function convert(input: string, output: string, ...flags: string[]): Promise<string> {
  const { status, stdout, stderr } = await hodu(["convert", input, "-o", output, ...flags]);
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: "",
    stderr: expect.stringMatching(/^ {3}Converted /),
  });
  return stderr;
}

async function probabilities(model: string): Promise<unknown> {
  const { stdout } = await hodu(["run", model, "-i", `image=${seven}`, "--json"]);
  return (JSON.parse(stdout) as { outputs: unknown }).outputs;
}

const plain = (text: string): string => writeText("plain.json", text);
function writeText(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

describe("models", () => {
  it("become .hdss and .onnx and give the same results", async () => {
    await convert(digits, at("model.hdss"));
    await convert(at("model.hdss"), at("back.onnx"));
    const expected = await probabilities(digits);
    expect(await probabilities(at("model.hdss"))).toEqual(expected);
    expect(await probabilities(at("back.onnx"))).toEqual(expected);
  });

  it("say from what to what, how large and how long", async () => {
    const line = await convert(digits, at("said.hdss"));
    expect(line).toMatch(
      /^ {3}Converted .*model\.onnx \(68\.8 KB, ONNX\) to .*said\.hdss \([\d.]+ KB, .+\) in \d+ ms\n$/,
    );
  });

  it("make the same bytes each time", async () => {
    await convert(digits, at("once.hdss"));
    await convert(digits, at("twice.hdss"));
    expect(readFileSync(at("once.hdss"))).toEqual(readFileSync(at("twice.hdss")));
  });

  it("may become themselves", async () => {
    await convert(digits, at("self.hdss"));
    const before = readFileSync(at("self.hdss"));
    await convert(at("self.hdss"), at("self.hdss"));
    expect(readFileSync(at("self.hdss"))).toEqual(before);
  });

  it("leave their weights beside them when asked to", async () => {
    await convert(digits, at("outside.hdss"), "--external-weights");
    const beside = readdirSync(folder).filter((name) => name.startsWith("outside."));
    expect(beside).toHaveLength(2);
    expect(statSync(at("outside.hdss")).size).toBeLessThan(20_000);
    expect(await probabilities(at("outside.hdss"))).toEqual(await probabilities(digits));
  });

  it("take the format that is named, whatever the extension", async () => {
    await convert(digits, at("model.bin"), "--format", "hdss");
    expect(readFileSync(at("model.bin"))).toEqual(readFileSync(at("once.hdss")));
    const { status, stderr } = await hodu(["convert", digits, "-o", at("odd.json"), "-f", "hdss"]);
    expect(status).toBe(0);
    expect(stderr).toContain("warning: ");
    expect(stderr).toContain("its extension belies");
  });

  it("may refer to files elsewhere only when that is allowed", async () => {
    mkdirSync(at("inner"), { recursive: true });
    writeFileSync(at("w.bin"), new Uint8Array(new Float32Array([1, 2]).buffer));
    const model = writeModel(at("inner"), "external.onnx", externalModel("../w.bin"));
    expect((await hodu(["convert", model, "-o", at("external.hdss")])).status).toBe(77);
    await convert(model, at("external.hdss"), "--allow-external", folder);
  });

  it("become a tensor file of their weights", async () => {
    expect(await convert(digits, at("weights.safetensors"))).toContain("Converted the weights of ");
    const { stdout } = await hodu(["inspect", at("weights.safetensors"), "--json"]);
    const names = (JSON.parse(stdout) as { values: { name: string }[] }).values.map(({ name }) => name);
    expect(names.toSorted().join(" ")).toBe(
      "Di_Divcst Su_Subcst coefficient coefficient1 coefficient2 intercepts intercepts1 intercepts2",
    );
  });
});

describe("tensors", () => {
  const both = writeText(
    "both.json",
    '{"tensors": {"a": {"dtype": "i64", "data": [1, 9007199254740993]}, "b": {"dtype": "f64", "data": [0.5]}}}',
  );

  test.each([".hdt", ".npz", ".safetensors"])("go to %s and back with names, dtypes and values", async (extension) => {
    const stored = at(`both${extension}`);
    await convert(both, stored);
    await convert(stored, at("back.json"));
    const read = JSON.parse(readFileSync(at("back.json"), "utf8")) as { tensors: Record<string, { dtype: string }> };
    expect(Object.keys(read.tensors).toSorted()).toEqual(["a", "b"]);
    expect(read.tensors.a.dtype).toBe("i64");
    expect(readFileSync(at("back.json"), "utf8")).toContain("9007199254740993");
  });

  test.each([".npy", ".pb"])("one of them goes to %s and back", async (extension) => {
    const one = writeText("one.json", '{"dtype": "f32", "shape": [1, 2], "data": [1.5, "NaN"]}');
    await convert(one, at(`one${extension}`));
    await convert(at(`one${extension}`), at("one-back.hdt"));
    expect((await hodu(["inspect", at("one-back.hdt"), "-v"])).stdout).toContain("[[1.5, NaN]]");
  });

  it("lose the name of a single one where a file has no place for it", async () => {
    await convert(writeText("named.json", '{"tensors": {"a": {"dtype": "f32", "data": [1, 2]}}}'), at("named.npy"));
    expect((await hodu(["inspect", at("named.npy")])).stdout).toContain("(unnamed)  f32[2]");
  });

  it("keep the metadata of the file", async () => {
    await convert(digits, at("meta.hdt"));
    await convert(at("meta.hdt"), at("meta.safetensors"));
    const header = Buffer.from(readFileSync(at("meta.safetensors")).subarray(8, 9)).toString();
    expect(header).toBe("{");
  });

  it.each(["-", "/dev/stdout"])("can go to standard output as %s", async (output) => {
    const { status, stdout } = await hodu(["convert", both, "-o", output, "-f", "json"]);
    expect({ status, names: Object.keys((JSON.parse(stdout) as { tensors: object }).tensors) }).toEqual({
      status: 0,
      names: ["a", "b"],
    });
  });

  it("are reported as JSON when asked to", async () => {
    const { stdout, stderr } = await hodu(["convert", both, "-o", at("told.npz"), "--json", "--quiet"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      input: { path: both, format: "json" },
      output: {
        path: at("told.npz"),
        format: "npy",
        kind: "tensors",
        size_bytes: statSync(at("told.npz")).size,
        beside: [],
      },
    });
  });
});

describe("what cannot be", () => {
  const sequence = writeText("sequence.json", '{"sequence": [{"dtype": "f32", "data": [1]}], "element": "f32"}');
  const two = writeText(
    "two.json",
    '{"tensors": {"a": {"dtype": "f32", "data": [1]}, "b": {"dtype": "f32", "data": [2]}}}',
  );

  test.each([
    ["an unknown extension", [digits, "-o", at("x.foo")], 66, ['no format writes ".foo" files', "--format hdss"]],
    ["no extension", [digits, "-o", at("x")], 66, ["it has no extension, expected .hdss"]],
    ["an unknown format", [digits, "-o", at("x.bin"), "-f", "hds"], 66, ['named "hds"', "--format hdss"]],
    ["tensors as a model", [two, "-o", at("x.hdss")], 2, ["it holds tensors", "x.hdt"]],
    ["two values in a file of one", [two, "-o", at("x.npy")], 65, ["x.npy", ".npz"]],
    ["a sequence in .npy", [sequence, "-o", at("x.npy")], 65, ["x.npy", ".hdt"]],
    ["a sequence in .npz", [sequence, "-o", at("x.npz")], 65, ["x.npz", ".hdt"]],
    ["an opset that is none", [digits, "-o", at("x.onnx"), "--opset", "99"], 2, ["from 1 to 28"]],
    ["an opset for a file without one", [digits, "-o", at("x.hdss"), "--opset", "13"], 2, ["no such choice"]],
    ["weights beside tensors", [two, "-o", at("x.npz"), "--external-weights"], 2, ["no such choice"]],
    ["no output", [digits], 2, ["required option '-o, --output <path>'"]],
    ["a missing file", [at("none.onnx"), "-o", at("x.hdss")], 66, ["there is no such file"]],
    ["a missing folder", [digits, "-o", at("none/x.hdss")], 73, ["there is no folder", "mkdir -p"]],
    ["a folder", [digits, "-o", `${folder}/`, "-f", "hdss"], 73, ["it is the name of a directory"]],
    ["a damaged file", [plain("[1,"), "-o", at("x.npz")], 65, ["line 1, column 4"]],
  ] as const)("%s is refused, and nothing is left", async (_, args, status, parts) => {
    const before = readdirSync(folder);
    const result = await hodu(["convert", ...args]);
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: "" });
    expect(result.stderr).toMatch(/^Error: [^]*\nhint: .+\n$/);
    for (const part of parts) expect(result.stderr).toContain(part);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("leaves an old file as it was", async () => {
    writeFileSync(at("old.npy"), "old");
    expect((await hodu(["convert", two, "-o", at("old.npy")])).status).toBe(65);
    expect(readFileSync(at("old.npy"), "utf8")).toBe("old");
  });
});

describe("large files", () => {
  const weights = at("large.bin");
  writeFileSync(weights, "");
  truncateSync(weights, 6 * 2 ** 30);
  const large = writeModel(
    folder,
    "large.onnx",
    oneNode(
      { opType: "Gather", input: ["w", "i"] },
      {
        input: [],
        initializer: [
          {
            ...floats("w", [], []),
            dims: [BigInt(3 * 2 ** 29), 1n],
            rawData: new Uint8Array(0),
            dataLocation: 1,
            externalData: [{ key: "location", value: "large.bin" }],
          },
          { name: "i", dims: [1n], dataType: 7, rawData: new Uint8Array(8) },
        ],
      },
    ),
  );

  it.skipIf(process.platform === "win32")("leave nothing behind when they are interrupted", async () => {
    const before = readdirSync(folder).toSorted();
    const child = spawn(process.execPath, ["packages/cli/bin/hodu.js", "convert", large, "-o", at("large.hdss")], {
      cwd: ROOT,
      stdio: "ignore",
    });
    while (readdirSync(folder).length === before.length && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    const [status] = (await once(child, "close")) as [number | null];
    expect(status).toBe(130);
    expect(readdirSync(folder).toSorted()).toEqual(before);
  });
});
