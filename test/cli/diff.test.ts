import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { floats, modelBytes, node, oneNode, value } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, type HoduOptions, temporaryFolder } from "./hodu.ts";
import { STRANGE, writeModel } from "./models.ts";

const folder = temporaryFolder();
const inFolder = async (args: readonly string[], options: HoduOptions = {}) => hodu(args, { cwd: folder, ...options });

/** y = relu(x + w), the weight of two numbers. */
const relu = (weight: readonly number[], op = "Relu") => ({
  name: "g",
  input: [value("x", [2])],
  output: [value("y", [2])],
  initializer: [floats("w", [2], [...weight])],
  node: [node("Add", ["x", "w"], ["sum"]), { ...node(op, ["sum"], ["y"]), name: "last" }],
});

beforeAll(async () => {
  copyFileSync(join(DIGITS, "model.onnx"), join(folder, "digits.onnx"));
  writeModel(folder, "a.onnx", relu([1, 2]));
  writeModel(folder, "b.onnx", relu([1, 2.5], "Sigmoid"));
  writeModel(folder, "near.onnx", relu([1, 2.000001]));
  writeFileSync(
    join(folder, "a.json"),
    '{"tensors":{"t":{"dtype":"f32","data":[1,2,3]},"u":{"dtype":"i64","data":[7]}}}',
  );
  writeFileSync(
    join(folder, "b.json"),
    '{"tensors":{"t":{"dtype":"f32","data":[1,2,"NaN"]},"v":{"dtype":"i64","data":[7]}}}',
  );
  expect((await inFolder(["convert", "digits.onnx", "-o", "digits.hdss", "-q"])).status).toBe(0);
  expect((await inFolder(["convert", "a.json", "-o", "a.safetensors", "-q"])).status).toBe(0);
}, 60_000);

describe("hodu diff of models", () => {
  test("a model and what it was converted to are the same", async () => {
    expect(await inFolder(["diff", "digits.onnx", "digits.hdss"])).toMatchObject({
      status: 0,
      stderr: "",
      stdout: "--- digits.onnx (ONNX)\n+++ digits.hdss (Hodu Snapshot)\n\nNo differences.\n",
    });
  });

  test("what differs is listed, and the exit status is 1", async () => {
    const { status, stdout, stderr } = await inFolder(["diff", "a.onnx", "b.onnx"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toBe(`--- a.onnx (ONNX)
+++ b.onnx (ONNX)

Operations:
  Operator  A  B
  Relu      1  0
  Sigmoid   0  1

Nodes:
  ~ last: operator: Relu -> Sigmoid

Weights:
  Name  Type    Differing  Max abs  Max rel  First
  w     f32[2]     1 of 2      0.5     0.25  [1]: 2 -> 2.5

1 node, 1 weight differ.
`);
  });

  test("what is within the tolerance is no difference", async () => {
    const { status, stdout } = await inFolder(["diff", "a.onnx", "near.onnx", "--atol", "1e-5"]);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "No differences beyond the tolerance; 1 value by at most 9.54e-7, within rtol 0, atol 0.00001.",
    );
    expect((await inFolder(["diff", "a.onnx", "near.onnx"])).status).toBe(1);
  });

  test("--json gives the same as data, and --quiet the exit status alone", async () => {
    const { status, stdout } = await inFolder(["diff", "a.onnx", "b.onnx", "--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      same: false,
      kind: "model",
      a: { path: "a.onnx", format: "onnx" },
      nodes: [{ name: "last", change: "changed", details: ["operator: Relu -> Sigmoid"] }],
      weights: [{ name: "w", elements: { elements: 2, differing: 1, first: { index: [1], a: "2", b: "2.5" } } }],
      within_tolerance: { values: 0, max_absolute: 0 },
    });
    expect(await inFolder(["diff", "-q", "a.onnx", "b.onnx"])).toMatchObject({ status: 1, stdout: "", stderr: "" });
    expect(await inFolder(["diff", "-q", "a.onnx", "a.onnx"])).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  test("names that a terminal would act on are escaped", async () => {
    writeModel(folder, "strange.onnx", STRANGE);
    const { status, stdout } = await inFolder(["diff", "a.onnx", "strange.onnx"]);
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
    const asJson = await inFolder(["diff", "a.onnx", "strange.onnx", "--json"]);
    expect(asJson.stdout).not.toMatch(/[^\P{C}\n]/u);
  });

  test("a weight in a file outside of the folder is read only when that is allowed", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "w.bin"), new Uint8Array(Float32Array.of(1, 2).buffer));
    const external = { ...floats("w", [2], []), rawData: new Uint8Array(0), dataLocation: 1 };
    const externalData = [{ key: "location", value: join(outside, "w.bin") }];
    const graph = oneNode({ opType: "Add", input: ["x", "w"] }, { initializer: [{ ...external, externalData }] });
    writeFileSync(join(folder, "external.onnx"), modelBytes(graph));
    expect(await inFolder(["diff", "external.onnx", "external.onnx"])).toMatchObject({ status: 77, stdout: "" });
    const allowed = await inFolder(["diff", "external.onnx", "external.onnx", "--allow-external", outside]);
    expect(allowed.status).toBe(0);
  });
});

