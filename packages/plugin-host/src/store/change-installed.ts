import type { InstalledPlugins } from "./installed-plugin.ts";
import { parseInstalled, readInstalled } from "./read-installed.ts";
import { indexFile, pluginStore } from "./plugin-store.ts";
import { type StoreLockOptions, withStoreLock } from "./store-lock.ts";
import { writeDurably } from "./write-durably.ts";

/**
 * Changes what plugins.json says while no other command does: `change` gets what it says then and gives what it shall say.
 * Throws what `readInstalled` and `withStoreLock` throw, and what `change` throws; then nothing has changed.
 */
export function changeInstalled(
  home: string,
  change: (installed: InstalledPlugins) => InstalledPlugins,
  options: StoreLockOptions = {},
): Promise<InstalledPlugins> {
  return withStoreLock(pluginStore(home), options, async () => {
    const before = readInstalled(home);
    const after = change(before);
    if (after !== before) writeInstalled(home, after);
    return after;
  });
}

/** Writes plugins.json, for who holds the store's lock. What could not be read again is not written. Throws CONFIG, CANNOT_CREATE, IO. */
export function writeInstalled(home: string, installed: InstalledPlugins): void {
  const file = indexFile(home);
  const text = `${JSON.stringify(installed, null, 2)}\n`;
  parseInstalled(file, Buffer.from(text));
  writeDurably(file, text);
}
