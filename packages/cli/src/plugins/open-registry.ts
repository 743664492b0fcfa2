import { type BundledPlugin, makeRegistry, type PluginRegistry, type RegistryOptions } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "./built-in.ts";

/** All plugins that there are: what comes with Hodu. */
export function openRegistry(options?: RegistryOptions): PluginRegistry {
  return makeRegistry([FORMATS, ...BUNDLED_PLUGINS, INTERP], options);
}

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`, or `builtin`. */
export function pluginLabel({ manifest, isBuiltIn }: Pick<BundledPlugin, "manifest" | "isBuiltIn">): string {
  return isBuiltIn ? "builtin" : `${manifest.id} ${manifest.version}`;
}
