import { formatsManifest, formatsPlugin, interpManifest, interpPlugin } from "@hodu/engine";
import { type BundledPlugin, makeRegistry, type PluginRegistry, type RegistryOptions } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";

/** Hodu's own formats are part of the engine: nothing takes their place. */
const FORMATS: BundledPlugin = { manifest: formatsManifest, import: async () => formatsPlugin, isBuiltIn: true };

/** So is the interpreter: a plugin like the others, at no cost to load. */
const INTERP: BundledPlugin = { manifest: interpManifest, import: async () => interpPlugin };

/** All plugins that there are: what comes with Hodu. */
export function openRegistry(options?: RegistryOptions): PluginRegistry {
  return makeRegistry([FORMATS, ...BUNDLED_PLUGINS, INTERP], options);
}

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`, or `builtin`. */
export function pluginLabel({ manifest, isBuiltIn }: Pick<BundledPlugin, "manifest" | "isBuiltIn">): string {
  return isBuiltIn ? "builtin" : `${manifest.id} ${manifest.version}`;
}
