import { copyFileSync, readFileSync, symlinkSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { DIGITS, hasModels, hodu, MODELS, temporaryFolder } from "./hodu.ts";
import { ADD, ENDLESS, externalModel, HUGE, NEGATE, STRANGE, writeModel } from "./models.ts";
import { TIMED } from "../timed.ts";

const folder = temporaryFolder();
const add = writeModel(folder, "add.onnx", ADD);
const negate = writeModel(folder, "negate.onnx", NEGATE);
const digits = join(DIGITS, "model.onnx");
const seven = join(DIGITS, "seven.json");

function json(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const a = json("a.json", '{"dtype": "f32", "shape": [1, 2], "data": [1, 2]}');
const b = json("b.json", '{"dtype": "f32", "shape": [1, 2], "data": [10, 20]}');

const tensorNamedModel = join(folder, "tensor.onnx");
copyFileSync(join(DIGITS, "test_data_set_0/input_0.pb"), tensorNamedModel);

interface Result {
  readonly outputs: Readonly<
    Record<string, { readonly dtype: string; readonly shape: number[]; readonly data: number[] }>
  >;
  readonly times: Readonly<Record<string, number>>;
}

async function outputsOf(args: readonly string[], input?: string): Promise<Result["outputs"]> {
  const { status, stdout, stderr } = await hodu(["run", ...args, "--json"], { input });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return (JSON.parse(stdout) as Result).outputs;
}

describe("a run", () => {
  it("prints the outputs on standard output, and nothing else there", async () => {
    const { status, stdout, stderr } = await hodu(["run", add, "-i", `a=${a}`, "-i", `b=${b}`]);
    expect(status).toBe(0);
    expect(stdout).toBe("sum: f32[1, 2]  min 11, mean 16.5, max 22\n  [[11, 22]]\n");
    expect(stderr).toMatch(/^ {4}Finished in \d+ ms \(load \d+, compile \d+, run \d+\)\n$/);
  });

  it("prints JSON with times", async () => {
    const { stdout } = await hodu(["run", digits, "-i", `image=${seven}`, "--json"]);
    const { outputs, times } = JSON.parse(stdout) as Result;
    expect(outputs.probabilities).toMatchObject({ dtype: "f32", shape: [1, 10] });
    expect(outputs.probabilities.data.indexOf(Math.max(...outputs.probabilities.data))).toBe(7);
    expect(Object.keys(times)).toEqual(["load_ms", "compile_ms", "run_ms", "total_ms"]);
  });

  it("says nothing besides when it is quiet", async () => {
    expect((await hodu(["run", digits, "-i", seven, "--quiet"])).stderr).toBe("");
  });

  it("tells what ran where when it is verbose", async () => {
    const { stderr } = await hodu(["run", digits, "-i", seven, "--verbose"]);
    expect(stderr).toContain("as ONNX (hodu-format-onnx 0.3.0, in process)");
    expect(stderr).toContain("for cpu with interp (hodu-backend-interp 0.3.0, in process)");
    expect(stderr).toMatch(/MatMul +3 +[\d.]+ ms +[\d.]+ %/);
    expect(stderr).toContain("Peak memory of values:");
  });

  it("computes in double when asked to", async () => {
    const args = [digits, "-i", seven];
    const single = await outputsOf(args);
    const double = await outputsOf([...args, "--precision", "f64"]);
    const [x, y] = [single.probabilities.data[7], double.probabilities.data[7]];
    expect(x).not.toBe(y);
    expect(Math.abs(x - y)).toBeLessThan(1e-6);
  });

  it.skipIf(!hasModels)("reads .pb files, and compares with the reference", async () => {
    const mnist = join(MODELS, "mnist-8");
    const set = join(mnist, "test_data_set_0");
    const { status, stderr } = await hodu([
      "run",
      join(mnist, "model.onnx"),
      "-i",
      `Input3=${join(set, "input_0.pb")}`,
      "--expect",
      join(set, "output_0.pb"),
      "--atol",
      "1e-3",
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('Matches "Plus214_Output_0" within rtol 0.001, atol 0.001');
  });
});

describe("inputs", () => {
  it("need no name where there is one input", async () => {
    expect((await outputsOf([digits, "-i", seven])).probabilities.shape).toEqual([1, 10]);
  });

  it("come from standard input", async () => {
    const outputs = await outputsOf([negate, "-i", "x=-"], '{"dtype": "float32", "data": [1, 2]}');
    expect(outputs.y.data).toEqual([-1, -2]);
    expect((await outputsOf([negate, "-i", "-"], "[3]")).y.data).toEqual([-3]);
  });

  it("come by their names from one file", async () => {
    const text = `{"tensors": {"a": ${readFileSync(a, "utf8")}, "b": ${readFileSync(b, "utf8")}}}`;
    expect((await outputsOf([add, "-i", json("both.json", text)])).sum.data).toEqual([11, 22]);
  });

  it("may be made up, the same for the same seed", async () => {
    const random = [add, "-i", `a=${a}`, "--random-inputs"];
    const first = await outputsOf(random);
    expect(await outputsOf(random)).toEqual(first);
    expect(await outputsOf([...random, "--seed", "1"])).not.toEqual(first);
    expect(first.sum.shape).toEqual([1, 2]);
  });

  it("take the sizes of symbols", async () => {
    expect((await outputsOf([add, "--random-inputs", "--dim", "n=3"])).sum.shape).toEqual([3, 2]);
  });

  test.each([
    ["a missing input", [add, "-i", `a=${a}`], 66, ['input "b" not given', "b: f32[n, 2]", "-i b=FILE"]],
    ["an unknown input", [add, "-i", `c=${a}`], 65, ['Cannot use input "c"', '"a", "b"']],
    ["a name that is nearly right", [digits, "-i", `imag=${seven}`], 65, ["did you mean -i image=FILE ?"]],
    ["a file without a name", [add, "-i", a], 2, ["Cannot tell which input", '"a", "b"']],
    ["another shape", [add, "-i", `a=${seven}`, "-i", `b=${b}`], 65, ["found f32[1, 64], expected f32[n, 2]"]],
    ["an input given twice", [negate, "-i", `x=${a}`, "-i", `x=${b}`], 2, ["given twice"]],
    ["a file that is not there", [negate, "-i", "x=nothing.json"], 66, ["there is no such file"]],
    [
      "an unknown extension",
      [negate, "-i", `x=${json("x.foo", "")}`],
      66,
      ['no format reads ".foo" files', " or .npz or .pb"],
    ],
    ["an unknown size", [add, "--random-inputs"], 65, ['the size of "n" is not known', "--dim n=1"]],
    ["an unknown symbol", [add, "--random-inputs", "--dim", "m=1"], 2, ['symbols are "n"', "--dim n=1"]],
    ["sizes that differ", [add, "-i", `a=${a}`, "--random-inputs", "--dim", "n=2"], 65, ['have "n" = 1']],
    ["JSON that is damaged", [negate, "-i", json("bad.json", "[1,")], 65, ["bad.json", "line 1, column 4"]],
    ["a tensor named as a model", [tensorNamedModel], 65, ["an ONNX tensor", '".onnx"']],
    ["a model in a .json file", [negate, "-i", json("zip.json", "PK\u0003\u0004")], 65, ["a zip archive", '".json"']],
    ["a tensor in a file of no format", [negate, "-i", json("x.npy", '{"a": 1}')], 65, ["JSON text", '".npy"']],
  ] as const)("%s is refused", async (_, args, status, parts) => {
    const result = await hodu(["run", ...args]);
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: "" });
    expect(result.stderr).toMatch(/^Error: [^]*\nhint: .+\n$/);
    for (const part of parts) expect(result.stderr).toContain(part);
  });
});

describe("--expect", () => {
  const expected = json("expected.json", '{"dtype": "f32", "shape": [1, 2], "data": [11, 22.5]}');
  const args = ["run", add, "-i", `a=${a}`, "-i", `b=${b}`];

  it("tells how many elements differ, how much, and the first", async () => {
    const { status, stderr } = await hodu([...args, "--expect", `sum=${expected}`]);
    expect(status).toBe(1);
    expect(stderr).toContain("element [0, 1] is 22, expected 22.5 (1 of 2 differ, by at most 0.500, relative 0.0222)");
  });

  it("allows for as much as it is told to", async () => {
    expect((await hodu([...args, "--expect", expected, "--rtol", "0.1"])).status).toBe(0);
    expect((await hodu([...args, "--expect", expected, "--atol", "0.5"])).status).toBe(0);
  });

  it("reads what --json has written", async () => {
    const { stdout } = await hodu([...args, "--json"]);
    expect((await hodu([...args, "--expect", json("result.json", stdout), "--rtol", "0"])).status).toBe(0);
  });
});

describe("--dry-run", () => {
  it("prints what would be used, and runs nothing", async () => {
    const { status, stdout, stderr } = await hodu(["run", add, "-i", `a=${a}`, "--dry-run"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        "Model format: onnx (hodu-format-onnx 0.3.0)",
        `Input ${a}: json (builtin)`,
        "Backend: interp (hodu-backend-interp 0.3.0)",
        "",
        "Would execute with above configuration.",
        "",
      ].join("\n"),
    );
  });

  it("is JSON when asked to", async () => {
    const { stdout } = await hodu(["run", add, "--dry-run", "--json", "-d", "cpu:0"]);
    expect(JSON.parse(stdout)).toMatchObject({ backend: { name: "interp" }, device: "cpu" });
  });
});

describe("backends", () => {
  test.each([[["--backend", "interp"]], [["--backend", "hodu-backend-interp"]], [["-d", "CPU"]]])(
    "%j runs",
    async (flags) => {
      expect((await hodu(["run", digits, "-i", seven, ...flags])).status).toBe(0);
    },
  );

  it("follows HODU_BACKENDS_PRIORITY, and falls back to interp", async () => {
    const env = { HODU_BACKENDS_PRIORITY: "metal, hodu-backend-cuda" };
    expect((await hodu(["run", digits, "-i", seven], { env })).status).toBe(0);
  });

  test.each([
    [["--backend", "metal"], 1, ["Backend 'metal' not found", "interp (builtin) on cpu"]],
    [["-d", "cuda::0"], 1, ["Backend 'cuda' not found", "hodu plugin install cuda --path FOLDER"]],
    [["-d", "cuda", "--backend", "interp"], 1, ["it runs on cpu only"]],
    [["-d", "c p u"], 2, ['Cannot use --device "c p u"']],
    [["--precision", "f16"], 2, ["expected native or f64"]],
    [["--seed", "-1"], 2, ["--seed"]],
    [["--timeout", "soon"], 2, ["expected seconds"]],
    [["--dim", "batch"], 2, ["--dim batch=4"]],
    [["--rtol", "much"], 2, ["--rtol"]],
    [["--jsn"], 2, ["did you mean --json ?"]],
  ])("%j is refused", async (flags, status, parts) => {
    const result = await hodu(["run", digits, "-i", seven, ...flags]);
    expect(result.status).toBe(status);
    for (const part of parts) expect(result.stderr).toContain(part);
  });
});

describe("limits", () => {
  const endless = writeModel(folder, "endless.onnx", ENDLESS);
  const huge = writeModel(folder, "huge.onnx", HUGE);

  it("ends at its time limit", TIMED, async () => {
    const result = await hodu(["run", endless, "-i", "x=-", "--timeout", "0.5"], { input: "[1]" });
    expect(result.status).toBe(70);
    expect(result.stderr).toContain("Cannot finish within 500 ms");
    expect(result.milliseconds).toBeLessThan(5000);
  });

  it("takes the time limit from HODU_TIMEOUT", async () => {
    const env = { HODU_TIMEOUT: "500ms" };
    expect((await hodu(["run", endless, "-i", "x=-"], { input: "[1]", env })).status).toBe(70);
    expect((await hodu(["run", endless, "-i", "x=-"], { env: { HODU_TIMEOUT: "x" } })).status).toBe(78);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s with %d", TIMED, async (signal, status) => {
    let killed = 0;
    const result = await hodu(["run", endless, "-i", "x=-", "-v"], {
      input: "[1]",
      during: (kill, until) =>
        void until("Running").then(() => {
          killed = performance.now();
          kill(signal);
        }),
    });
    expect(result.status).toBe(status);
    expect(performance.now() - killed).toBeLessThan(4000);
  });

  it("refuses what does not fit into memory", async () => {
    const result = await hodu(["run", huge, "-i", "x=-"], { input: "[1, 2]" });
    expect(result.status).toBe(65);
    expect(result.stderr).toContain("Tile");
    expect((await hodu(["run", huge, "-i", "x=-"], { env: { HODU_MAX_MEMORY: "much" } })).status).toBe(78);
  });

  it("keeps to HODU_MAX_MEMORY", async () => {
    const run = ["run", add, "--random-inputs", "--dim", "n=1000000"];
    expect((await hodu([...run, "-q"], { env: { HODU_MAX_MEMORY: "1" } })).status).toBe(65);
    expect((await hodu([...run, "-q"], { env: { HODU_MAX_MEMORY: "100" } })).status).toBe(0);
  });
});

describe("files outside of the model's folder", () => {
  const inner = join(folder, "inner");
  mkdirSync(inner);
  writeFileSync(join(folder, "w.bin"), new Uint8Array(new Float32Array([1, 2]).buffer));
  symlinkSync(join(folder, "w.bin"), join(inner, "link.bin"));

  test.each(["../w.bin", "link.bin"])("%s is refused until it is allowed", async (location) => {
    const model = writeModel(inner, "external.onnx", externalModel(location));
    const run = ["run", model, "-i", "x=-"];
    const refused = await hodu(run, { input: "[1, 1]" });
    expect(refused.status).toBe(77);
    expect(refused.stderr).toContain(`--allow-external ${join(folder, "w.bin")}`);
    const allowed = await hodu([...run, "--allow-external", join(folder, "w.bin")], { input: "[1, 1]" });
    expect(allowed.stdout).toContain("[2, 3]");
    expect((await hodu(["inspect", model, "--allow-external", folder])).status).toBe(0);
  });
});

describe("names and paths", () => {
  const strange = writeModel(folder, "strange.onnx", STRANGE);
  // Nothing that a terminal acts on, but line breaks.
  const active = /[^\P{Cc}\n]|\p{Cf}/u;

  it("escapes names in what it prints", async () => {
    const results = [
      await hodu(["run", strange, "-i", "-", "-v"], { input: "[1, 2]" }),
      await hodu(["run", strange, "-i", "-", "--json"], { input: "[1, 2]" }),
      await hodu(["run", strange, "-i", "z=-"], { input: "[1, 2]" }),
      await hodu(["run", strange]),
      await hodu(["inspect", strange, "--verbose"]),
      await hodu(["inspect", strange, "--verbose", "--json"]),
    ];
    for (const { stdout, stderr } of results) {
      expect(stdout).not.toMatch(active);
      expect(stderr).not.toMatch(active);
    }
    expect(JSON.parse(results[1].stdout)).toHaveProperty(["outputs", "y\n\u202egnp.exe*/%n", "data"], [-1, -2]);
  });

  test.each([
    "with space.onnx",
    "quo'te\".onnx",
    "new\nline.onnx",
    "emoji😀.onnx",
    "e\u0301.onnx",
    "C:\\x.onnx",
    "a=b.onnx",
    "%n.onnx",
  ])("runs a model named %j", async (name) => {
    const path = writeModel(folder, name, NEGATE);
    expect((await hodu(["run", path, "-i", "x=-"], { input: "[1]" })).stdout).toContain("[-1]");
  });

  it("runs a model whose name starts with a dash, after --", async () => {
    writeModel(folder, "-model.onnx", NEGATE);
    const result = await hodu(["run", "--random-inputs", "--dim", "n=2", "--", "-model.onnx"], { cwd: folder });
    expect(result.status).toBe(0);
  });

  it("reads an input whose path has an equals sign", async () => {
    const path = json("x=1.json", "[1]");
    expect((await outputsOf([negate, "-i", path])).y.data).toEqual([-1]);
    expect((await outputsOf([negate, "-i", `x=${path}`])).y.data).toEqual([-1]);
  });
});
