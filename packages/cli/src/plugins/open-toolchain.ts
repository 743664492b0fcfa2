import type { PluginCatalog } from "@hodu/plugin-host";
import type { EventSink } from "hodu-plugin-sdk";
import { type Config, openConfig } from "../config/config.ts";
import { keepFailures } from "../logging/failures.ts";
import { logFormats, logStage } from "../logging/log-choices.ts";
import { type Log, SILENT_LOG } from "../logging/log.ts";
import { openLog } from "../logging/open-log.ts";
import { watchPlugin } from "../logging/watch-plugin.ts";
import { openCatalog } from "./open-catalog.ts";

/** What a command works with. */
export interface Toolchain {
  readonly config: Config;
  readonly log: Log;
  readonly catalog: PluginCatalog;
  /** Where the engine's events are logged. */
  readonly events: EventSink;
}

/** Reads the configuration, opens the log, and lists the plugins as the settings want them. Throws CONFIG. */
export async function openToolchain(environment: NodeJS.ProcessEnv = process.env): Promise<Toolchain> {
  const config = await openConfig(environment);
  const log = await openLog(config, environment);
  keepFailures(log);
  const overrides = config.get("formats").value;
  if (log === SILENT_LOG) return { config, log, catalog: openCatalog({ overrides }), events: () => {} };
  const catalog = openCatalog({ overrides }, (plugin) => watchPlugin(plugin, log));
  return { config, log, catalog: logFormats(catalog, overrides, log), events: (event) => logStage(event, log) };
}