describe("hodu diff of tensor files", () => {
  test("the same values in two formats are the same", async () => {
    const { status, stdout } = await inFolder(["diff", "a.json", "a.safetensors"]);
    expect(status).toBe(0);
    expect(stdout).toContain("No differences.");
  });

  test("values are told by name: added, removed, and what of them differs", async () => {
    const { status, stdout } = await inFolder(["diff", "a.json", "b.json"]);
    expect(status).toBe(1);
    expect(stdout).toContain(`Values:
  - u: i64[1]
  + v: i64[1]

  Name  Type    Differing  Max abs  Max rel  First
  t     f32[3]     1 of 3        -        -  [2]: 3 -> NaN; 0 -> 1 NaN

3 values differ.
`);
  });

  test("the only values of two files are compared whatever their names", async () => {
    writeFileSync(join(folder, "one.json"), '{"dtype":"f32","data":[1,2]}');
    writeFileSync(join(folder, "named.json"), '{"tensors":{"y":{"dtype":"f32","data":[1,2]}}}');
    expect((await inFolder(["diff", "one.json", "named.json"])).status).toBe(0);
  });

  test("sequences are compared item by item", async () => {
    const sequence = (last: number): string =>
      `{"sequence":[{"dtype":"f32","data":[1]},{"dtype":"f32","data":[${last}]}],"element":"f32"}`;
    writeFileSync(join(folder, "s.json"), sequence(2));
    writeFileSync(join(folder, "t.json"), sequence(3));
    const { status, stdout } = await inFolder(["diff", "s.json", "t.json"]);
    expect(status).toBe(1);
    expect(stdout).toContain("~ (unnamed): [1]: element [0] is 3, expected 2");
  });
});

describe("hodu diff says what it cannot compare", () => {
  test.each<readonly [string, readonly string[], number, string]>([
    ["a model and tensors", ["a.onnx", "a.json"], 2, "one is a model, the other a tensor file"],
    ["a file that is not there", ["a.onnx", "nowhere.onnx"], 66, "nowhere.onnx"],
    ["a tolerance that is no number", ["a.onnx", "b.onnx", "--rtol", "much"], 2, 'Cannot use --rtol "much"'],
    ["one file", ["a.onnx"], 2, "missing required argument"],
  ])("%s", async (_, args, exit, message) => {
    const { status, stdout, stderr } = await inFolder(["diff", ...args]);
    expect({ status, stdout }).toEqual({ status: exit, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^hint: hodu |^hint: ls /m);
  });

  test("a broken file", async () => {
    writeFileSync(join(folder, "broken.safetensors"), readFileSync(join(folder, "a.safetensors")).subarray(0, -1));
    const { status, stderr } = await inFolder(["diff", "a.safetensors", "broken.safetensors"]);
    expect(status).toBe(65);
    expect(stderr).toContain("broken.safetensors");
  });
});
