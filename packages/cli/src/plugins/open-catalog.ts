import { type ListedPlugin, makeCatalog, type PluginCatalog, type CatalogOptions } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "./built-in.ts";

export { pluginLabel } from "./plugin-label.ts";

/** All plugins that there are: what comes with Hodu, each as `watch` gives it. */
export function openCatalog(
  options?: CatalogOptions,
  watch: (plugin: ListedPlugin) => ListedPlugin = (plugin) => plugin,
): PluginCatalog {
  return makeCatalog([FORMATS, ...BUNDLED_PLUGINS, INTERP].map(watch), options);
}
