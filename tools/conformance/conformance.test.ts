import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { interpPlugin } from "@hodu/engine";
import onnxPlugin from "hodu-format-onnx";
import type { FormatPlugin } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it, test } from "vitest";
import { type Case, findCases } from "./cases.ts";
import { findRoundtrip } from "./find-roundtrip.ts";
import { readOptions, UsageError } from "./options.ts";
import { type Bench, runCase } from "./run-case.ts";

const DIGITS = fileURLToPath(new URL("../../examples/digits", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "hodu-conformance-test-"));
afterAll(() => rmSync(root, { recursive: true }));

function tree(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
}

const names = (cases: readonly Case[]): string[] => cases.map(({ name }) => name);

describe("findCases", () => {
  const some = tree("some", {
    "b/model.onnx": "",
    "a/model.onnx": "",
    "a/test_data_set_10/input_0.pb": "",
    "a/test_data_set_2/input_1.pb": "",
    "a/test_data_set_2/input_0.pb": "",
    "a/test_data_set_2/output_0.pb": "",
    "deep/er/c/model.onnx": "",
    "deep/er/TRUSTED.txt": "# nothing\n",
    "TRUSTED.txt": "a\n\ndeep/er/c # because\n",
    "notes.txt": "",
  });

  it("finds every folder with a model, in order", () => {
    const { cases } = findCases(some, [], false);
    expect(names(cases)).toEqual(["a", "b", join("deep", "er", "c")]);
    expect(cases[0].dataSets.map((set) => [set.name, set.inputs.length, set.outputs.length])).toEqual([
      ["test_data_set_2", 2, 1],
      ["test_data_set_10", 1, 0],
    ]);
  });

  it("takes a folder that is a case itself", () => {
    expect(names(findCases(join(some, "a"), [], false).cases)).toEqual(["a"]);
  });

  test.each([
    [["a"], ["a"]],
    [["?"], ["a", "b", join("deep", "er", "c")]],
    [["deep*"], [join("deep", "er", "c")]],
    [
      ["a", "b*"],
      ["a", "b"],
    ],
    [["."], []],
  ])("--only %j", (only, expected) => {
    expect(names(findCases(some, only, false).cases)).toEqual(expected);
  });

  it("counts only what every TRUSTED.txt above lists", () => {
    const { cases, untrusted } = findCases(some, [], true);
    expect({ names: names(cases), untrusted }).toEqual({ names: ["a"], untrusted: 2 });
  });

  it("refuses what is not there, or no folder", () => {
    expect(() => findCases(join(root, "nothing"), [], false)).toThrow(UsageError);
    expect(() => findCases(join(some, "notes.txt"), [], false)).toThrow(UsageError);
  });
});

