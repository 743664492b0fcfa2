import { crashesInFile, type InstalledPlugin, type ListedPlugin } from "@hodu/plugin-host";
import type { Config } from "../config/config.ts";
import { discover, type Plugins, storeOf } from "../plugins/discover.ts";

/** All plugins, and what plugins.json says of those that are installed. */
export interface Known extends Plugins {
  /** By name. */
  readonly entries: ReadonlyMap<string, InstalledPlugin>;
  /** What is unusual about a plugin, by name: `in process`, or that it crashed too often: `quarantined`. */
  readonly states: ReadonlyMap<string, string>;
  /** Where a plugin is from, in a word or a path. */
  readonly sourceOf: (plugin: ListedPlugin) => string;
}

/** Looks for all plugins. Throws CONFIG. */
export async function readEntries(config: Config, environment: NodeJS.ProcessEnv = process.env): Promise<Known> {
  const store = storeOf(config, environment);
  const plugins = await discover(config, environment);
  const { installed } = plugins;
  const inProcess = installed.filter(({ in_process }) => in_process === true);
  const quarantined = store === undefined ? [] : crashesInFile(store).quarantined();
  return {
    ...plugins,
    entries: new Map(installed.map((entry) => [entry.name, entry])),
    states: new Map([
      ...inProcess.map(({ name }) => [name, "in process"] as const),
      ...quarantined.map((name) => [name, "quarantined"] as const),
    ]),
    sourceOf: (plugin) => plugin.source ?? placeOf(plugin),
  };
}

const placeOf = ({ folder, origin }: ListedPlugin): string => (folder === undefined ? origin : `${origin}:${folder}`);
