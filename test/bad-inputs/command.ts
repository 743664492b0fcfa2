import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect } from "vitest";
import {
  type AttributeInit,
  type GraphInit,
  modelBytes,
  type ModelInit,
  node,
  oneNode,
  value,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";

/** The environment without settings of Hodu, and with a home for it that is not there. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith("HODU_"));
  return { ...Object.fromEntries(others), HODU_HOME: join(tmpdir(), "hodu-no-home"), HODU_BACKENDS_PRIORITY: "interp" };
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HODU = join(ROOT, "packages/cli/bin/hodu.js");

/** Longest time that a refusal may take (of the processor, as other tests run beside this one), and most memory beyond that of a good run. */
const MAX_MILLISECONDS = 2000;
/** Longest time by the clock, which tells that nothing waits. */
const MAX_WAIT = 10_000;
const MAX_KILOBYTES = 64 * 1024;

/** Imported before the command: when the process ends, it writes the most memory that it held, and the time that it took of the processor. */
const METER = `
import { readFileSync, writeFileSync } from "node:fs";
process.on("exit", () => {
  const [, kilobytes] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.METER_FILE, JSON.stringify({ kilobytes: Number(kilobytes), milliseconds: (user + system) / 1000 }));
});
`;

const isMetered = process.platform === "linux";

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly kilobytes: number;
  readonly milliseconds: number;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Files and processes of a test file. */
export class Workshop {
  readonly folder: string = mkdtempSync(join(tmpdir(), "hodu-bad-inputs-"));
  readonly #meter = join(this.folder, "meter.mjs");
  #files = 0;
  #good: Promise<Finished> | undefined;

  constructor() {
    writeFileSync(this.#meter, METER);
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  write(bytes: Uint8Array | string, name = `file-${this.#files++}.onnx`): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  model(graph: GraphInit, rest?: Omit<ModelInit, "graph">): string {
    return this.write(modelBytes(graph, rest));
  }

  /** Runs the command in a process of its own. */
  async hodu(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = withoutSettings(process.env);
    const meterFile = join(this.folder, `meter-${this.#files++}.json`);
    const meter = isMetered ? ["--import", pathToFileURL(this.#meter).href] : [];
    const child = spawn(process.execPath, [...meter, HODU, ...args], {
      env: { ...env, NO_COLOR: "1", METER_FILE: meterFile, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { status, stdout, stderr } = await finish(child, options.input ?? "");
    const used = isMetered
      ? (JSON.parse(readFileSync(meterFile, "utf8")) as Finished)
      : { kilobytes: 0, milliseconds: 0 };
    return { status, stdout, stderr, kilobytes: used.kilobytes, milliseconds: used.milliseconds };
  }

  /** The same, within the limits of time and memory. */
  async within(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    this.#good ??= this.hodu(["run", this.model(oneNode({ opType: "Neg" })), "-i", "x=-"], { input: "[1]" });
    const good = await this.#good;
    expect(good.status).toBe(0);
    const start = performance.now();
    const found = await this.hodu(args, options);
    expect(performance.now() - start).toBeLessThan(MAX_WAIT);
    expect(found.milliseconds).toBeLessThan(MAX_MILLISECONDS);
    expect(found.kilobytes - good.kilobytes).toBeLessThan(MAX_KILOBYTES);
    return found;
  }

  /** The command must end with an error of this exit status, told in a message of ours. */
  async expectRefused(
    status: number,
    message: RegExp | string,
    args: readonly string[],
    options: CommandOptions = {},
  ): Promise<Finished> {
    const found = await this.within(args, options);
    expect(found).toMatchObject({ status, stdout: "" });
    expect(found.stderr).toMatch(/^Error: Cannot [a-z]/m);
    expect(found.stderr).toMatch(/^hint: \S/m);
    if (typeof message === "string") expect(found.stderr).toContain(message);
    else expect(found.stderr).toMatch(message);
    expect(found.stderr).not.toMatch(/Hodu itself failed|^\s+at .*\.[jt]s:\d+/m);
    return found;
  }

  /** A model that neither runs nor can be looked at. */
  async expectRejectedModel(path: string, message: RegExp | string, status = 65): Promise<void> {
    await this.expectRefused(status, message, ["inspect", path]);
    await this.expectRefused(status, message, ["run", path, "--random-inputs", "--dim", "n=2"]);
  }

  /** A model that is told apart from a good one only when it runs. */
  async expectRejectedRun(tested: NodeRun, message: RegExp | string): Promise<void> {
    const { path, input } = this.nodeModel(tested);
    await this.expectRefused(65, message, ["run", path, "-i", "-"], { input });
  }

  /** Runs a node, on a backend that compiles it or by its reference kernel; returns its first output as JSON gives it. */
  async outputOf(tested: NodeRun, backend = "interp"): Promise<unknown> {
    const { path, input } = this.nodeModel(tested);
    const args = ["run", path, "-i", "-", "--json", "-q", "--backend", backend];
    const ended = backend === "interp" ? this.within(args, { input }) : this.hodu([...args, "--no-cache"], { input });
    const { stdout, stderr, status } = await ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return (JSON.parse(stdout) as { outputs: { y0: { data: unknown } } }).outputs.y0.data;
  }

  /** A model of one node over graph inputs, and their values. */
  nodeModel({ op, domain = "", inputs, attributes = [], outputs = [1] }: NodeRun): { path: string; input: string } {
    const given = Object.entries(inputs);
    const graph: GraphInit = {
      name: "g",
      input: given.map(([name, { dtype, shape }]) => value(name, shape, CODES[dtype])),
      output: outputs.map((elemType, i) => ({
        name: `y${i}`,
        type: { value: { case: "tensorType" as const, value: { elemType } } },
      })),
      node: [
        {
          ...node(
            op,
            given.map(([name]) => name),
            outputs.map((_, i) => `y${i}`),
            [...attributes],
          ),
          domain,
        },
      ],
    };
    const opsetImport = [
      { domain: "", version: 21n },
      { domain: "ai.onnx.ml", version: 3n },
    ];
    const tensors = given.map(([name, tensor]) => `${JSON.stringify(name)}:${jsonOf(tensor)}`);
    return { path: this.model(graph, { opsetImport }), input: `{"tensors":{${tensors.join(",")}}}` };
  }
}

async function finish(child: ChildProcess, input: string): Promise<Pick<Finished, "status" | "stdout" | "stderr">> {
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin!.on("error", () => {});
  child.stdin!.end(input);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}

const CODES = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, u64: 13 } as const;

type Element = number | bigint | boolean | string;

/** A tensor as the JSON form has it; NaN and infinities are strings there. */
export interface Given {
  readonly dtype: keyof typeof CODES;
  readonly shape: readonly number[];
  readonly data: readonly Element[];
}

export interface NodeRun {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: Readonly<Record<string, Given>>;
  readonly attributes?: readonly AttributeInit[];
  /** ONNX codes of the outputs' types. */
  readonly outputs?: readonly number[];
}

const vector =
  (dtype: Given["dtype"]) =>
  (...data: readonly Element[]): Given => ({ dtype, shape: [data.length], data });

export const f32 = vector("f32");
export const i32 = vector("i32");
export const i64 = vector("i64");
export const u64 = vector("u64");

/** The same elements in another shape. */
export const shaped = (shape: readonly number[], { dtype, data }: Given): Given => ({ dtype, shape, data });

/** A tensor that is filled with one number. */
export const full = (shape: readonly number[], element: Element = 1, dtype: Given["dtype"] = "f32"): Given => ({
  dtype,
  shape,
  data: new Array<Element>(shape.reduce((product, dim) => product * dim, 1)).fill(element),
});

function jsonOf({ dtype, shape, data }: Given): string {
  const elements = data.map((element) => (typeof element === "bigint" ? String(element) : JSON.stringify(element)));
  return `{"dtype":"${dtype}","shape":[${shape.join(",")}],"data":[${elements.join(",")}]}`;
}
