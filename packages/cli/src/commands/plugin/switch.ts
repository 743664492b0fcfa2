import { HoduError } from "@hodu/core";
import {
  changeInstalled,
  crashesInFile,
  findPlugin,
  type InstalledPlugins,
  type ListedPlugin,
} from "@hodu/plugin-host";
import { type Config, openConfig } from "../../config/config.ts";
import { type Known, readEntries } from "../../plugin/known-plugins.ts";
import { requireStore } from "../../plugins/discover.ts";
import { openBus } from "../../plugins/open-bus.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin enable` and `disable`. */
export interface SwitchFlags {
  /** Disable those that require it, too. */
  readonly cascade?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin enable` and `disable`: whether a plugin is used. */
export async function switchPlugin(
  name: string,
  enabled: boolean,
  { cascade = false, json = false }: SwitchFlags,
): Promise<void> {
  const config = await openConfig();
  const known = await readEntries(config);
  const plugin = findPlugin([...known.plugins, ...known.disabled], name, enabled ? "enable" : "disable");
  const store = requireStore(config, process.env);
  const wasQuarantined = enabled && (await release(plugin, crashesInFile(store)));
  if (!wasQuarantined) refuseFixed(plugin, enabled, known);
  const switched = enabled ? [plugin] : await withDependents(plugin, known, cascade);
  const ids = switched.filter((one) => isSwitched(one, known)).map(({ manifest }) => manifest.id);
  if (ids.length > 0) await changeInstalled(store.home, (installed) => switchAll(installed, ids, enabled));
  if (!enabled) await tellOf(ids, known, config);
  if (json) return writeResult(`${escapeJson(JSON.stringify({ name: plugin.manifest.id, enabled, switched: ids }))}\n`);
  const status = newStatus("normal");
  for (const { manifest } of switched)
    status.line(enabled ? "Enabled" : "Disabled", `${manifest.id} ${manifest.version}`);
}

/** Says that plugins were disabled, to those that are still used. */
async function tellOf(ids: readonly string[], { plugins }: Known, config: Config): Promise<void> {
  const left = plugins.filter(({ manifest }) => !ids.includes(manifest.id));
  const registry = await openBus(left, { config, environment: process.env });
  for (const { manifest } of plugins.filter((one) => !left.includes(one))) {
    registry.emit({ type: "PluginDisabled", plugin: manifest.id, version: manifest.version });
  }
}

/** Forgets the crashes of a plugin; true when they kept it from being used. */
async function release({ manifest }: ListedPlugin, crashes: ReturnType<typeof crashesInFile>): Promise<boolean> {
  const isQuarantined = crashes.isQuarantined(manifest.id);
  await crashes.forget(manifest.id);
  return isQuarantined;
}

/** Whether it is in the lists of what is used: it is installed, or comes with Hodu. */
const isSwitched = ({ manifest, origin }: ListedPlugin, known: Known): boolean =>
  known.entries.has(manifest.id) || origin === "bundled";

function refuseFixed(plugin: ListedPlugin, enabled: boolean, known: Known): void {
  const { id } = plugin.manifest;
  if (plugin.origin === "builtin") {
    const what = enabled ? "enable" : "disable";
    throw new HoduError("BAD_USAGE", `Cannot ${what} "${id}": it is part of Hodu and always used, expected a plugin`, {
      hint: "hodu plugin list",
    });
  }
  if (isSwitched(plugin, known)) return;
  throw new HoduError(
    "BAD_USAGE",
    `Cannot ${enabled ? "enable" : "disable"} "${id}": it is not installed, but found in a folder`,
    { hint: `hodu plugin info ${id}` },
  );
}

/** The plugin, and those in use that require it, which `cascade` takes along. Throws PLUGIN_DEPENDENCY without it. */
async function withDependents(plugin: ListedPlugin, known: Known, cascade: boolean): Promise<readonly ListedPlugin[]> {
  const { dependentsOf } = await import("@hodu/plugin-host/resolve");
  const dependents = dependentsOf(plugin, known.plugins);
  const left = cascade ? dependents.filter((one) => !isSwitched(one, known)) : dependents;
  if (left.length === 0) return [...dependents, plugin];
  const { id } = plugin.manifest;
  const names = left.map(({ manifest }) => `"${manifest.id}"`).join(" and ");
  throw new HoduError(
    "PLUGIN_DEPENDENCY",
    `Cannot disable plugin "${id}": ${names} ${left.length === 1 ? "requires" : "require"} it, expected no other plugin to`,
    {
      hint: cascade ? `hodu plugin info ${left[0].manifest.id}` : `hodu plugin disable ${id} --cascade`,
      where: { plugin: id },
    },
  );
}

/** An installed plugin has it in its entry, one that comes with Hodu in the list of those that are off. */
function switchAll(installed: InstalledPlugins, ids: readonly string[], enabled: boolean): InstalledPlugins {
  const others = (installed.disabled ?? []).filter((one) => !ids.includes(one));
  const bundled = ids.filter((id) => !installed.plugins.some((entry) => entry.name === id));
  return {
    ...installed,
    plugins: installed.plugins.map((entry) => (ids.includes(entry.name) ? { ...entry, enabled } : entry)),
    disabled: enabled ? others : [...others, ...bundled],
  };
}
