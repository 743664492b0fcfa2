import { type InstalledPlugin, type ListedPlugin, readInstalled } from "@hodu/plugin-host";
import type { Config } from "../config/config.ts";
import { discover, type Plugins, storeOf } from "../plugins/discover.ts";

/** All plugins, and what plugins.json says of those that are installed. */
export interface Known extends Plugins {
  /** By name. */
  readonly entries: ReadonlyMap<string, InstalledPlugin>;
  /** What is unusual about a plugin, by name: `in process`. */
  readonly states: ReadonlyMap<string, string>;
  /** Where a plugin is from, in a word or a path. */
  readonly sourceOf: (plugin: ListedPlugin) => string;
}

/** Looks for all plugins. Throws CONFIG. */
export async function readEntries(config: Config, environment: NodeJS.ProcessEnv = process.env): Promise<Known> {
  const store = storeOf(config, environment);
  const installed = store === undefined ? [] : readInstalled(store.home).plugins;
  const states = installed.flatMap(({ name, in_process }) =>
    in_process === true ? [[name, "in process"] as const] : [],
  );
  return {
    ...(await discover(config, environment)),
    entries: new Map(installed.map((entry) => [entry.name, entry])),
    states: new Map(states),
    sourceOf: ({ source, folder, origin }) => source ?? (folder === undefined ? origin : `${origin}:${folder}`),
  };
}
