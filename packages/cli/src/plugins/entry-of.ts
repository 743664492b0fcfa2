import type { InstalledPlugin, ListedPlugin } from "@hodu/plugin-host";

/** What plugins.json says of a plugin, by name; undefined for one that was found elsewhere, though one of its name may be installed. */
export function entryOf(
  entries: ReadonlyMap<string, InstalledPlugin>,
  { origin, manifest }: ListedPlugin,
): InstalledPlugin | undefined {
  return origin === "user" ? entries.get(manifest.id) : undefined;
}
