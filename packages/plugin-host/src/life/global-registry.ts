import { HoduError } from "@hodu/core";
import type { ListedPlugin } from "../listed-plugin.ts";
import { PluginRegistry } from "./plugin-registry.ts";
import type { RegistryOptions } from "./registry-options.ts";

let current: PluginRegistry | undefined;

/** Makes the registry of this process, with some plugins in it; once there is one, that. */
export function initGlobalRegistry(plugins: readonly ListedPlugin[], options: RegistryOptions = {}): PluginRegistry {
  if (current !== undefined) return current;
  const registry = new PluginRegistry(options);
  for (const plugin of plugins) registry.register(plugin);
  current = registry;
  return registry;
}

/** The registry of this process. Throws BAD_USAGE before `initPluginSystem`. */
export function globalRegistry(): PluginRegistry {
  if (current !== undefined) return current;
  throw new HoduError("BAD_USAGE", "Cannot use the plugins: found no registry, expected that it was made before", {
    hint: "initPluginSystem()",
  });
}

/** Whether this process has a registry. */
export const hasGlobalRegistry = (): boolean => current !== undefined;

/** Unloads all plugins of this process's registry and forgets it; nothing where there is none. */
export async function endPluginSystem(): Promise<void> {
  const ended = current;
  current = undefined;
  await ended?.shutDown();
}
