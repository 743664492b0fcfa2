import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { generator } from "../generator.ts";
import { chain, plain, quiet, scaling } from "../testing/programs.ts";
import { unavailable } from "../unavailable.ts";

const program = chain([scaling(2, 8, ["conv1", "*/"]), scaling(3, 8, ["relu1"])], 8);
let folder = "";
let bin = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-cpu-test-"));
  bin = join(folder, "bin");
  mkdirSync(bin);
  vi.stubEnv("PATH", bin);
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Puts a compiler into PATH that does what a shell script says. */
function install(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

async function generate(
  options: { readonly workDir?: string; readonly signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const target = await generator.target(plain, quiet);
  const context = { ...quiet, ...(options.signal && { signal: options.signal }) };
  const { workDir } = options;
  return (await generator.generate(program, target, { ...plain, ...(workDir && { workDir }) }, context)).code;
}

/** What builds left of their folders. */
const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith("hodu-cpu-"));

describe.skipIf(process.platform !== "linux" && process.platform !== "darwin")("a compiler", () => {
  test("that is not there is missed in one line that says what to install and what serves", async () => {
    const text =
      "neither clang nor gcc is on PATH; install one (apt install clang), or use the wasm backend, which needs none";
    expect(await generator.available!("cpu")).toBe(text);
    await expect(generate()).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining(text) });
  });

  test("is not taken from a folder that PATH names relatively: it runs in another folder", async () => {
    install("clang", "exit 0");
    vi.stubEnv("PATH", relative(process.cwd(), bin));
    expect(await generator.available!("cpu")).toMatch(/^neither clang nor gcc is on PATH/);
  });

  test("that fails is named with the kernel, the command, what it said and the log", async () => {
    install(
      "clang",
      'line=$(grep -n "value\\|v0" kernels_0.c | head -1 | cut -d: -f1); echo "kernels_0.c:$line:3: error: no" >&2; exit 3',
    );
    const error = await generate().then(
      () => undefined,
      (caught: Error) => caught,
    );
    expect(error).toMatchObject({ code: "BUILD_FAILED" });
    const log = error!.message.match(/log: (.*)$/m)![1];
    expect(error!.message).toContain(
      `Cannot compile the kernel of "conv1", "{2a}{2f}" with ${bin}/clang: it ended with status 3`,
    );
    expect(error!.message).toMatch(/kernels_0\.c:\d+:3: error: no/);
    expect(error!.message).toMatch(/command: clang -std=gnu11 .* program\.c/);
    expect(readFileSync(log, "utf8")).toContain("error: no\nended: 3");
    expect(statSync(join(log, "..")).mode & 0o777).toBe(0o700);
  });

  test("that cannot be started is named", async () => {
    writeFileSync(join(bin, "gcc"), "#!/nonexistent/interpreter\n");
    chmodSync(join(bin, "gcc"), 0o755);
    await expect(generate()).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringContaining("bin/gcc"),
    });
  });

  test("that is killed is named with the signal", async () => {
    install("clang", "kill -9 $$");
    await expect(generate()).rejects.toThrow("it was ended by SIGKILL");
  });

  test("floods no memory with what it prints", async () => {
    install("clang", "yes abcdefgh | head -c 3000000; exit 1");
    const error = (await generate().catch((caught: unknown) => caught)) as Error;
    expect(error.message.length).toBeLessThan(2000);
    const log = error.message.match(/log: (.*)$/m)![1];
    expect(statSync(log).size).toBeLessThan(1_000_000);
  });

  test("ends with its children when the call is aborted, and leaves nothing", { tags: ["long"] }, async () => {
    install("clang", `sleep 300 & echo $! >> ${folder}/started; wait`);
    const abort = new AbortController();
    const generating = generate({ signal: abort.signal });
    const started = join(folder, "started");
    await vi.waitFor(() => expect(existsSync(started) && readFileSync(started, "utf8")).toMatch(/\d+\n/), 5000);
    abort.abort();
    await expect(generating).rejects.toMatchObject({ code: "ABORTED" });
    for (const pid of readFileSync(started, "utf8").trim().split("\n"))
      await vi.waitFor(() => expect(spawnSync("/bin/kill", ["-0", pid]).status).not.toBe(0), 2000);
    expect(left()).toEqual([]);
  });

  test("is known by its file: another one has another identity", async () => {
    expect(await generator.identity!(plain)).toContain("no compiler");
    install("gcc", "exit 0");
    const first = await generator.identity!(plain);
    expect(first).toContain("/bin/gcc ");
    install("gcc", "exit 0 # newer");
    expect(await generator.identity!(plain)).not.toBe(first);
    install("clang", "exit 0");
    expect(await generator.identity!(plain)).toContain("/bin/clang ");
  });
});

const PATH = process.env.PATH!;
describe.skipIf(unavailable() !== undefined)("the files of a build", { tags: ["long"] }, () => {
  test("are removed, or stay below workDir with the log", async () => {
    vi.stubEnv("PATH", PATH);
    await generate();
    expect(left()).toEqual([]);
    const workDir = join(folder, "work");
    await generate({ workDir });
    const [only] = readdirSync(workDir);
    const files = readdirSync(join(workDir, only));
    for (const name of ["compile.log", "kernels_0.c", "program.c", "program.so", "hodu.h"])
      expect(files).toContain(name);
  });

  test("of a process that was killed go with a build a day later", async () => {
    vi.stubEnv("PATH", PATH);
    for (const [name, hours] of [
      ["hodu-cpu-old", 25],
      ["hodu-cpu-young", 23],
      ["other-old", 25],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "kernels_0.c"), "");
      const time = Date.now() / 1000 - hours * 3600;
      utimesSync(join(folder, name), time, time);
    }
    await generate();
    expect(readdirSync(folder).sort()).toEqual(["bin", "hodu-cpu-young", "other-old"]);
  });

  test("have no names that a folder or a user gave: the code is the same in each", async () => {
    vi.stubEnv("PATH", PATH);
    const code = await generate();
    expect(Buffer.from(code).includes(folder)).toBe(false);
    expect(Buffer.compare(code, await generate({ workDir: join(folder, "elsewhere") }))).toBe(0);
  });

  test("are given as dumps: the C, and what the compiler makes of each kernel", async () => {
    vi.stubEnv("PATH", PATH);
    const options = { ...plain, dump: ["source", "assembly", "kernels"] } as const;
    const { dumps } = await generator.generate(program, await generator.target(options, quiet), options, quiet);
    const texts = new Map(dumps.map(({ stage, name, text }) => [`${stage} ${name}`, text]));
    expect(texts.get("source kernels_0.c")).toContain('/* "conv1", "{2a}{2f}" */');
    expect(texts.get("assembly kernels_0.s")).toMatch(/hodu_kernel_0:/);
    expect([...texts.keys()]).toContain("source program.c");
    expect(dumps.some(({ stage }) => stage === "kernels")).toBe(false);
  });
});
