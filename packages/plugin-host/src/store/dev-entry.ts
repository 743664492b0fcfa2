import { existsSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { writeInstalled } from "./change-installed.ts";
import { checkEntry } from "./check-entry.ts";
import type { InstalledPlugin, InstalledPlugins } from "./installed-plugin.ts";
import type { PluginStore } from "./plugin-store.ts";
import { readInstalled } from "./read-installed.ts";
import type { Staging } from "./staging.ts";
import { withStoreLock } from "./store-lock.ts";
import { writeDurably } from "./write-durably.ts";

/** What stood in plugins.json before a plugin under development: it is put back when that ends, or was killed. */
const beforeFile = (folder: string): string => join(folder, "before.json");

/**
 * Makes a built folder of the staging the plugin of its name, for all commands. Throws BAD_USAGE when another developer's command has that
 * plugin, LOCKED, CONFIG, CANNOT_CREATE, IO.
 */
export function enterDev(store: PluginStore, staging: Staging, entry: InstalledPlugin): Promise<void> {
  return withStoreLock(store, {}, async () => {
    const installed = readInstalled(store.home);
    const current = installed.plugins.find(({ name }) => name === entry.name);
    if (current === undefined || !isIn(staging.folder, current)) {
      if (current?.folder !== undefined && existsSync(current.folder)) throw inUse(current);
      writeDurably(beforeFile(staging.folder), `${JSON.stringify({ name: entry.name, entry: current ?? null })}\n`);
    }
    writeInstalled(store.home, withEntry(installed, entry.name, entry));
  });
}

/** Puts back what was before. Throws LOCKED, CONFIG, IO. */
export function leaveDev(store: PluginStore, staging: Staging): Promise<void> {
  return withStoreLock(store, {}, async () => restoreDev(store, staging.folder));
}

/** The same for who holds the store's lock and finds the folder of a command that was killed. */
export function restoreDev(store: Pick<PluginStore, "home">, folder: string): void {
  const before = readBefore(folder);
  if (before === undefined) return;
  const { name, entry } = before;
  const installed = readInstalled(store.home);
  const current = installed.plugins.find((one) => one.name === name);
  if (current === undefined || !isIn(folder, current)) return;
  writeInstalled(store.home, withEntry(installed, name, entry));
}

/** What the developer's command of a folder has set aside; undefined where there is none. Throws CONFIG. */
export function readBefore(
  folder: string,
): { readonly name: string; readonly entry: InstalledPlugin | undefined } | undefined {
  const file = beforeFile(folder);
  if (!existsSync(file)) return undefined;
  const { name, entry } = JSON.parse(readFileSync(file, "utf8")) as { readonly name: string; readonly entry: unknown };
  return { name, entry: entry === null ? undefined : checkEntry(file, "entry", entry) };
}

const isIn = (folder: string, { folder: own }: InstalledPlugin): boolean => own?.startsWith(folder + sep) === true;

/** In the place of the one of that name, or without it. */
function withEntry(installed: InstalledPlugins, name: string, entry: InstalledPlugin | undefined): InstalledPlugins {
  const { plugins } = installed;
  const isKnown = plugins.some((one) => one.name === name);
  const own = entry === undefined ? [] : [entry];
  return {
    ...installed,
    plugins: isKnown ? plugins.flatMap((one) => (one.name === name ? own : [one])) : [...plugins, ...own],
  };
}

function inUse({ name, source }: InstalledPlugin): HoduError {
  return new HoduError(
    "BAD_USAGE",
    `Cannot develop plugin ${quote(name)}: another command does so, from ${quote(source)}, expected one at a time`,
    { hint: `hodu plugin info ${name}`, where: { plugin: name } },
  );
}
