import { HoduError } from "@hodu/core";
import type { BrokenPlugin } from "../discovery/discover-plugins.ts";
import { brokenError } from "../discovery/broken-error.ts";
import { listFolder } from "../list-folder.ts";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { LoadIntoReport } from "./load-into-report.ts";
import type { PluginHandle } from "./living-plugin.ts";
import type { PluginRegistry } from "./plugin-registry.ts";

export interface DynamicPluginLoaderOptions {
  /** Import their modules into this process, with all rights that it has; default: each runs in a process of its own. */
  readonly inProcess?: boolean;
}

/**
 * Registers the plugins in a folder: packages whose package.json has the key `hodu`, in it or below it.
 *
 * @example
 * ```js
 * import { DynamicPluginLoader, PluginRegistry } from "hodu";
 *
 * const registry = new PluginRegistry();
 * const { registered, broken } = await new DynamicPluginLoader().loadInto("./my-plugins", registry);
 * console.log(registered.length, broken.length);
 * ```
 * ```text
 * 0 0
 * ```
 */
export class DynamicPluginLoader {
  readonly #inProcess: boolean;

  constructor({ inProcess = false }: DynamicPluginLoaderOptions = {}) {
    this.#inProcess = inProcess;
  }

  /** Registers what is there. One that is broken, or cannot be registered, is told of (PluginFailed) and stops no other. */
  async loadInto(folder: string, registry: PluginRegistry): Promise<LoadIntoReport> {
    const { discoverPlugins } = await import("../discovery/discover-plugins.ts");
    const places = { named: [folder], project: undefined, trusted: new Set<string>(), index: undefined };
    const found = await discoverPlugins(places, [], []);
    const broken = [...found.broken];
    const registered = found.plugins.flatMap((plugin) => this.#register(plugin, registry, broken));
    for (const one of broken) registry.report(one.folder, brokenError(one));
    return { registered, broken };
  }

  #register(plugin: ListedPlugin, registry: PluginRegistry, broken: BrokenPlugin[]): readonly PluginHandle[] {
    const { manifest, origin, folder = "" } = plugin;
    try {
      const wanted = this.#inProcess ? listFolder({ manifest, origin, folder, inProcess: true }) : plugin;
      return [registry.register(wanted)];
    } catch (error) {
      if (!(error instanceof HoduError)) throw error;
      broken.push({ folder, origin, error });
      return [];
    }
  }
}
