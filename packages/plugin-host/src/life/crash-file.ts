import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { withStoreLock } from "../store/store-lock.ts";
import type { PluginStore } from "../store/plugin-store.ts";
import { writeDurably } from "../store/write-durably.ts";
import { type CrashRecord, type Crashes, NO_CRASHES, quarantinedOf, withCrash } from "./crash-record.ts";
import { CRASH_LOCK_MS, CRASH_WINDOW_MS, MAX_CRASHES, MAX_CRASHES_BYTES } from "./limits.ts";

/**
 * The record of a user, `crashes.json` beside the installed plugins: it holds over commands. One that is damaged counts as empty and is
 * made anew at the next crash. `add` and `forget` throw LOCKED, CANNOT_CREATE, IO.
 */
export function crashesInFile(store: PluginStore, clock: () => number = Date.now): CrashRecord {
  const file = join(store.home, "crashes.json");
  const change = (plugin: string, make: (crashes: Crashes) => Crashes | undefined): Promise<Crashes> =>
    withStoreLock(store, { timeout: CRASH_LOCK_MS }, async () => {
      const known = readCrashes(file);
      const crashes = make(known.get(plugin) ?? NO_CRASHES);
      if (crashes === undefined) known.delete(plugin);
      else known.set(plugin, crashes);
      writeCrashes(file, known, clock());
      return crashes ?? NO_CRASHES;
    });
  return {
    isQuarantined: (plugin) => readCrashes(file).get(plugin)?.isQuarantined ?? false,
    quarantined: () => quarantinedOf(readCrashes(file)),
    add: async (plugin) => (await change(plugin, (crashes) => withCrash(crashes, clock()))).isQuarantined,
    async forget(plugin) {
      if (readCrashes(file).has(plugin)) await change(plugin, () => undefined);
    },
  };
}

/** Writes what still counts. */
function writeCrashes(file: string, known: ReadonlyMap<string, Crashes>, now: number): void {
  const kept = [...known].filter(
    ([, { times, isQuarantined }]) => isQuarantined || times.some((time) => now - time < CRASH_WINDOW_MS),
  );
  if (kept.length === 0) return rmSync(file, { force: true });
  const plugins = kept.map(([name, { times, isQuarantined }]) => ({ name, times, quarantined: isQuarantined }));
  writeDurably(file, `${JSON.stringify({ schema: 1, plugins }, null, 2)}\n`);
}

function readCrashes(file: string): Map<string, Crashes> {
  try {
    if (statSync(file).size > MAX_CRASHES_BYTES) return new Map();
    const { plugins } = JSON.parse(readFileSync(file, "utf8")) as { readonly plugins?: unknown };
    return new Map(Array.isArray(plugins) ? plugins.flatMap(toCrashes) : []);
  } catch {
    return new Map();
  }
}

/** An entry of the file, if it is one. */
function toCrashes(entry: unknown): readonly (readonly [string, Crashes])[] {
  const { name, times, quarantined } = Object(entry) as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || !Array.isArray(times)) return [];
  const known = times.filter((time): time is number => Number.isSafeInteger(time)).slice(-MAX_CRASHES);
  return [[name, { times: known, isQuarantined: quarantined === true }]];
}
