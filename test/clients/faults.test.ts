import { readFileSync } from "node:fs";
import { type ChildOptions, type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { type Artifact, type CallContext, HoduError, type Snapshot } from "hodu-plugin-sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Language, LANGUAGES, partsManifest, type PartsPlugins, partsPlugins } from "./parts-plugin.ts";
import { startLonelyHost } from "./start-lonely-host.ts";
import { TIMED } from "../timed.ts";

const GRACE = 300;

/** What a defect is told of with. */
const DEFECTS = {
  python: /KeyError: 'missing'/,
  go: /panic: .*nil pointer/,
  c: /the call failed and did not say why/,
} as const satisfies Record<Language, RegExp>;
const empty: Snapshot = {
  graph: { name: "empty", inputs: [], outputs: [], weights: [], nodes: [], values: [] },
  stores: [],
  metadata: [],
  producer: "",
};

let plugins: PartsPlugins;
beforeAll(() => {
  plugins = partsPlugins();
}, 120_000);
afterAll(() => plugins.remove());

for (const { language, isHere, title } of LANGUAGES) {
  describe.skipIf(!isHere)(`a plugin that fails, ${title}`, () => {
    let loaded: LoadedPlugin[] = [];
    afterEach(async () => {
      await Promise.all(loaded.map((plugin) => plugin.dispose()));
      loaded = [];
    });

    const start = async (options: ChildOptions = {}): Promise<LoadedPlugin> => {
      const plugin = await loadInChild(partsManifest, plugins.program[language], { grace: GRACE, ...options });
      loaded.push(plugin);
      return plugin;
    };

    it("says what it refuses with, whole, and goes on", async () => {
      const plugin = await start();
      const error = await errorOf(call(plugin, "refuse"));
      expect(error).toMatchObject({
        code: "UNSUPPORTED",
        message: "Cannot do that: found a refusal",
        hint: "hodu explain UNSUPPORTED",
        where: { node: "n", plugin: partsManifest.id },
        cause: { message: "too small" },
      });
      await call(plugin, "none");
    });

    it("makes of a defect the error of its call, and goes on", async () => {
      const plugin = await start();
      const other = call(plugin, "wait", { signal: AbortSignal.timeout(1000) });
      const error = await errorOf(call(plugin, "defect"));
      expect(error.code).toBe("PLUGIN_PROTOCOL");
      expect(error.message).toMatch(DEFECTS[language]);
      expect((await errorOf(other)).code).toBe("DEADLINE");
      await call(plugin, "none");
    });

    it("ends a call that is cancelled, while others run", async () => {
      const plugin = await start();
      const calls = Array.from({ length: 10 }, () =>
        errorOf(call(plugin, "wait", { signal: AbortSignal.timeout(200) })),
      );
      await call(plugin, "none");
      for (const error of await Promise.all(calls)) expect(error.code).toBe("DEADLINE");
      await call(plugin, "none");
    });

    it("passes on messages and progress", async () => {
      const told: unknown[] = [];
      await call(await start(), "tell", {
        log: (level, message) => void told.push([level, message]),
        progress: (done, total, label) => void told.push([done, total, label]),
      });
      expect(told).toEqual([
        ["info", "한국어"],
        [1, undefined, "steps"],
        [2, 2, "steps"],
      ]);
    });

    it("may print as much as it wants", async () => {
      const plugin = await start();
      await call(plugin, "print");
      expect(await call(plugin, "none")).toMatchObject({ backend: partsManifest.id });
    });

    it("says how its process ended", async () => {
      const error = await errorOf(call(await start(), "exit"));
      expect(error.code).toBe("PLUGIN_CRASH");
      expect(error.message).toContain("exit code 3");
    });

    it("is ended when it holds everything up, and takes nobody with it", TIMED, async () => {
      const plugin = await start();
      const from = performance.now();
      const error = await errorOf(call(plugin, "hold", { signal: AbortSignal.timeout(200) }));
      expect(error.code).toBe("DEADLINE");
      expect(performance.now() - from).toBeLessThan(200 + 4 * GRACE + 2000);
    });

    it("ends with its host, even while it is busy", async () => {
      const host = await startLonelyHost(plugins.program[language]);
      expect(isAlive(host.pid)).toBe(true);
      host.kill();
      await expect.poll(() => isAlive(host.pid), { timeout: 5000 }).toBe(false);
    });
  });
}

function call(plugin: LoadedPlugin, fault: string, context: Partial<CallContext> = {}): Promise<Artifact> {
  const whole = { signal: new AbortController().signal, log() {}, progress() {}, ...context };
  const model = { snapshot: empty, source: undefined };
  return plugin.backends!["faulty"].compile(model, { device: fault, precision: "native" }, whole);
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
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
