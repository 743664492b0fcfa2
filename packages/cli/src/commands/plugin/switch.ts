import { HoduError } from "@hodu/core";
import { changeInstalled, findPlugin, type InstalledPlugins } from "@hodu/plugin-host";
import { openConfig } from "../../config/config.ts";
import { readEntries } from "../../plugin/known-plugins.ts";
import { requireStore } from "../../plugins/discover.ts";
import { escapeJson } from "../../terminal/escape.ts";
import { newStatus } from "../../terminal/status.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin enable` and `disable`. */
export interface SwitchFlags {
  readonly json?: boolean;
}

/** `hodu plugin enable` and `disable`: whether a plugin is used. */
export async function switchPlugin(name: string, enabled: boolean, { json = false }: SwitchFlags): Promise<void> {
  const config = await openConfig();
  const known = await readEntries(config);
  const { manifest, origin } = findPlugin([...known.plugins, ...known.disabled], name, enabled ? "enable" : "disable");
  if (origin === "builtin") {
    throw new HoduError("BAD_USAGE", `Cannot disable "${manifest.id}": it is part of Hodu, expected a plugin`);
  }
  if (!known.entries.has(manifest.id) && origin !== "bundled") {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot ${enabled ? "enable" : "disable"} "${manifest.id}": it is not installed, but found in a folder`,
      {
        hint: "hodu plugin info " + manifest.id,
      },
    );
  }
  await changeInstalled(requireStore(config, process.env).home, (installed) =>
    switched(installed, manifest.id, enabled),
  );
  if (json) return writeResult(`${escapeJson(JSON.stringify({ name: manifest.id, enabled }))}\n`);
  newStatus("normal").line(enabled ? "Enabled" : "Disabled", `${manifest.id} ${manifest.version}`);
}

/** An installed plugin has it in its entry, one that comes with Hodu in the list of those that are off. */
function switched(installed: InstalledPlugins, name: string, enabled: boolean): InstalledPlugins {
  const others = (installed.disabled ?? []).filter((one) => one !== name);
  const isInstalled = installed.plugins.some((entry) => entry.name === name);
  return {
    ...installed,
    plugins: installed.plugins.map((entry) => (entry.name === name ? { ...entry, enabled } : entry)),
    disabled: enabled || isInstalled ? others : [...others, name],
  };
}
