import { HoduError, quote } from "@hodu/core";
import type { KnownPlugin, Manifest } from "hodu-plugin-sdk";
import { type ListedPlugin, listInProcess } from "../listed-plugin.ts";

const LISTED = new WeakMap<KnownPlugin, ListedPlugin>();

/** A plugin as it is listed; the same plugin gives the same. One that is given as an object is used in this process. Throws BAD_PLUGIN. */
export function toListed(plugin: KnownPlugin | ListedPlugin): ListedPlugin {
  checkManifest(plugin.manifest);
  if ("load" in plugin) return plugin;
  const listed = LISTED.get(plugin) ?? listInProcess(plugin.manifest, "path", async () => plugin);
  LISTED.set(plugin, listed);
  return listed;
}

/** As far as a registry needs it: the rules of manifests are for files. */
function checkManifest(manifest: Manifest | undefined): void {
  const isText = (text: unknown): boolean => typeof text === "string" && text !== "";
  const { id, version, sdk, components } = manifest ?? {};
  if (isText(id) && isText(version) && isText(sdk) && Array.isArray(components)) return;
  throw new HoduError(
    "BAD_PLUGIN",
    `Cannot register plugin ${quote(isText(id) ? id! : "")}: found no manifest, expected one with id, version, sdk and components`,
    { hint: 'new PluginMetadata("my-plugin", "1.0.0").build()' },
  );
}
