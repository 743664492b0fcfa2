import { CRASH_WINDOW_MS, MAX_CRASHES } from "./limits.ts";

/** Which plugins crashed, and which did so too often. */
export interface CrashRecord {
  /** Whether it crashed so often that it is not loaded until the user wants it. */
  isQuarantined(plugin: string): boolean;
  /** The ids of those. */
  quarantined(): readonly string[];
  /** Notes a crash that just happened; true when it was one too many. */
  add(plugin: string): Promise<boolean>;
  /** Forgets its crashes: it may be loaded again. */
  forget(plugin: string): Promise<void>;
}

/** The crashes of one plugin. */
export interface Crashes {
  /** Times, in milliseconds since 1970: those of the last minutes that count. */
  readonly times: readonly number[];
  readonly isQuarantined: boolean;
}

export const NO_CRASHES: Crashes = { times: [], isQuarantined: false };

/** With one more, at `now`. Once quarantined, a plugin stays so. */
export function withCrash({ times, isQuarantined }: Crashes, now: number): Crashes {
  const recent = [...times.filter((time) => time <= now && now - time < CRASH_WINDOW_MS), now].slice(-MAX_CRASHES);
  return { times: recent, isQuarantined: isQuarantined || recent.length >= MAX_CRASHES };
}

/** The ids of those that are quarantined. */
export function quarantinedOf(known: ReadonlyMap<string, Crashes>): readonly string[] {
  return [...known].flatMap(([plugin, { isQuarantined }]) => (isQuarantined ? [plugin] : []));
}

/** A record that lasts as long as its registry. */
export function crashesInMemory(clock: () => number = Date.now): CrashRecord {
  const known = new Map<string, Crashes>();
  return {
    isQuarantined: (plugin) => known.get(plugin)?.isQuarantined ?? false,
    quarantined: () => quarantinedOf(known),
    async add(plugin) {
      const crashes = withCrash(known.get(plugin) ?? NO_CRASHES, clock());
      known.set(plugin, crashes);
      return crashes.isQuarantined;
    },
    async forget(plugin) {
      known.delete(plugin);
    },
  };
}
