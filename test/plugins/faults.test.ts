import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type ChildOptions, type LoadedPlugin, loadInChild, loadInProcess } from "@hodu/plugin-host";
import { type Artifact, type CallContext, HoduError, type Snapshot } from "hodu-plugin-sdk";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { buildProcesses, type Processes } from "./build-processes.ts";
import faultyPlugin, { faultyManifest } from "./fixtures/faulty-plugin.ts";
import { TIMED } from "../timed.ts";

const GRACE = 300;

let processes: Processes;
let folder: string;
let loaded: LoadedPlugin[] = [];
beforeAll(async () => {
  processes = await buildProcesses();
  folder = mkdtempSync(join(tmpdir(), "hodu-faults-"));
});
afterEach(async () => {
  await Promise.all(loaded.map((plugin) => plugin.dispose()));
  loaded = [];
});
afterAll(() => {
  processes.remove();
  rmSync(folder, { recursive: true });
});

const empty: Snapshot = {
  graph: { name: "empty", inputs: [], outputs: [], weights: [], nodes: [], values: [] },
  stores: [],
  metadata: [],
  producer: "",
};

async function start(options: ChildOptions = {}): Promise<LoadedPlugin> {
  const plugin = await loadInChild(faultyManifest, await processes.program("faulty"), { grace: GRACE, ...options });
  loaded.push(plugin);
  return plugin;
}

function call(plugin: LoadedPlugin, fault: string, context: Partial<CallContext> = {}): Promise<Artifact> {
  const whole = { signal: new AbortController().signal, log() {}, progress() {}, ...context };
  const model = { snapshot: empty, source: undefined };
  return plugin.backends!.faulty.compile(model, { device: fault, precision: "native" }, whole);
}

async function errorOf(promise: Promise<unknown>): Promise<HoduError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HoduError) return error;
  throw new Error(`found ${String(error)}, expected a HoduError`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

async function expectGone(pid: number): Promise<void> {
  for (let i = 0; i < 60 && isAlive(pid); i++) await sleep(50);
  expect(isAlive(pid)).toBe(false);
}

it("tells of an exit with code, plugin, last lines and log file, in that call and in later ones", async () => {
  const logFile = join(folder, "exit.log");
  const plugin = await start({ logFile });
  const other = errorOf(call(plugin, "wait"));
  const error = await errorOf(call(plugin, "exit"));
  expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-faulty" }, hint: `cat ${logFile}` });
  expect(error.message).toMatch(/"hodu-test-faulty" ended with exit code 3/);
  expect(error.message).toContain("about to leave");
  expect(readFileSync(logFile, "utf8")).toContain("about to leave");
  expect((await other).code).toBe("PLUGIN_CRASH");
  expect((await errorOf(call(plugin, "none"))).code).toBe("PLUGIN_CRASH");
});

it("tells of the signal that ended a process", async () => {
  const error = await errorOf(call(await start(), "signal"));
  expect(error).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-faulty" } });
  expect(error.message).toMatch(/ended by signal SIGSEGV/);
});

it("tells of an error that nobody in the plugin caught, with its stack", async () => {
  const error = await errorOf(call(await start(), "throwLater"));
  expect(error.code).toBe("PLUGIN_CRASH");
  expect(error.message).toMatch(/exit code 1[^]*TypeError: nobody catches this/);
});

it("says the same of a HoduError and of a defect in process and in a child", async () => {
  const near = await loadInProcess(faultyManifest, async () => faultyPlugin);
  const far = await start();
  for (const fault of ["defect", "refuse"]) {
    const [one, other] = [await errorOf(call(near, fault)), await errorOf(call(far, fault))];
    expect([other.code, other.message, other.hint, other.where]).toEqual([one.code, one.message, one.hint, one.where]);
    expect(other.where.plugin).toBe("hodu-test-faulty");
  }
  expect((await errorOf(call(far, "defect"))).message).toContain("TypeError: undefined is not a tensor");
  expect((await errorOf(call(far, "refuse"))).cause).toMatchObject({ message: "RangeError: too small" });
});

it("passes on what an error says whose code this release does not have", async () => {
  const error = await errorOf(call(await start(), "refuseAnew"));
  expect(error.code).toBe("PLUGIN_PROTOCOL");
  expect(error.message).toContain("the plugin failed with OF_A_LATER_RELEASE: Cannot compile: the moon is full");
});

it("refuses garbage, an endless message and one that is cut off", async () => {
  for (const [fault, message] of [
    ["garbage", /found the bytes 74 68 69 73/],
    ["endless", /found 4294967295 bytes of payload/],
    ["cut", /the end of the line within it/],
  ] as const) {
    const error = await errorOf(call(await start(), fault));
    expect(error).toMatchObject({ code: "PLUGIN_PROTOCOL", where: { plugin: "hodu-test-faulty" } });
    expect(error.message).toMatch(message);
  }
});

it("lets a plugin end a cancelled call by itself, and calls it again", async () => {
  const plugin = await start();
  const reason = new HoduError("DEADLINE", "Cannot finish within 100 ms");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 100);
  const error = await errorOf(call(plugin, "wait", { signal: controller.signal }));
  expect(error).toMatchObject({ code: "DEADLINE", message: reason.message });
  await call(plugin, "none");
});

