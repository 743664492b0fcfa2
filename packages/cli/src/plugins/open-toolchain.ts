import { makeCatalog, type PluginCatalog } from "@hodu/plugin-host";
import type { EventSink } from "hodu-plugin-sdk";
import { type Config, openConfig } from "../config/config.ts";
import { keepFailures } from "../logging/failures.ts";
import { logFormats, logStage } from "../logging/log-choices.ts";
import { type Log, SILENT_LOG } from "../logging/log.ts";
import { openLog } from "../logging/open-log.ts";
import { watchPlugin } from "../logging/watch-plugin.ts";
import { discover } from "./discover.ts";

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
  const { plugins } = await discover(config, environment);
  if (log === SILENT_LOG) return { config, log, catalog: makeCatalog(plugins, { overrides }), events: () => {} };
  const catalog = makeCatalog(
    plugins.map((plugin) => watchPlugin(plugin, log)),
    { overrides },
  );
  return { config, log, catalog: logFormats(catalog, overrides, log), events: (event) => logStage(event, log) };
}
