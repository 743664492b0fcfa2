import { atEnd } from "../at-end.ts";
import { SILENT_LOG } from "../logging/log.ts";
import type { Config } from "../config/config.ts";
import { openRegistry } from "../plugins/open-registry.ts";
import { checkCache } from "./check-cache.ts";
import { checkConfig } from "./check-config.ts";
import { checkPlugin } from "./check-plugin.ts";
import { checkSystem } from "./check-system.ts";
import { eachAtMost } from "./each-at-most.ts";
import { findAll } from "./find-all.ts";
import type { Finding, Section } from "./finding.ts";
import { processor } from "./hardware.ts";
import { CONCURRENT_PLUGINS } from "./limits.ts";
import { listComponents } from "./list-components.ts";
import { mend } from "./mend.ts";

export interface ExamineOptions {
  /** Whether what can be mended safely is mended first. */
  readonly fix: boolean;
}

/** Looks at the machine, the plugins, the settings and the cache. Each look has a limit of time. */
export async function examine(
  environment: NodeJS.ProcessEnv,
  { fix }: ExamineOptions = { fix: false },
): Promise<readonly Section[]> {
  const system = checkSystem(environment);
  const { config, findings: settings } = await checkConfig(environment);
  const repairs = fix ? [{ title: "Repairs", findings: await mendUnless(settings, config, environment) }] : [];
  const all = await findAll(config, environment);
  const options = { config, environment, log: SILENT_LOG, quiet: true };
  // What is quarantined is told of before; who only looks at a plugin brings it no nearer to that.
  const registry = openRegistry(all.plugins, { ...options, countsCrashes: false });
  atEnd(() => registry.shutDown());
  const reports = await eachAtMost(CONCURRENT_PLUGINS, all.plugins, (plugin) => checkPlugin(plugin, all, registry));
  for (const found of [processor(), ...reports.flatMap(({ hardware }) => hardware)]) {
    registry.emit({ type: "HardwareDetected", ...found });
  }
  const health = reports.filter(({ plugin }) => plugin.origin !== "builtin").map(({ finding }) => finding);
  return [
    ...repairs,
    { title: "System", findings: await system },
    { title: "Backends", findings: listComponents("backend", reports, all.disabled) },
    { title: "Formats", findings: listComponents("format", reports, all.disabled) },
    { title: "Plugin Health", findings: [...health, ...all.findings] },
    { title: "Configuration", findings: settings },
    { title: "Cache", findings: await checkCache(config, environment) },
  ];
}

/** Where the plugins are is a setting: nothing is mended where it may not be what the user wants. */
async function mendUnless(
  settings: readonly Finding[],
  config: Config,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  if (settings.every(({ mark }) => mark !== "wrong")) return mend(config, environment);
  const text = "nothing is mended before the settings are, see Configuration";
  return [{ mark: "wrong", name: "settings", text }];
}
