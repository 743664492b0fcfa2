import { initGlobalRegistry, type PluginRegistry, type RegistryOptions } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "../plugins/built-in.ts";

/**
 * Makes the registry of this process, which knows all plugins that come with Hodu; once there is one, gives that. From then on models and
 * tensors are read, written and run by the plugins that are registered in it. Reads no configuration.
 *
 * @example
 * ```js
 * import { globalRegistry, initPluginSystem, PluginMetadata } from "hodu";
 *
 * initPluginSystem();
 * const registry = globalRegistry();
 * registry.register({
 *   manifest: new PluginMetadata("my_operator_plugin", "1.0.0").withCapability("Operators").build(),
 *   onLoad(context) {
 *     console.log(`Loading operator plugin: ${context.plugin}`);
 *     context.subscribe("TensorOp", (event) => console.log("Tensor op event:", event.op));
 *   },
 *   onUnload: () => console.log("Unloading operator plugin"),
 * });
 * await registry.initializeAll({ kind: "extension" });
 * await registry.publish({ type: "TensorOp", op: "Add" });
 * await registry.shutDown();
 * ```
 * ```text
 * Loading operator plugin: my_operator_plugin
 * Tensor op event: Add
 * Unloading operator plugin
 * ```
 */
export function initPluginSystem(options: RegistryOptions = {}): PluginRegistry {
  return initGlobalRegistry([FORMATS, ...BUNDLED_PLUGINS, INTERP], options);
}
