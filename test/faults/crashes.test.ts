import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HoduError } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atMostAtOnce } from "./at-most-at-once.ts";
import {
  act,
  errorOf,
  FAILING_LANGUAGES,
  type Language,
  makeTroublePlugins,
  MISSING,
  type TroublePlugins,
} from "./trouble-plugins.ts";

const FAULTS = ["segv", "abort", "exit", "smash", "overflow", "spin", "memory"] as const;

/** Of each fault in each language: with four languages and `--full`, 2,800. */
const TRIALS = process.env["HODU_FULL_TESTS"] === undefined ? 20 : 100;

/** Trials at once: a machine of two cores then waits for nothing. */
const AT_ONCE = 4;

const MEMORY = 256 << 20;
const GRACE_MS = 200;
const SPIN_MS = 300;

/** A process whose heap is damaged may stand still instead of ending. */
const DEADLINE_MS = 60_000;
const SMASHED_MS = 1_000;

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
    grace: GRACE_MS,
    callTimeout: { spin: SPIN_MS, smash: SMASHED_MS }[fault] ?? DEADLINE_MS,
  });
  try {
    return await errorOf(act(plugin, fault));
  } finally {
    await plugin.dispose();
  }
}

function expectToName(error: HoduError, fault: string, log: string): void {
  expect(error.where.plugin).toBe("hodu-test-trouble");
  if (fault === "spin" || (fault === "smash" && error.code === "DEADLINE")) {
    expect(error.code).toBe("DEADLINE");
    return;
  }
  expect(error.message).toMatch(/was ended by signal SIG[A-Z]+|ended with exit code [0-9]+/);
  expect(error.code).toBe("PLUGIN_CRASH");
  expect(error.hint).toContain(log);
}

describe.each(FAILING_LANGUAGES)("P1: a plugin in %s", (language) => {
  it.skipIf(MISSING[language] !== undefined).each(FAULTS)(
    `that fails by %s ends alone, and its error names plugin, signal and log, in ${TRIALS} trials`,
    async (fault) => {
      const log = join(plugins.root, `${language}.log`);
      const errors = await atMostAtOnce(AT_ONCE, TRIALS, () => trial(language, fault));
      expect(errors).toHaveLength(TRIALS);
      for (const error of errors) expectToName(error, fault, log);
      expect(readFileSync(log, "utf8")).toContain(`about to do ${fault}.trouble`);
      const next = await plugins.start(language);
      expect(await act(next, "none")).toBe("done");
      await next.dispose();
    },
    600_000,
  );
});
