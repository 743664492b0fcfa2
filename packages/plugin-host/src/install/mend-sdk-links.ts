import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import { packageFolder, type PluginStore } from "../store/plugin-store.ts";
import { linkSdk, sdkLink } from "./link-sdk.ts";

/** Whether an installed plugin finds no SDK: the link to it is gone, or leads nowhere. One that is used in its own folder has its author's. */
export function lacksSdkLink(store: PluginStore, entry: InstalledPlugin): boolean {
  const folder = packageFolder(store, entry);
  return entry.folder === undefined && existsSync(folder) && !existsSync(join(sdkLink(folder), "package.json"));
}

/** Links this Hodu's SDK for those installed plugins that find none. Gives them. Throws CANNOT_CREATE, IO. */
export function mendSdkLinks(store: PluginStore, entries: readonly InstalledPlugin[]): readonly InstalledPlugin[] {
  const broken = entries.filter((entry) => lacksSdkLink(store, entry));
  for (const entry of broken) linkSdk(packageFolder(store, entry));
  return broken;
}
