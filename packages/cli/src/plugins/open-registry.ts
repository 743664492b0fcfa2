import { crashesInFile, type ListedPlugin, PluginRegistry } from "@hodu/plugin-host";
import type { LogLevel } from "hodu-plugin-sdk";
import type { Config } from "../config/config.ts";
import { settingsOfPlugin } from "../config/settings-of-plugin.ts";
import type { Log } from "../logging/log.ts";
import { newStatus } from "../terminal/status.ts";
import { storeOf } from "./discover.ts";

export interface OpenRegistryOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Whether warnings are not printed. */
  readonly quiet: boolean;
  /** Whether crashes count toward quarantine, over all commands of the user; default: true. */
  readonly countsCrashes?: boolean;
}

/** A command's registry of these plugins: it loads each that is used once, with its settings, and none that crashed too often. */
export function openRegistry(plugins: readonly ListedPlugin[], options: OpenRegistryOptions): PluginRegistry {
  const { config, environment, countsCrashes = true } = options;
  const store = storeOf(config, environment);
  const registry = new PluginRegistry({
    log: tell(options),
    configOf: (plugin) => settingsOfPlugin(config, environment, plugin),
    ...(store !== undefined && countsCrashes && { crashes: crashesInFile(store) }),
  });
  for (const plugin of plugins) registry.register(plugin);
  return registry;
}

/** What plugins say beside their calls: it is logged, and warnings are printed unless the log stands there, too. */
function tell({ log, quiet }: OpenRegistryOptions): (plugin: string, level: LogLevel, message: string) => void {
  const status = newStatus(quiet ? "quiet" : "normal");
  return (plugin, level, message) => {
    log.write(plugin, level, message);
    const isUrgent = level === "error" || level === "warn";
    if (isUrgent && !(log.isOnTerminal && log.keeps(plugin, level))) status.warn(message);
  };
}
