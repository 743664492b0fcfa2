import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { HoduError } from "@hodu/core";
import {
  type Discovery,
  discoverPlugins,
  hasUnfinished,
  type InstalledPlugin,
  type ListedPlugin,
  type PluginOrigin,
  listInstalled,
  pluginStore,
  type PluginStore,
  PROJECT_FOLDERS,
  readInstalled,
  readTrusted,
} from "@hodu/plugin-host";
import type { Config } from "../config/config.ts";
import { expandHome, hoduHome } from "../config/hodu-home.ts";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "./built-in.ts";

/** All plugins that there are, those included that are not to be used. */
export interface Plugins extends Discovery {
  readonly disabled: readonly ListedPlugin[];
  /** What plugins.json says of those that are installed. */
  readonly installed: readonly InstalledPlugin[];
  /** Where was looked, in that order. */
  readonly places: readonly Place[];
  /** How long it took. */
  readonly milliseconds: number;
}

/** A place that was looked at. */
export interface Place {
  /** `--plugin-path`. */
  readonly name: string;
  /** undefined: Hodu itself. */
  readonly folder: string | undefined;
  /** Of the plugins that are found there. */
  readonly origins: readonly PluginOrigin[];
}

/** Looks for plugins in all places. Throws CONFIG for a damaged list of what is installed or trusted. */
export async function discover(config: Config, environment: NodeJS.ProcessEnv): Promise<Plugins> {
  const start = Date.now();
  const store = storeOf(config, environment);
  if (store !== undefined && hasUnfinished(store))
    await (await import("../plugin/repair-plugins.ts")).repairPlugins(store);
  const { plugins: entries, disabled: off = [] } = store === undefined ? { plugins: [] } : readInstalled(store.home);
  const isOff = new Set([...off, ...entries.filter(({ enabled }) => !enabled).map(({ name }) => name)]);
  const found = await discoverPlugins(
    {
      named: namedFolders(environment),
      project: process.cwd(),
      trusted: store === undefined ? new Set() : readTrusted(trustFile(store)),
      index: store && join(store.home, "plugin-index.json"),
    },
    store === undefined ? [] : entries.map((entry) => listInstalled(store, entry)),
    [FORMATS, ...BUNDLED_PLUGINS, INTERP],
  );
  const isUsed = ({ manifest }: ListedPlugin): boolean => !isOff.has(manifest.id);
  return {
    ...found,
    installed: entries,
    plugins: found.plugins.filter(isUsed),
    disabled: found.plugins.filter((plugin) => !isUsed(plugin)),
    places: placesOf(environment, store),
    milliseconds: Date.now() - start,
  };
}

function placesOf(environment: NodeJS.ProcessEnv, store: PluginStore | undefined): readonly Place[] {
  const project = PROJECT_FOLDERS.map(({ name }) => resolve(name)).filter((folder) => existsSync(folder));
  return [
    ...namedFolders(environment).map((folder) => ({ name: "--plugin-path", folder, origins: ["path"] }) as const),
    ...project.map((folder) => ({ name: "project", folder, origins: ["project"] }) as const),
    ...(store === undefined ? [] : [{ name: "user", folder: store.plugins, origins: ["user"] } as const]),
    { name: "bundled", folder: undefined, origins: ["bundled", "builtin"] },
  ];
}

/** Where the plugins of the user are installed; undefined where there is no home folder. */
export function storeOf(config: Config, environment: NodeJS.ProcessEnv): PluginStore | undefined {
  const home = hoduHome(environment);
  if (home === undefined) return undefined;
  const moved = config.get("plugins_dir").value;
  return pluginStore(home, moved === undefined ? undefined : resolve(home, expandHome(moved)));
}

/** The same where it is needed. Throws CONFIG. */
export function requireStore(config: Config, environment: NodeJS.ProcessEnv): PluginStore {
  const store = storeOf(config, environment);
  if (store !== undefined) return store;
  throw new HoduError("CONFIG", "Cannot tell where plugins are installed: found no home folder, expected one", {
    hint: "HODU_HOME=/path/to/folder hodu plugin list",
  });
}

/** The file that lists the project folders which the user trusts. */
export const trustFile = ({ home }: PluginStore): string => join(home, "trusted.json");

/** Those of --plugin-path, which main puts in front of the variable, then those of the variable. */
function namedFolders({ HODU_PLUGIN_PATH = "" }: NodeJS.ProcessEnv): readonly string[] {
  return HODU_PLUGIN_PATH.split(delimiter).flatMap((folder) => (folder === "" ? [] : [resolve(expandHome(folder))]));
}
