import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

const FOLDER = temporaryFolder();
const MODEL = join(DIGITS, "model.onnx");
const SEVEN = join(DIGITS, "seven.json");

/** A home of its own, with this configuration. */
function home(text?: string) {
  const folder = mkdtempSync(join(FOLDER, "home-"));
  const file = join(folder, "config.toml");
  if (text !== undefined) writeFileSync(file, text);
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    hodu(args, { env: { HODU_HOME: folder, ...(args[0] === "config" && { HODU_BACKENDS_PRIORITY: "" }), ...env } });
  return { file, run, text: () => readFileSync(file, "utf8") };
}

interface ListedSetting {
  readonly key: string;
  readonly value: unknown;
  readonly from: string;
  readonly line?: number;
  readonly variable?: string;
}

describe("hodu config", () => {
  it("lists every setting with its value and where it is from", async () => {
    const { run, file } = home("[runtime]\nmax_memory = 2048\n");
    const { stdout, status } = await run(["config", "list"], { HODU_THREADS: "2" });
    expect(status).toBe(0);
    const line = (name: string): string | undefined => stdout.split("\n").find((text) => text.startsWith(`${name} `));
    expect(line("runtime.max_memory")).toMatch(new RegExp(`2048 +${file.replaceAll(/[.\\]/g, "\\$&")}:2$`));
    expect(line("runtime.num_threads")).toMatch(/ 2 +HODU_THREADS$/);
    expect(line("defaults.device")).toMatch(/ cpu +default$/);
    expect(line("build.opt_level")).toMatch(/ 2 +default$/);
    expect(line("network.timeout")).toMatch(/ 30 +default \(no effect yet\)$/);
    expect((await run(["config"], { HODU_THREADS: "2" })).stdout).toBe(stdout);
  });

  it("lists them as JSON", async () => {
    const { run } = home('[formats]\nnpy = "npy"\n[network]\nproxy = "http://me:hunter2@host"\n');
    const { stdout } = await run(["config", "list", "--json"]);
    const settings = JSON.parse(stdout) as readonly ListedSetting[];
    const found = (key: string) => settings.find((setting) => setting.key === key);
    expect(found("formats")).toMatchObject({ value: { ".npy": "npy" }, from: "file", line: 1 });
    expect(found("network.proxy")).toMatchObject({ value: "http://***@host", line: 4 });
    expect(found("logging.file")).toMatchObject({ value: null, from: "default" });
  });

  it("sets and unsets a setting, and leaves the rest of the file as it is", async () => {
    const text = '# mine\n[defaults]\ndevice = "cpu" # as ever\n\n# last\n';
    const { run, text: now } = home(text);
    expect(await run(["config", "set", "backends.priority", "interp,cpu"])).toMatchObject({ status: 0, stdout: "" });
    expect(now()).toBe(`${text}\n[backends]\npriority = ["interp", "cpu"]\n`);
    expect((await run(["config", "get", "backends.priority"])).stdout).toBe("interp,cpu\n");
    await run(["config", "set", "defaults.device", "metal"]);
    expect(now()).toContain('device = "metal" # as ever');
    await run(["config", "set", "defaults.device", "cpu"]);
    expect((await run(["config", "unset", "backends.priority"])).status).toBe(0);
    expect(now()).toBe(`${text}\n[backends]\n`);
  });

  it("makes the file when there is none", async () => {
    const { run, file, text } = home();
    expect((await run(["config", "set", "formats.NPY", "npy"])).stderr).toContain(`Set formats.NPY in ${file}`);
    expect(text()).toBe('[formats]\n".npy" = "npy"\n');
    await run(["config", "set", 'formats.".npy"', "hodu-format-npy"]);
    expect(text()).toBe('[formats]\n".npy" = "hodu-format-npy"\n');
    expect((await run(["config", "get", "formats.npy"])).stdout).toBe("hodu-format-npy\n");
  });

  it("keeps the mode of the file", async () => {
    const { run, file } = home("");
    const before = statSync(file).mode;
    await run(["config", "set", "build.opt_level", "3"]);
    expect(statSync(file).mode).toBe(before);
  });

  it("says when what was set has no effect", async () => {
    const { run } = home();
    const { stderr } = await run(["config", "set", "runtime.num_threads", "2"], { HODU_THREADS: "4" });
    expect(stderr).toContain("warning: HODU_THREADS is set and goes before it");
    expect((await run(["config", "set", "network.timeout", "1"])).stderr).toContain(
      "network.timeout has no effect yet",
    );
  });

  it("leaves a whole file behind when several are written at once", async () => {
    const { run, text } = home("# mine\n");
    const settings = ["build.opt_level", "runtime.num_threads", "runtime.max_memory", "network.timeout"];
    const ends = await Promise.all(settings.map((key) => run(["config", "set", key, "1"])));
    expect(ends.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(text()).toMatch(/^# mine\n(?:\n\[\w+\]\n(?:\w+ = 1\n)+)+$/);
    expect((await run(["config", "list"])).status).toBe(0);
  });

  it.each([
    [["get", "runtime.max_memry"], "Cannot find the setting", "did you mean runtime.max_memory ?"],
    [["get", "max_memory"], "Cannot find the setting", "did you mean runtime.max_memory ?"],
    [["set", "build.opt_level", "9"], "expected a whole number from 0 to 3", "hodu config set build.opt_level 2"],
    [["set", "formats.json", "mine"], "always Hodu's own", "hodu config get formats"],
    [["set", "logging.modules.onnx", "loud"], "expected error, warn", "hodu config set logging.modules.onnx error"],
    [["unset", "runtime.max_memory"], "it is not in", "hodu config list"],
  ])("refuses %j", async (args, message, hint) => {
    const { run, text } = home("# nothing\n");
    const { status, stderr } = await run(["config", ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`hint: ${hint}`);
    expect(text()).toBe("# nothing\n");
  });

  it("takes an unknown key out, as the hint of its error says", async () => {
    const { run, text } = home("[runtime]\nthreads = 4\nnum_threads = 2\n");
    const { stderr, status } = await run(["inspect", MODEL]);
    expect(status).toBe(78);
    expect(stderr).toContain("hint: hodu config unset runtime.threads");
    expect((await run(["config", "unset", "runtime.threads"])).status).toBe(0);
    expect(text()).toBe("[runtime]\nnum_threads = 2\n");
    expect((await run(["inspect", MODEL])).status).toBe(0);
  });
});

describe("settings in a run", () => {
  it("limit its memory, by file, by variable", async () => {
    const { run } = home("[runtime]\nmax_memory = 0.001\n");
    expect(await run(["run", MODEL, "-i", SEVEN, "-q"])).toMatchObject({ status: 65, stdout: "" });
    expect((await run(["run", MODEL, "-i", SEVEN, "-q"], { HODU_MAX_MEMORY: "0" })).status).toBe(0);
  });

  it("end it after a time, unless the option gives more", async () => {
    const { run } = home('[runtime]\ntimeout = "0.001ms"\n');
    expect((await run(["run", MODEL, "-i", SEVEN, "-q"])).status).toBe(70);
    expect((await run(["run", MODEL, "-i", SEVEN, "-q", "--timeout", "1m"])).status).toBe(0);
  });

  it("choose the device and the form of the outputs", async () => {
    const { run } = home('[defaults]\ndevice = "metal"\noutput_format = "json"\n');
    expect((await run(["run", MODEL, "-i", SEVEN])).stderr).toContain("Backend 'metal' not found");
    const { stdout } = await run(["run", MODEL, "-i", SEVEN, "-q", "--device", "cpu"]);
    expect(JSON.parse(stdout)).toHaveProperty("outputs");
  });

  it("choose the format of an extension before the plugin that claims it", async () => {
    const { run } = home('[formats]\n".onnx" = "nothing-of-that-name"\n');
    const { status, stderr } = await run(["inspect", MODEL]);
    expect(status).toBe(78);
    expect(stderr).toContain('Cannot use format "nothing-of-that-name" for ".onnx" files');
    expect(stderr).toContain("hint: hodu config unset formats.onnx");
    const renamed = join(FOLDER, "model.weird");
    writeFileSync(renamed, readFileSync(MODEL));
    const other = home('formats.weird = "onnx"\n');
    expect((await other.run(["inspect", renamed])).stdout).toContain("Format: ONNX");
  });
});

describe("the log", () => {
  const RUN = ["run", MODEL, "-i", SEVEN, "--backend", "interp"];
  const plain = (text: string): string => text.replaceAll(/[\d.]+ ms.*/g, "N ms");

  it("is off until it is asked for", async () => {
    const { run } = home();
    const quiet = await run(RUN);
    const set = await home('[logging]\nlevel = "warn"\n').run(RUN);
    expect(quiet.status).toBe(0);
    expect(plain(set.stderr)).toBe(plain(quiet.stderr));
    expect(plain((await run(RUN, { HODU_LOG: "info" })).stderr)).toBe(plain(quiet.stderr));
  });

  it("tells at debug what was chosen, loaded and called, and the stages, on standard error", async () => {
    const { run } = home();
    const { stdout, stderr } = await run(RUN, { HODU_LOG: "debug", HODU_LOGGING_FORMAT: "compact" });
    expect(stdout).toBe((await run(RUN)).stdout);
    for (const text of [
      `host: load_model of ${MODEL}: onnx (hodu-format-onnx), by its extension`,
      "engine: backend for cpu: interp (hodu-backend-interp), as --backend wants",
      `host: hodu-format-onnx: read model ${MODEL} took N ms`,
      "engine: stage compile starts",
      "engine: stage open took N ms",
      "host: hodu-backend-interp: run took N ms",
    ]) {
      expect(plain(stderr)).toContain(`DEBUG: ${text}`);
    }
  });

  it("has levels of its own for modules", async () => {
    const { run } = home();
    const { stderr } = await run(RUN, { HODU_LOG: "warn,engine=debug" });
    expect(stderr).toContain("DEBUG: engine:");
    expect(stderr).not.toContain("DEBUG: host:");
    const { stderr: other } = await run(RUN, { HODU_LOG: "hodu_plugin=debug" });
    expect(other).toContain("DEBUG: host:");
    expect(other).not.toContain("DEBUG: engine:");
  });

  it("is appended to a file beside the configuration, one JSON object a line, also when the command fails", async () => {
    const { run, file } = home('[logging]\nlevel = "debug"\nfile = "hodu.log"\nformat = "json"\n');
    const { stderr } = await run([...RUN, "--expect", "no=x.json"]);
    expect(stderr).not.toContain("stage");
    await run(["inspect", MODEL]);
    const lines = readFileSync(join(file, "../hodu.log"), "utf8").trimEnd().split("\n");
    const records = lines.map((line) => JSON.parse(line) as { readonly msg: string; readonly stage?: string });
    expect(records).toContainEqual(expect.objectContaining({ level: "error", module: "cli", code: "BAD_INPUT" }));
    expect(records.filter(({ msg, stage }) => stage === "load" && msg.endsWith("starts"))).toHaveLength(2);
  });

  it("escapes names of files", async () => {
    const { run } = home();
    const name = join(FOLDER, "a\u001b[31m\nb.onnx");
    writeFileSync(name, readFileSync(MODEL));
    const { stderr } = await run(["inspect", name], { HODU_LOG: "debug", NO_COLOR: "1" });
    expect(stderr).not.toContain("\u001b");
    expect(stderr).toContain("a\\u{1b}[31m\\nb.onnx");
  });
});
