import type { ListedPlugin, PluginRegistry } from "@hodu/plugin-host";
import { atEnd } from "../at-end.ts";
import type { Config } from "../config/config.ts";
import { openLog } from "../logging/open-log.ts";
import { openRegistry } from "./open-registry.ts";

export interface OpenBusOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  /** The id of the plugin that the command works on: it is known, but not loaded. */
  readonly except?: string | undefined;
}

/** The registry of a command that changes plugins: those that only listen are loaded, and hear of it. One that fails is a warning. */
export async function openBus(
  plugins: readonly ListedPlugin[],
  { config, environment, except }: OpenBusOptions,
): Promise<PluginRegistry> {
  const log = await openLog(config, environment);
  const registry = openRegistry(plugins, { config, environment, log, quiet: false });
  atEnd(() => registry.shutDown());
  await registry.initializeAll({ kind: "extension", ...(except !== undefined && { except }) });
  return registry;
}
