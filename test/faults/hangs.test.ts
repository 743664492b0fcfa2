import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, errorOf, LANGUAGES, makeTroublePlugins, MISSING, type TroublePlugins } from "./trouble-plugins.ts";
import { TIMED } from "../timed.ts";

const DEADLINE_MS = 4_000;

let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins(LANGUAGES);
}, 120_000);
afterAll(() => plugins.remove());

/** Processes whose working folder is that of a plugin, or was: what such a plugin has started. */
function processesIn(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PWD=${folder}\0`);
      } catch {
        return false;
      }
    });
}

describe.each(LANGUAGES)("P3: a plugin in %s", (language) => {
  const isMissing = MISSING[language] !== undefined || process.platform !== "linux";

  it.skipIf(isMissing)(
    "that hangs is told of after 3 s and killed within 1 s of its deadline, with what it started",
    { ...TIMED, timeout: 30_000 },
    async () => {
      const manifest = plugins.manifest(language, { childProcesses: true });
      const plugin = await plugins.start(language, { manifest, grace: 400 });
      const told: [number, string][] = [];
      const from = performance.now();
      const log = (_level: string, message: string): void => void told.push([performance.now() - from, message]);
      const error = await errorOf(act(plugin, "fork", "", { signal: AbortSignal.timeout(DEADLINE_MS), log }));
      expect(performance.now() - from).toBeLessThan(DEADLINE_MS + 1000);
      expect(error).toMatchObject({ code: "DEADLINE", where: { plugin: "hodu-test-trouble" } });
      const [[time, message]] = told;
      expect(message).toContain("has said nothing for 3 s");
      expect(time).toBeGreaterThan(2_900);
      expect(time).toBeLessThan(3_500);
      await plugin.dispose();
      for (let i = 0; i < 20 && processesIn(plugins.folder(language)).length > 0; i++) await sleep(50);
      expect(processesIn(plugins.folder(language))).toEqual([]);
    },
  );

  it.skipIf(isMissing)(
    "that prints 100 MB goes on, and its log is bounded",
    async () => {
      const plugin = await plugins.start(language, { logFile: join(plugins.root, `flood-${language}.log`) });
      expect(await act(plugin, "flood")).toBe("printed");
      await plugin.dispose();
      expect(readFileSync(join(plugins.root, `flood-${language}.log`)).length).toBeLessThan(17 * 2 ** 20);
    },
    30_000,
  );
});
