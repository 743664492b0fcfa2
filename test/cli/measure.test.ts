import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

const folder = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");
const SEVEN = join(DIGITS, "seven.json");
const HOME = join(folder, "home");

const run = (...more: string[]) => hodu(["run", MODEL, "-i", SEVEN, ...more], { env: { HODU_HOME: HOME } });

describe("hodu run --benchmark", () => {
  it("prints statistics of 10 runs after 3, in place of the outputs", async () => {
    const { status, stdout } = await run("--benchmark");
    expect(status).toBe(0);
    const line = (label: string): string => `  ${label}: +[\\d.]+ ms\n`;
    const results = ["Mean", "Std", "Min", "Max", "P50", "P95", "P99"].map(line).join("");
    expect(stdout).toMatch(new RegExp(`^Warmup: 3 runs\nBenchmark: 10 runs\n\nResults:\n${results}$`));
  });

  it("runs as often as it is told, and gives JSON", async () => {
    const { stdout } = await run("--benchmark", "5", "--warmup", "1", "--json");
    const found = JSON.parse(stdout) as Record<string, number> & { times_ms: number[] };
    expect(found).toMatchObject({ warmup: 1, runs: 5 });
    expect(found.times_ms).toHaveLength(5);
    expect(found.min_ms).toBe(Math.min(...found.times_ms));
    expect(found.mean_ms).toBeCloseTo(found.times_ms.reduce((a, b) => a + b) / 5, 3);
    expect(found.p50_ms).toBe(found.times_ms.toSorted((a, b) => a - b)[2]);
  });

  it("still writes and checks the outputs", async () => {
    const out = join(folder, "out.npz");
    const { status, stdout } = await run("--benchmark", "1", "--warmup", "0", "-o", out);
    expect({ status, isThere: existsSync(out) }).toEqual({ status: 0, isThere: true });
    expect(stdout).toMatch(/^Warmup: 0 runs\nBenchmark: 1 run\n/);
  });

  test.each([
    [["--benchmark", "0"], "--benchmark"],
    [["--benchmark", "many"], "--benchmark"],
    [["--warmup", "-1"], "--warmup"],
    [["-O4"], "--opt-level"],
    [["--threads", "x"], "--threads"],
    [["--dump", "nothing"], "--dump"],
    [["--dump", "kernels="], "--dump"],
  ])("%j is refused", async (args, name) => {
    const { status, stderr } = await run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(`Cannot use ${name}`);
    expect(stderr).toContain("hint: hodu run");
  });
});

describe("hodu run --profile", () => {
  it("prints where time and memory go", async () => {
    await run("--backend", "wasm");
    const { stdout } = await run("--profile", "--backend", "wasm");
    expect(stdout).toMatch(/^Profile:\n {2}Total: +[\d.]+ ms\n {2}─+\n {2}Load model: +[\d.]+ ms \( *[\d.]+%\)\n/);
    expect(stdout).toMatch(
      /\n {2}Compile: +[\d.]+ ms \( *[\d.]+%\) {2}\[cached\]\n {2}Execute: +[\d.]+ ms \( *[\d.]+%\)\n/,
    );
    expect(stdout).toMatch(
      /\nTop operators:\n {2}OPERATOR +TIME +SHARE +GFLOP\/S +PEAK +NODES\n {2}\w+_\d+ +[\d.]+ ms +[\d.]+% /,
    );
    expect(stdout).toMatch(/\nMemory:\n {2}Peak: +[\d.]+ MB\n {2}Weights: +[\d.]+ MB\n {2}Activations: +[\d.]+ MB\n/);
    expect(stdout).toMatch(/\nPEAK: part of the [\d.]+ GFLOP\/s of a 512 x 512 matrix product on this backend\.\n/);
    expect(stdout).toMatch(/\nMeasuring took .* a run without it took [\d.]+ ms\.\n$/);
  });

  it("gives JSON with the nodes and what each stands for", async () => {
    const { stdout } = await run("--profile", "--json", "--backend", "wasm");
    const profile = JSON.parse(stdout) as Record<string, number> & {
      readonly operators: readonly {
        readonly label: string;
        readonly origin: readonly string[];
        readonly ms: number;
      }[];
      readonly memory: Readonly<Record<string, number>>;
    };
    expect(profile.total_ms).toBeCloseTo(profile.load_ms + profile.compile_ms + profile.execute_ms, 2);
    expect(profile.operators.some(({ origin }) => origin.length > 1)).toBe(true);
    expect(profile.operators[0].label).toMatch(/^\w+_0$/);
    const { peak_bytes, weights_bytes, activations_bytes } = profile.memory;
    expect(peak_bytes).toBe(weights_bytes + activations_bytes);
  });

  it("is of the interpreter, too, and goes with a benchmark", async () => {
    const { stdout } = await run("--profile", "--benchmark", "2", "--warmup", "1", "--json");
    const found = JSON.parse(stdout) as { readonly benchmark: object; readonly operators: readonly object[] };
    expect(found.benchmark).toMatchObject({ runs: 2 });
    expect(found.operators.length).toBeGreaterThan(4);
  });
});

