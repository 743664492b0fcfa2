import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { type GraphInit, node, value } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, ROOT, temporaryFolder } from "./hodu.ts";
import { ADD, STRANGE, writeModel } from "./models.ts";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const digits = join(DIGITS, "model.onnx");
const seven = join(DIGITS, "seven.json");
const add = writeModel(folder, "add.onnx", ADD);

/** minus = -x and positive = |x|, on f32[n]. */
const TWO: GraphInit = {
  name: "two",
  input: [value("x", ["n"])],
  output: [value("minus", ["n"]), value("a/b", ["n"])],
  node: [node("Neg", ["x"], ["minus"]), node("Abs", ["x"], ["a/b"])],
};
const two = writeModel(folder, "two.onnx", TWO);

function text(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

const x = text("x.json", '{"dtype": "f32", "data": [1, -2]}');

/** Runs the model of two outputs. */
async function runTwo(...flags: string[]) {
  const result = await hodu(["run", two, "-i", `x=${x}`, ...flags]);
  expect({ status: result.status, error: result.status === 0 ? "" : result.stderr }).toEqual({ status: 0, error: "" });
  return result;
}

async function dataIn(path: string): Promise<Record<string, number[]>> {
  const json = at(`${path.replaceAll(/[^a-z]/g, "")}.read.json`);
  const { status, stderr } = await hodu(["convert", path, "-o", json, "-q"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const read = JSON.parse(readFileSync(json, "utf8")) as {
    data?: number[];
    tensors?: Record<string, { data: number[] }>;
  };
  if (read.tensors === undefined) return { "": read.data ?? [] };
  return Object.fromEntries(Object.entries(read.tensors).map(([name, { data }]) => [name, data]));
}

describe("the outputs of a run", () => {
  test.each(["all.hdt", "all.npz", "all.safetensors", "all.json"])("go into %s together", async (name) => {
    const { stdout, stderr } = await runTwo("-o", at(name));
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^ {7}Wrote 2 outputs to .* \([\d.]+ (bytes|KB)\)\n {4}Finished in /);
    expect(await dataIn(at(name))).toEqual({ minus: [-1, 2], "a/b": [1, 2] });
  });

  it("go into a folder, each in a file named after it as far as that is safe", async () => {
    await runTwo("-o", at("results"));
    expect(readdirSync(at("results")).toSorted()).toEqual(["a_b.hdt", "minus.hdt"]);
    expect(Object.values(await dataIn(at("results/a_b.hdt")))).toEqual([[1, 2]]);
  });

  test.each(["npy", "pb", "json", "safetensors", "npz"])("go into a folder as %s files", async (format) => {
    mkdirSync(at(`as-${format}`), { recursive: true });
    await runTwo("-o", at(`as-${format}`), "-f", format);
    expect(readdirSync(at(`as-${format}`)).toSorted()).toEqual([`a_b.${format}`, `minus.${format}`]);
    expect(Object.values(await dataIn(at(`as-${format}/minus.${format}`)))).toEqual([[-1, 2]]);
  });

  it("go one by one where their names say", async () => {
    await runTwo("-o", `minus=${at("m.npy")}`, "-o", `a/b=${at("ab.pb")}`);
    expect(await dataIn(at("m.npy"))).toEqual({ "": [-1, 2] });
    expect(Object.values(await dataIn(at("ab.pb")))).toEqual([[1, 2]]);
  });

  it("go into a pipe as bytes", async () => {
    const command = `"${process.execPath}" packages/cli/bin/hodu.js run "${two}" -i "x=${x}" -f hdt > "${at("piped.hdt")}"`;
    expect(spawnSync("bash", ["-c", command], { cwd: ROOT }).status).toBe(0);
    expect(await dataIn(at("piped.hdt"))).toEqual({ minus: [-1, 2], "a/b": [1, 2] });
  });

  it.skipIf(process.platform === "win32")("end in silence when nobody reads them", () => {
    const big = text("big.json", `{"dtype": "f32", "data": [${new Array(200_000).fill(1).join(",")}]}`);
    const command = `"${process.execPath}" packages/cli/bin/hodu.js convert "${big}" -q -o - -f hdt | head -c 1 >/dev/null; exit \${PIPESTATUS[0]}`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("are of the same values when they were computed in double", async () => {
    await runTwo("-o", at("double.npz"), "--precision", "f64");
    expect(await dataIn(at("double.npz"))).toEqual({ minus: [-1, 2], "a/b": [1, 2] });
  });

  it("can be the inputs of the next run", async () => {
    const small = text("small.json", '{"dtype": "f32", "shape": [1, 2], "data": [1, 2]}');
    await hodu(["run", add, "-I", `a=${small},b=${small}`, "-o", at("sum.npy")]);
    await hodu(["run", add, "-I", `a=${small},b=${small}`, "-o", at("sum.safetensors")]);
    const { stdout } = await hodu(["run", add, "-i", `a=${at("sum.npy")}`, "-i", `b=${at("sum.safetensors")}`]);
    expect(stdout).toContain("[[4, 8]]");
  });

  it("never leave the folder they are for, whatever they are called", async () => {
    const strange = writeModel(folder, "strange.onnx", STRANGE);
    const { status } = await hodu(["run", strange, "-i", "-", "-o", at("strange/")], { input: "[1, 2]" });
    expect({ status, files: readdirSync(at("strange")) }).toEqual({ status: 0, files: ["y__gnp.exe___n.hdt"] });
    const parent = { ...TWO, output: [value("../../minus", ["n"])], node: [node("Neg", ["x"], ["../../minus"])] };
    const climbing = writeModel(folder, "climbing.onnx", parent);
    await hodu(["run", climbing, "-i", `x=${x}`, "-o", at("climbing/")]);
    expect(readdirSync(at("climbing"))).toEqual(["_.._minus.hdt"]);
  });

  it("are told of in a dry run, and not written", async () => {
    const { stdout } = await hodu(["run", two, "-I", `x=${x}`, "-o", `minus=${at("dry.npy")}`, "--dry-run"]);
    expect(stdout).toContain(`Input ${x}: json (builtin)\nOutput ${at("dry.npy")}: npy (hodu-format-npy 0.3.0)\n`);
    expect(existsSync(at("dry.npy"))).toBe(false);
  });

  test.each([
    ["an unknown extension", ["-o", at("x.foo")], 66, ['no format writes ".foo" files', "--format hdt"]],
    ["an unknown format", ["-f", "xml"], 2, ['Cannot use --format "xml": expected pretty, json, or']],
    ["an unknown output", ["-o", `minos=${at("x.npy")}`], 65, ["did you mean -o minus=FILE ?"]],
    ["several outputs in a file of one", ["-o", at("x.npy")], 65, ["x.npy", ".npz"]],
    ["text as a file", ["-o", at("x.npz"), "-f", "pretty"], 2, ["expected a format of tensor files"]],
    ["a folder that is a file", ["-o", `${x}/`], 73, ["a file is in the way"]],
    ["a missing folder", ["-o", at("none/x.npz")], 73, ["mkdir -p"]],
    ["--top of JSON", ["--top", "5", "--json"], 2, ["--format pretty"]],
    ["--top of a file", ["--top", "5", "-o", at("x.npz")], 2, ["--format pretty"]],
    ["--top of nothing", ["--top", "0"], 2, ["from 1 on"]],
    ["labels that are not there", ["--labels", at("none.txt")], 66, ["there is no such file"]],
    ["labels that are no array", ["--labels", text("labels.bad", '["a", 1]')], 65, ["expected an array of strings"]],
  ] as const)("%s is refused", async (_, flags, status, parts) => {
    const result = await hodu(["run", two, "-i", `x=${x}`, ...flags]);
    expect(result.status).toBe(status);
    if ((flags as readonly string[]).includes("--json")) expect(JSON.parse(result.stdout)).toHaveProperty("error.code");
    else expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/^Error: [^]*\nhint: .+\n$/);
    for (const part of parts) expect(result.stderr).toContain(part);
  });
});

describe("inputs", () => {
  const row = '{"dtype": "f32", "shape": [1, 2], "data": [1, 2]}';
  const a = text("a,1.json", row);
  const b = text("b.json", row);

  it("come as a list, whose paths may hold commas", async () => {
    expect((await hodu(["run", add, "-I", `a=${a},b=${b}`])).stdout).toContain("[[2, 4]]");
    expect((await hodu(["run", add, "-I", `a=${a}`, "-i", `b=${b}`])).stdout).toContain("[[2, 4]]");
  });

  it("come from a list with a file that is not there as an error of that file", async () => {
    const { status, stderr } = await hodu(["run", add, "-I", `a=${at("none.npy")},b=${b}`]);
    expect(status).toBe(66);
    expect(stderr).toContain("none.npy");
  });

  it("may each be in another format (H-112)", async () => {
    const [left, right] = [join(folder, "left.npy"), join(folder, "right.safetensors")];
    for (const [from, to] of [
      [a, left],
      [b, right],
    ])
      await hodu(["convert", from, "-o", to]);
    expect((await hodu(["run", add, "-i", `a=${left}`, "-i", `b=${right}`])).stdout).toContain("[[2, 4]]");
  });

  test.each([".npz", ".safetensors", ".hdt"])("come by their names from one %s file", async (extension) => {
    const both = text("both.json", `{"tensors": {"a": ${row}, "b": ${row}}}`);
    await hodu(["convert", both, "-o", at(`both${extension}`)]);
    expect((await hodu(["run", add, "-i", at(`both${extension}`)])).stdout).toContain("[[2, 4]]");
    const swapped = ["-i", `a=${at(`both${extension}`)}`, "-i", `b=${at(`both${extension}`)}`];
    expect((await hodu(["run", add, ...swapped])).stdout).toContain("[[2, 4]]");
  });
});

describe("--top", () => {
  const args = ["run", digits, "-i", `image=${seven}`];

  it("prints the largest elements", async () => {
    const { stdout } = await hodu([...args, "--top", "2"]);
    expect(stdout).toMatch(/^probabilities: f32\[1, 10\] {2}min .*\n {2}7 +0\.99987\n {2}5 +5\.026\de-5\n$/);
  });

  it("gives them their labels, of lines or of JSON", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `number ${i}`);
    const lines = await hodu([...args, "--labels", text("labels.txt", `${names.join("\r\n")}\r\n`)]);
    const array = await hodu([...args, "--labels", text("labels.json", JSON.stringify(names))]);
    expect(lines.stdout).toMatch(/\n {2}7 +0\.99987 +number 7\n/);
    expect(lines.stdout.split("\n")).toHaveLength(7);
    expect(array.stdout).toBe(lines.stdout);
  });
});
