import { closeSync, lstatSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryFolderLock } from "hodu-plugin-sdk/node";
import { readBefore, restoreDev } from "./dev-entry.ts";
import { installsOnDisk } from "./installs-on-disk.ts";
import { ABANDONED_MS } from "./limits.ts";
import { isOfHome } from "./install-home.ts";
import { installFolder, type PluginStore } from "./plugin-store.ts";
import { readInstalled } from "./read-installed.ts";
import { stagingPurpose } from "./staging.ts";
import { type StoreLockOptions, withStoreLock } from "./store-lock.ts";
import { hasUnfinished, unfinished } from "./unfinished.ts";
import { temporaryName } from "./write-durably.ts";

/**
 * Removes what changes left that were killed: the index says what is installed, and all else goes. Gives what each was about:
 * `install hodu-format-points`. Throws LOCKED, ABORTED, CANNOT_CREATE, IO.
 */
export async function repairStore(store: PluginStore, options: StoreLockOptions = {}): Promise<readonly string[]> {
  if (!hasUnfinished(store)) return [];
  return withStoreLock(store, options, async () => {
    const abandoned = unfinished(store).filter((name) => removeAbandoned(store, join(store.staging, name)));
    if (abandoned.length > 0) {
      rmSync(temporaryName(store.index), { force: true });
      removeUnlisted(store);
    }
    removeEmpty(store.staging);
    return abandoned.map(stagingPurpose);
  });
}

/** Removes installs that belong to nothing any more. Gives their folders. Throws LOCKED, ABORTED, CANNOT_CREATE, IO. */
export function removeStrays(store: PluginStore, options: StoreLockOptions = {}): Promise<readonly string[]> {
  return withStoreLock(store, options, async () => removeUnlisted(store));
}

/** Whether nobody is at it any more; then it is gone. */
function removeAbandoned(store: PluginStore, folder: string): boolean {
  const lock = lockOf(folder);
  if (lock === undefined) return false;
  if (lock === "none" && Date.now() - lstatSync(folder).mtimeMs < ABANDONED_MS) return false;
  restoreDev(store, folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (typeof lock === "object") closeSync(lock.descriptor);
  return true;
}

function lockOf(folder: string): ReturnType<typeof tryFolderLock> {
  try {
    return tryFolderLock(folder);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/**
 * Installs that neither the index lists nor a developer's command has set aside; where the index cannot be read all of them stay, since it
 * is made anew of them. Those of another home folder that shares the folder of plugins stay, too.
 */
function removeUnlisted(store: PluginStore): readonly string[] {
  let listed: ReadonlySet<string>;
  try {
    const setAside = unfinished(store).flatMap((name) => readBefore(join(store.staging, name))?.entry ?? []);
    const plugins = [...readInstalled(store.home).plugins, ...setAside];
    listed = new Set(plugins.map((plugin) => installFolder(store, plugin)));
  } catch {
    return [];
  }
  const unlisted = installsOnDisk(store.plugins).filter(({ folder }) => !listed.has(folder) && isOfHome(store, folder));
  for (const { folder } of unlisted) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    removeEmpty(dirname(folder));
  }
  return unlisted.map(({ folder }) => folder);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it.
  }
}
