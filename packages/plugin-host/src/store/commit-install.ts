import { existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeError } from "hodu-plugin-sdk/node";
import { writeInstalled } from "./change-installed.ts";
import { noteHome } from "./install-home.ts";
import type { InstalledPlugin, InstalledPlugins } from "./installed-plugin.ts";
import { entryFile, installFolder, type PluginStore } from "./plugin-store.ts";
import { readInstalled } from "./read-installed.ts";
import type { Staging } from "./staging.ts";
import { type StoreLockOptions, withStoreLock } from "./store-lock.ts";
import { syncFolder, writeDurably } from "./write-durably.ts";

/** What an install knows before it gets its time. */
export type NewPlugin = Omit<InstalledPlugin, "installed_at">;

/**
 * Makes what was staged in `folder` (`package` and `source`) the installed plugin of its name: the moment in which the index is renamed.
 * Until then, and after any failure, the one before it is installed. `check` sees what is installed then, and may refuse by throwing.
 * Throws LOCKED, ABORTED, CONFIG, CANNOT_CREATE, IO.
 */
export function commitInstall(
  store: PluginStore,
  staging: Staging,
  { plugin, folder }: { readonly plugin: NewPlugin; readonly folder: string },
  options: StoreLockOptions & { readonly check?: (installed: InstalledPlugins) => void },
): Promise<InstalledPlugin> {
  return withStoreLock(store, options, async () => {
    const installed = readInstalled(store.home);
    options.check?.(installed);
    const entry = withTime(store, plugin);
    const place = installFolder(store, entry);
    writeDurably(entryFile(folder), `${JSON.stringify(entry, null, 2)}\n`);
    noteHome(store, folder);
    move(folder, place);
    try {
      writeInstalled(store.home, withEntry(installed, entry));
    } catch (error) {
      move(place, folder);
      throw error;
    }
    const before = installed.plugins.find(({ name }) => name === entry.name);
    if (before !== undefined) retire(store, staging, before);
    return entry;
  });
}

/** Takes plugins out of the index, then their folders. Throws LOCKED, ABORTED, CONFIG, CANNOT_CREATE, IO. */
export function commitRemoval(
  store: PluginStore,
  staging: Staging,
  choose: (installed: InstalledPlugins) => readonly InstalledPlugin[],
  options: StoreLockOptions,
): Promise<readonly InstalledPlugin[]> {
  return withStoreLock(store, options, async () => {
    const installed = readInstalled(store.home);
    const removed = choose(installed);
    const plugins = installed.plugins.filter((plugin) => !removed.includes(plugin));
    if (removed.length > 0) writeInstalled(store.home, { ...installed, plugins });
    for (const plugin of removed) retire(store, staging, plugin);
    return removed;
  });
}

/** In the place of the one before, so that the order of plugins stays. */
function withEntry(installed: InstalledPlugins, entry: InstalledPlugin): InstalledPlugins {
  const { plugins } = installed;
  const isKnown = plugins.some(({ name }) => name === entry.name);
  const after = isKnown ? plugins.map((plugin) => (plugin.name === entry.name ? entry : plugin)) : [...plugins, entry];
  return { ...installed, plugins: after };
}

/** The time is now, or the next moment that no install of the version has. */
function withTime(store: PluginStore, plugin: NewPlugin): InstalledPlugin {
  const { enabled, debug, in_process, digest, manifest, ...described } = plugin;
  const rest = { enabled, debug, ...(in_process === true && { in_process }), digest, manifest };
  for (let time = Date.now(); ; time++) {
    const entry = { ...described, installed_at: new Date(time).toISOString(), ...rest };
    if (!existsSync(installFolder(store, entry))) return entry;
  }
}

/** Moves the folder of an install that is not in the index any more to what goes with the change. One that cannot be moved is found by a repair. */
function retire({ plugins }: PluginStore, staging: Staging, entry: InstalledPlugin): void {
  const place = installFolder({ plugins }, entry);
  try {
    if (existsSync(place)) renameSync(place, join(staging.folder, `old-${entry.name.replace("/", "-")}`));
    syncFolder(dirname(place));
    rmdirSync(dirname(place));
  } catch {
    // Another install is beside it, or it is in nobody's way.
  }
}

function move(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    syncFolder(dirname(to));
  } catch (cause) {
    throw writeError(to, cause);
  }
}
