import { join } from "node:path";
import type { InstalledPlugin } from "./installed-plugin.ts";

/** Where the installed plugins of a user are. */
export interface PluginStore {
  /** Folder of what Hodu keeps for the user. */
  readonly home: string;
  /** Folder of the plugins' folders. */
  readonly plugins: string;
  /** The index of what is installed: it alone says so. */
  readonly index: string;
  readonly lock: string;
  /** Folder of changes that are under way, on the plugins' file system. */
  readonly staging: string;
}

/** The store in a home folder; nothing is looked at. */
export function pluginStore(home: string, plugins = join(home, "plugins")): PluginStore {
  return {
    home,
    plugins,
    index: indexFile(home),
    lock: join(home, "plugins.lock"),
    staging: join(plugins, ".staging"),
  };
}

/** The index of a home folder. */
export const indexFile = (home: string): string => join(home, "plugins.json");

/** Folder of one install: of its package, the sources that it was made of, and its entry. An install never changes; another has another folder. */
export function installFolder({ plugins }: Pick<PluginStore, "plugins">, entry: InstallName): string {
  return join(plugins, entry.name, installName(entry));
}

/** The folder of an installed plugin's package, built and ready to load. */
export function packageFolder(store: Pick<PluginStore, "plugins">, entry: InstallName): string {
  return entry.folder ?? join(installFolder(store, entry), "package");
}

/** The folder of the sources that an installed plugin was made of. */
export function sourceFolder(store: Pick<PluginStore, "plugins">, entry: InstallName): string {
  return join(installFolder(store, entry), "source");
}

/** What tells one install of a plugin from another. */
export type InstallName = Pick<InstalledPlugin, "name" | "version" | "installed_at" | "folder">;

/** The last part of an install's folder, its version and time: `1.2.0-20260115103000000`. */
const installName = ({ version, installed_at }: InstallName): string =>
  `${version}-${new Date(installed_at).toISOString().replace(/\D/g, "")}`;

/** Whether a folder's name is that of an install. */
export const isInstallName = (name: string): boolean => /^\d+\.\d+\.\d+[0-9A-Za-z.+-]*-\d{17,}$/.test(name);

/** Where the entry of an install stands beside its package, so that a damaged index can be made anew. */
export const entryFile = (install: string): string => join(install, "entry.json");