describe("hodu run --trace", () => {
  it("writes stages, phases and operators as a Chrome trace, operators within the run", async () => {
    const file = join(folder, "trace.json");
    const { status } = await run("--trace", file, "--backend", "wasm", "--no-cache");
    expect(status).toBe(0);
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8")) as {
      traceEvents: readonly { name: string; ph: string; cat: string; ts: number; dur: number; tid: number }[];
    };
    const spans = traceEvents.filter(({ ph }) => ph === "X");
    const names = (category: string): string[] => spans.filter(({ cat }) => cat === category).map(({ name }) => name);
    expect(names("stage")).toEqual(["load", "verify", "compile", "open", "run"]);
    expect(names("phase").length).toBeGreaterThan(2);
    const [runs] = spans.filter(({ name }) => name === "run");
    const operators = spans.filter(({ cat }) => cat === "operator");
    expect(operators.length).toBeGreaterThan(1);
    for (const { ts, dur } of operators) {
      expect(ts).toBeGreaterThanOrEqual(runs.ts);
      expect(dur).toBeGreaterThanOrEqual(0);
    }
  });
});

/** Bytes of more than a few numbers. */
const HEX = /[0-9a-f]{100}/;

describe("hodu run --dump", { timeout: 120_000 }, () => {
  it("prints a form of the model and runs nothing, without inputs", async () => {
    const { status, stdout } = await hodu(["run", MODEL, "--dump", "snapshot"]);
    expect(status).toBe(0);
    expect(stdout).toContain("MatMul");
    expect(stdout).not.toContain("probabilities: f32");
    expect(stdout).not.toMatch(HEX);
  });

  it("gives what the backend makes of it: optimised, as kernels, as source", async () => {
    const args = ["--backend", "wasm", "--dim", "batch=1", "--random-inputs"];
    const dump = async (stage: string) => (await hodu(["run", MODEL, "--dump", stage, ...args])).stdout;
    const optimized = await dump("optimized");
    expect(optimized).toMatch(/ = MatMul\(/);
    expect(optimized).not.toMatch(HEX);
    expect(await dump("kernels")).toMatch(/^# "/);
    expect(await dump("source")).toContain("(module");
  });

  it("writes files into a folder, and then runs", async () => {
    const at = join(mkdtempSync(join(folder, "dump-")), "new");
    const { status, stdout } = await run("--dump", `kernels=${at}`, "--dump", `snapshot=${at}`, "--backend", "wasm");
    expect(status).toBe(0);
    expect(stdout).toContain("probabilities: f32");
    expect(readdirSync(at).toSorted()).toEqual(["kernels.txt", "snapshot.txt"]);
  });

  it("says what a backend does not give", async () => {
    const { status, stderr } = await run("--dump", "assembly", "--backend", "wasm");
    expect(status).toBe(65);
    expect(stderr).toContain('Cannot dump "assembly": the backend "wasm" does not give it');
  });
});

describe("what runs where", { timeout: 120_000 }, () => {
  it("is told with --verbose: what was optimised, kernels, memory", async () => {
    const { stderr } = await run("--verbose", "--backend", "wasm", "--no-cache", "-O2");
    expect(stderr).toContain("Optimizations applied:");
    expect(stderr).toMatch(
      /\d+ kernels for \d+ nodes, values of at most [\d.]+ \w+ for each of a batch, packed weights of/,
    );
    expect((await run("--verbose", "--backend", "wasm", "--no-cache", "-O0")).stderr).toMatch(
      /Total: (\d+) ops → \1 ops/,
    );
  });

  it("falls to the next backend where one does not serve, with a warning; not with --strict or a name", async () => {
    const noCompiler = { HODU_HOME: HOME, HODU_BACKENDS_PRIORITY: "cpu,wasm", PATH: folder, CC: "" };
    const args = ["run", MODEL, "-i", SEVEN, "--no-cache"];
    const { status, stderr } = await hodu(args, { env: noCompiler });
    expect(status).toBe(0);
    expect(stderr.match(/warning: /g)).toHaveLength(1);
    expect(stderr).toMatch(/^warning: cpu cannot be used: .*(clang|gcc)/);
    for (const more of [["--strict"], ["--backend", "cpu"]]) {
      const refused = await hodu([...args, ...more], { env: noCompiler });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('Error: Cannot use backend "cpu":');
    }
  });

  it.skipIf(process.platform === "win32")(
    "falls to the next backend where the compiler fails, with its log",
    async () => {
      const bin = mkdtempSync(join(folder, "bin-"));
      const script =
        '#!/bin/sh\ncase "$*" in *version*) echo "clang version 99"; exit 0;; esac\necho broken >&2; exit 1\n';
      for (const name of ["clang", "gcc", "cc"]) writeFileSync(join(bin, name), script, { mode: 0o755 });
      const env = { HODU_HOME: HOME, HODU_BACKENDS_PRIORITY: "cpu,wasm", PATH: bin, CC: "" };
      const args = ["run", MODEL, "-i", SEVEN, "--no-cache"];
      const { status, stdout, stderr } = await hodu(args, { env });
      expect({ status, isThere: stdout.includes("probabilities") }).toEqual({ status: 0, isThere: true });
      const [, log] = /^warning: cpu does not run it: Cannot compile .*: it ended with status 1 \((.*\.log)\)$/m.exec(
        stderr,
      )!;
      expect(readFileSync(log, "utf8")).toContain("broken");
      const refused = await hodu([...args, "--backend", "cpu"], { env });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain("broken");
    },
  );

  it("is the interpreter alone in double", async () => {
    const env = { HODU_HOME: HOME, HODU_BACKENDS_PRIORITY: "" };
    const { stderr } = await hodu(["run", MODEL, "-i", SEVEN, "--precision", "f64", "-v"], { env });
    expect(stderr).toContain("with interp");
    const refused = await hodu(["run", MODEL, "-i", SEVEN, "--precision", "f64", "--backend", "wasm"], { env });
    expect(refused.status).toBe(65);
  });

  it("computes the same bits with any number of threads when it is to be reproducible", async () => {
    const bits = async (threads: string): Promise<string> => {
      const { stdout } = await run("--reproducible", "--threads", threads, "--backend", "wasm", "--json");
      return JSON.stringify((JSON.parse(stdout) as { outputs: unknown }).outputs);
    };
    expect(await bits("1")).toBe(await bits("2"));
  });
});

describe("hodu compare", { timeout: 120_000 }, () => {
  it("finds every operator of a right backend within its class, on inputs of its own making", async () => {
    const { status, stdout } = await hodu(["compare", MODEL, "--backend", "wasm", "--dim", "batch=2"], {
      env: { HODU_HOME: HOME },
    });
    expect(stdout).toMatch(
      /^Compared wasm with interp in double, operator by operator: (\d+) of \1 looked at\nEvery operator of wasm is within its accuracy class\n$/,
    );
    expect(status).toBe(0);
  });

  it("compares two backends, as JSON", async () => {
    const args = ["compare", MODEL, "--backend", "wasm", "--against", "interp", "-i", SEVEN, "--json"];
    const { stdout } = await hodu(args, { env: { HODU_HOME: HOME } });
    expect(JSON.parse(stdout)).toMatchObject({
      same: true,
      against: "interp in double",
      a: { engine: "wasm", offender: null },
    });
  });

  it("says how to install onnxruntime where it is not", async () => {
    const { status, stderr } = await hodu(
      ["compare", MODEL, "--backend", "interp", "--against", "onnxruntime", "-i", SEVEN],
      { cwd: folder },
    );
    expect(status).toBe(66);
    expect(stderr).toContain("hint: npm install onnxruntime-node");
  });
});