describe("readOptions", () => {
  it("takes a level of optimisation from 0 to 3", () => {
    expect(() => readOptions(["x", "--opt-level", "4"])).toThrow("expected 0, 1, 2, 3");
    expect(readOptions(["x", "--opt-level", "2"])?.level).toBe(2);
    expect(readOptions(["x"])?.level).toBe(0);
  });

  test.each([
    [[]],
    [["--frob", "x"]],
    [["x", "--json"]],
    [["x", "--peer", "onnxruntime"]],
    [["x", "--peer", "onnxruntime", "--roundtrip", "hdss"]],
  ])("refuses %j", (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});

describe("runCase", () => {
  const bench = {
    format: onnxPlugin.formats!.onnx,
    backend: interpPlugin.backends!.interp,
    maxMemory: 2 ** 30,
    level: 0 as const,
    fallback: true,
    isInterp: true,
    roundtrip: undefined,
    peer: undefined,
  };
  const copy = (name: string): string => {
    cpSync(DIGITS, join(root, name), { recursive: true });
    return join(root, name);
  };
  const run = async (folder: string, more: Partial<Bench> = {}) =>
    runCase(findCases(folder, [], false).cases[0], { ...bench, ...more });

  it("passes a model that gives what is expected", async () => {
    expect(await run(DIGITS)).toMatchObject({ name: "digits", status: "passed" });
  });

  it("tells operator, data set, output and first difference of one that does not", async () => {
    const folder = copy("wrong");
    cpSync(join(folder, "test_data_set_0/output_0.pb"), join(folder, "test_data_set_1/output_0.pb"));
    const { status, operator, reason } = await run(folder);
    expect({ status, operator }).toEqual({ status: "failed", operator: "Identity" });
    expect(reason).toMatch(
      /^test_data_set_1 output "probabilities": element \[0, \d\] is .*, expected .* of 10 differ/,
    );
  });

  it("takes the tolerance of data.json, and fails where it makes no sense", async () => {
    const folder = copy("tolerant");
    cpSync(join(folder, "test_data_set_0/output_0.pb"), join(folder, "test_data_set_1/output_0.pb"));
    writeFileSync(join(folder, "data.json"), '{"atol": 2}');
    expect((await run(folder)).status).toBe("passed");
    writeFileSync(join(folder, "data.json"), '{"atol": "2"}');
    expect((await run(folder)).reason).toContain("expected a number of 0 or more");
  });

  test.each(["onnx", "hdss"])("passes a model that comes back from %s as it was", async (name) => {
    expect(await run(DIGITS, { roundtrip: findRoundtrip(name) })).toMatchObject({ status: "passed" });
  });

  it("fails a format that gives other bytes the second time, or another model", async () => {
    const { format, extension } = findRoundtrip("hdss");
    let saves = 0;
    const forgetful: FormatPlugin = {
      ...format,
      async saveModel(model, sink, options, context) {
        saves += 1;
        const producer = `save ${saves}`;
        await format.saveModel!({ ...model, snapshot: { ...model.snapshot, producer } }, sink, options, context);
      },
    };
    expect((await run(DIGITS, { roundtrip: { format: forgetful, extension } })).reason).toContain(
      "ROUNDTRIP: saving it twice gives another model.hdss",
    );
    const wrong: FormatPlugin = {
      ...format,
      async loadModel(source, context) {
        const { graph, ...rest } = await format.loadModel!(source, context);
        return { ...rest, graph: { ...graph, nodes: graph.nodes.filter(({ op }) => op !== "Relu") } };
      },
    };
    expect(await run(DIGITS, { roundtrip: { format: wrong, extension } })).toMatchObject({ status: "failed" });
  });

  it("fails a model that cannot be read, and skips one without data", async () => {
    expect(await run(tree("broken", { "model.onnx": "zz", "test_data_set_0/input_0.pb": "" }))).toMatchObject({
      status: "failed",
    });
    expect(await run(tree("bare", { "model.onnx": "" }))).toMatchObject({ status: "skipped" });
  });
});

describe("the command", { tags: ["long"] }, () => {
  const conformance = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [fileURLToPath(new URL("../dist/conformance.js", import.meta.url)), ...args], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
      env: { ...process.env, ...env },
    });

  it("ends with the totals, and writes JSON", () => {
    const file = join(root, "results.json");
    const { status, stdout } = conformance([DIGITS, "--json", file]);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed, 0 skipped");
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      passed: 1,
      failed: 0,
      results: [{ name: "digits" }],
    });
  });

  it("fails when a case does", () => {
    const { status, stdout } = conformance([
      tree("failing", { "x/model.onnx": "zz", "x/test_data_set_0/input_0.pb": "" }),
    ]);
    expect(stdout).toMatch(/^FAIL x: BAD_MODEL: .*\n0 passed, 1 failed, 0 skipped\n$/);
    expect(status).toBe(1);
  });

  it.skipIf(spawnSync("xz", ["--version"]).error !== undefined)("unpacks an archive", () => {
    const archive = join(root, "digits.tar.xz");
    spawnSync("tar", ["-cJf", archive, "-C", dirname(DIGITS), "digits"]);
    expect(conformance([archive]).stdout).toContain("1 passed, 0 failed");
  });

  it.skipIf(process.platform === "win32")("says what to install when there is no xz", () => {
    const programs = join(root, "programs");
    mkdirSync(programs);
    const tar = spawnSync("sh", ["-c", "command -v tar"], { encoding: "utf8" }).stdout.trim();
    spawnSync("ln", ["-s", tar, join(programs, "tar")]);
    const { status, stderr } = conformance([tree("archives", { "x.tar.xz": "" }) + "/x.tar.xz"], {
      PATH: `${programs}${delimiter}`,
    });
    expect(stderr).toContain("apt-get install xz-utils");
    expect(status).toBe(2);
  });
});
