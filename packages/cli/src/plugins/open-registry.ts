import { type ListedPlugin, makeRegistry, type PluginRegistry, type RegistryOptions } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "./built-in.ts";

export { pluginLabel } from "./plugin-label.ts";

/** All plugins that there are: what comes with Hodu, each as `watch` gives it. */
export function openRegistry(
  options?: RegistryOptions,
  watch: (plugin: ListedPlugin) => ListedPlugin = (plugin) => plugin,
): PluginRegistry {
  return makeRegistry([FORMATS, ...BUNDLED_PLUGINS, INTERP].map(watch), options);
}
