import { readFileSync, renameSync, statSync } from "node:fs";
import { HoduError } from "@hodu/core";
import { writeInstalled } from "./change-installed.ts";
import { checkEntry } from "./check-entry.ts";
import { isOfOtherHome } from "./install-home.ts";
import { INDEX_SCHEMA, type InstalledPlugin } from "./installed-plugin.ts";
import { installsOnDisk } from "./installs-on-disk.ts";
import { MAX_ENTRY_BYTES } from "./limits.ts";
import { entryFile, installFolder, type PluginStore } from "./plugin-store.ts";
import { readInstalled } from "./read-installed.ts";
import { type StoreLockOptions, withStoreLock } from "./store-lock.ts";

/** What became of a damaged index. */
export interface RecoveredIndex {
  readonly plugins: readonly InstalledPlugin[];
  /** Where the damaged one is now. */
  readonly kept: string;
}

/**
 * Makes a damaged plugins.json anew of what stands beside the installs; of several of one plugin the last counts. Undefined when the index
 * can be read. Throws LOCKED, ABORTED, CANNOT_CREATE, IO, and CONFIG for the index of a newer Hodu.
 */
export function recoverIndex(store: PluginStore, options: StoreLockOptions = {}): Promise<RecoveredIndex | undefined> {
  return withStoreLock(store, options, async () => {
    if (!isDamaged(store.home)) return undefined;
    const kept = `${store.index}.damaged`;
    renameSync(store.index, kept);
    const plugins = lastOfEach(
      installsOnDisk(store.plugins)
        .filter(({ folder }) => !isOfOtherHome(store, folder))
        .flatMap(({ folder }) => entryOf(store, folder) ?? []),
    );
    writeInstalled(store.home, { schema: INDEX_SCHEMA, plugins });
    return { plugins, kept };
  });
}

function isDamaged(home: string): boolean {
  try {
    readInstalled(home);
    return false;
  } catch (error) {
    if (error instanceof HoduError && error.code === "CONFIG" && error.where.field !== "schema") return true;
    throw error;
  }
}

function lastOfEach(entries: readonly InstalledPlugin[]): readonly InstalledPlugin[] {
  const sorted = entries.toSorted((a, b) => Date.parse(a.installed_at) - Date.parse(b.installed_at));
  return [...new Map(sorted.map((entry) => [entry.name, entry])).values()];
}

/** The entry of an install; undefined where it is missing, damaged, or of another folder. */
function entryOf(store: PluginStore, folder: string): InstalledPlugin | undefined {
  const file = entryFile(folder);
  try {
    if (statSync(file).size > MAX_ENTRY_BYTES) return undefined;
    const entry = checkEntry(file, "entry", JSON.parse(readFileSync(file, "utf8")));
    return installFolder(store, entry) === folder ? entry : undefined;
  } catch {
    return undefined;
  }
}