it("ends a plugin that does not end a cancelled call, by SIGTERM or by SIGKILL", TIMED, async () => {
  for (const fault of ["busy", "deaf"]) {
    const plugin = await start();
    const from = performance.now();
    const error = await errorOf(call(plugin, fault, { signal: AbortSignal.timeout(100) }));
    expect(error).toMatchObject({ code: "DEADLINE", where: { plugin: "hodu-test-faulty" } });
    expect(error.message).toMatch(/did not end the call within 300 ms, so its process was ended/);
    expect((await errorOf(call(plugin, "none"))).code).toBe("PLUGIN_CRASH");
    expect(performance.now() - from).toBeLessThan(100 + 4 * GRACE + 1000);
  }
});

it("tells a plugin that was ended for a call that its user gave up from one that crashed", async () => {
  const plugin = await start();
  const controller = new AbortController();
  const ended = errorOf(call(plugin, "deaf", { signal: controller.signal }));
  setTimeout(() => controller.abort(), 100);
  expect((await ended).code).toBe("ABORTED");
  expect(await plugin.crashed).toMatchObject({ code: "ABORTED" });
  expect((await errorOf(call(plugin, "none"))).code).toBe("PLUGIN_CRASH");
});

it("ends a call at the plugin's own time limit", async () => {
  const error = await errorOf(call(await start({ callTimeout: 100 }), "wait"));
  expect(error.code).toBe("DEADLINE");
});

it("ends what a plugin's process has started with it", async () => {
  const plugin = await start();
  let pid = 0;
  const log = (_level: string, message: string): void => {
    pid = Number(message);
  };
  await errorOf(call(plugin, "child", { signal: AbortSignal.timeout(1500), log }));
  await plugin.dispose();
  expect(pid).toBeGreaterThan(0);
  await expectGone(pid);
});

it("reads what a plugin prints, however much, and keeps a bounded log", async () => {
  const logFile = join(folder, "print.log");
  const plugin = await start({ logFile });
  await call(plugin, "print");
  await plugin.dispose();
  const { size } = statSync(logFile);
  expect(size).toBeGreaterThan(10 * 2 ** 20);
  expect(size).toBeLessThan(17 * 2 ** 20);
});

it("bounds the messages that a call passes on", async () => {
  const messages: string[] = [];
  let told = 0;
  await call(await start(), "flood", {
    log: (_level, message) => void messages.push(message),
    progress: () => void (told += 1),
  });
  expect(messages.length).toBe(10_001);
  expect(messages.at(-1)).toContain("dropped");
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(1000);
});

it("rejects what is under way when a plugin is disposed of", async () => {
  const plugin = await start();
  const waiting = errorOf(call(plugin, "wait"));
  await plugin.dispose();
  await plugin.dispose();
  expect((await waiting).code).toBe("ABORTED");
});

it("refuses a process that does not start, ends at once, says nothing, or is another plugin", async () => {
  const program = (command: string, ...args: string[]): Promise<LoadedPlugin> =>
    loadInChild(faultyManifest, { command, arguments: args }, { startTimeout: 500, grace: GRACE });
  const missing = await errorOf(program("no-such-program-of-hodu"));
  expect(missing).toMatchObject({ code: "PLUGIN_CRASH", where: { plugin: "hodu-test-faulty" } });
  expect(missing.message).toContain("could not be started");
  const early = await errorOf(program(process.execPath, "-e", 'console.error("no time"); process.exit(4)'));
  expect(early.message).toMatch(/exit code 4[^]*no time/);
  const mute = await errorOf(program(process.execPath, "-e", "setTimeout(() => {}, 60000)"));
  expect(mute).toMatchObject({ code: "DEADLINE", where: { plugin: "hodu-test-faulty" } });
  const rude = await errorOf(program(process.execPath, "-e", 'fs.writeSync(3, "HTTP/1.1 400 Bad Request\\n")'));
  expect(rude.code).toBe("PLUGIN_PROTOCOL");
  const newer = await errorOf(program(process.execPath, "-e", 'fs.writeSync(3, "hodu-plugin 2 x/1\\n")'));
  expect(newer.message).toMatch(/found version 2 of the protocol, expected version 1/);
  const other = await errorOf(
    loadInChild(faultyManifest, await processes.program("faulty", "notThePlugin"), { grace: GRACE }),
  );
  expect(other.message).toMatch(/its version is "2.0.0", expected "1.0.0" as listed/);
  const none = await errorOf(
    loadInChild(faultyManifest, await processes.program("faulty", "nothing"), { grace: GRACE }),
  );
  expect(none.message).toMatch(/has no plugin as its export "nothing"/);
});

it("refuses a log file that it cannot open", async () => {
  expect((await errorOf(start({ logFile: folder }))).code).toBe("IO");
});

it("ends a busy plugin whose host was killed", async () => {
  const { arguments: args } = await processes.program("faulty");
  const host = spawn(process.execPath, [processes.module("lonely-host"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = Number(await new Promise((resolve) => host.stdout.once("data", (data) => resolve(String(data)))));
  expect(isAlive(pid)).toBe(true);
  host.kill("SIGKILL");
  await expectGone(pid);
});
