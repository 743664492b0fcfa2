import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HoduError } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  act,
  errorOf,
  LANGUAGES,
  type Language,
  makeTroublePlugins,
  MISSING,
  type TroublePlugins,
} from "./trouble-plugins.ts";

const FAULTS = ["segv", "abort", "exit", "smash", "overflow", "spin", "memory"] as const;

/** Of each fault in each language: all of them take half a minute; `--full` half an hour. */
const TRIALS = process.env["HODU_FULL_TESTS"] === undefined ? 3 : 100;

/** Trials at once: a machine of two cores then waits for nothing. */
const AT_ONCE = 3;

const MEMORY = 384 << 20;
const GRACE = 300;
const SPIN_MS = 500;

/** A process whose heap is damaged may stand still instead of ending. */
const DEADLINE_MS = 60_000;
const SMASHED_MS = 2_000;

let plugins: TroublePlugins;
beforeAll(async () => {
  plugins = await makeTroublePlugins();
}, 120_000);
afterAll(() => plugins.remove());

/** The fault in a process of its own; the error is that of the call. */
async function trial(language: Language, fault: string): Promise<HoduError> {
  const plugin = await plugins.start(language, {
    manifest: plugins.manifest(language, { native: true }),
    maxMemory: MEMORY,
    grace: GRACE,
    callTimeout: { spin: SPIN_MS, smash: SMASHED_MS }[fault] ?? DEADLINE_MS,
  });
  try {
    return await errorOf(act(plugin, fault));
  } finally {
    await plugin.dispose();
  }
}

describe.each(LANGUAGES)("a plugin in %s", (language) => {
  it.skipIf(MISSING[language] !== undefined).each(FAULTS)(
    `that fails by %s ends alone, and its error names plugin, signal and log, in ${TRIALS} trials`,
    async (fault) => {
      const log = join(plugins.root, `${language}.log`);
      for (let done = 0; done < TRIALS; done += AT_ONCE) {
        const count = Math.min(AT_ONCE, TRIALS - done);
        const errors = await Promise.all(Array.from({ length: count }, () => trial(language, fault)));
        for (const error of errors) {
          expect(error.where.plugin).toBe("hodu-test-trouble");
          if (fault === "spin" || (fault === "smash" && error.code === "DEADLINE")) {
            expect(error.code).toBe("DEADLINE");
            continue;
          }
          expect(error.message).toMatch(/was ended by signal SIG[A-Z]+|ended with exit code [0-9]+/);
          expect(error.code).toBe("PLUGIN_CRASH");
          expect(error.hint).toContain(log);
        }
      }
      expect(readFileSync(log, "utf8")).toContain(`about to do ${fault}.trouble`);
    },
    600_000,
  );
});
