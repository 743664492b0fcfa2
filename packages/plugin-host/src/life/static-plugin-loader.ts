import type { KnownPlugin } from "hodu-plugin-sdk";
import type { LoadIntoReport } from "./load-into-report.ts";
import type { PluginRegistry } from "./plugin-registry.ts";

/**
 * Registers plugins that a program brings along.
 *
 * @example
 * ```js
 * import { PluginMetadata, PluginRegistry, StaticPluginLoader } from "hodu";
 *
 * const createPlugins = () => [{ manifest: new PluginMetadata("hello", "1.0.0").build() }];
 * const registry = new PluginRegistry();
 * await new StaticPluginLoader(createPlugins).loadInto(".", registry);
 * console.log(registry.find("hello").state);
 * ```
 * ```text
 * validated
 * ```
 */
export class StaticPluginLoader {
  readonly #createPlugins: () => readonly KnownPlugin[];

  constructor(createPlugins: () => readonly KnownPlugin[]) {
    this.#createPlugins = createPlugins;
  }

  /** Registers what the program brings. The folder has no say: it is there for loaders to be alike. Throws as `register`. */
  async loadInto(_folder: string, registry: PluginRegistry): Promise<LoadIntoReport> {
    return { registered: this.#createPlugins().map((plugin) => registry.register(plugin)), broken: [] };
  }
}
