import { brokenError, makeCatalog, type PluginCatalog, type PluginRegistry } from "@hodu/plugin-host";
import type { EventSink } from "hodu-plugin-sdk";
import { atEnd } from "../at-end.ts";
import { type Config, openConfig } from "../config/config.ts";
import { keepFailures } from "../logging/failures.ts";
import { logFormats, logStage } from "../logging/log-choices.ts";
import { type Log, SILENT_LOG } from "../logging/log.ts";
import { openLog } from "../logging/open-log.ts";
import { watchPlugin } from "../logging/watch-plugin.ts";
import { strictStatus } from "../run/strict-status.ts";
import { adviseBy } from "../terminal/advice.ts";
import { newStatus } from "../terminal/status.ts";
import { discover } from "./discover.ts";
import { openRegistry } from "./open-registry.ts";

/** What a command works with. */
export interface Toolchain {
  readonly config: Config;
  readonly log: Log;
  /** The plugins that are used; a plugin is loaded through the registry. */
  readonly catalog: PluginCatalog;
  readonly registry: PluginRegistry;
  /** Where the engine's events go: to the log, and to plugins that listen. */
  readonly events: EventSink;
}

export interface ToolchainOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether warnings of plugins are not printed. */
  readonly quiet?: boolean | undefined;
  /** Whether is told where plugins were looked for. */
  readonly verbose?: boolean | undefined;
  /** Whether a plugin that is broken or cannot be loaded ends the command (POLICY). */
  readonly strict?: boolean | undefined;
}

/**
 * Reads the configuration, opens the log, lists the plugins as the settings want them, and loads those that only listen and serve others.
 * All are unloaded when the command ends. Throws CONFIG; POLICY where `strict` wants it.
 */
export async function openToolchain({
  environment = process.env,
  quiet = false,
  verbose = false,
  strict = false,
}: ToolchainOptions = {}): Promise<Toolchain> {
  const config = await openConfig(environment);
  const log = await openLog(config, environment);
  keepFailures(log);
  const overrides = config.get("formats").value;
  const found = await discover(config, environment);
  const { plugins, broken, disabled } = found;
  const isLogged = log !== SILENT_LOG;
  if (verbose || log.keeps("host", "debug")) {
    (await import("../logging/log-discovery.ts")).logDiscovery(found, log, verbose);
  }
  const watched = isLogged ? plugins.map((plugin) => watchPlugin(plugin, log)) : plugins;
  const registry = openRegistry(watched, { config, environment, log, quiet: quiet || strict });
  const catalog = makeCatalog(registry.plugins, { overrides, disabled });
  adviseBy(async (error) => (await import("./advise-on-crash.ts")).adviseOnCrash(error, catalog));
  atEnd(() => registry.shutDown());
  const errors = broken.map(brokenError);
  errors.forEach((error, i) => registry.report(broken[i].folder, error));
  const { failed } = await registry.initializeAll({ kind: "extension" });
  const [failure] = [...errors, ...failed.values()];
  if (strict && failure !== undefined) strictStatus(newStatus("quiet")).warn(failure.message);
  if (!isLogged) return { config, log, registry, catalog, events: registry.emit };
  const events: EventSink = (event) => {
    logStage(event, log);
    registry.emit(event);
  };
  return { config, log, registry, catalog: logFormats(catalog, overrides, log), events };
}
