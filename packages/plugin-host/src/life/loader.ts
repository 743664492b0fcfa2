import type { HoduError } from "@hodu/core";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { Machine } from "../resolve/machine.ts";
import { loadError } from "./life-errors.ts";
import type { Lives } from "./lives.ts";
import { loadFailure } from "./load-failure.ts";
import { LivingPlugin } from "./living-plugin.ts";
import type { PluginTable } from "./plugin-table.ts";
import { requirePlugins } from "./require-plugins.ts";

/** What became of plugins that were to be loaded: ids, and the errors of those that could not be. */
export interface InitializeReport {
  readonly loaded: readonly string[];
  readonly failed: ReadonlyMap<string, HoduError>;
}

export interface LoaderOptions {
  readonly table: PluginTable;
  readonly lives: Lives;
  readonly machine: Machine | undefined;
  readonly report: (plugin: string, error: HoduError, isTold: boolean) => void;
}

/** Loads plugins when what they require was found. */
export class Loader {
  readonly #options: LoaderOptions;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  async load(plugin: LivingPlugin): Promise<LoadedPlugin> {
    const { table, machine } = this.#options;
    const failures = await requirePlugins([plugin], table.all, machine);
    return this.#loadUnless(failures.get(plugin), plugin);
  }

  /** One that fails stops only those that require it. */
  async loadAll(wanted: readonly LivingPlugin[]): Promise<InitializeReport> {
    const { table, machine } = this.#options;
    const failed = new Map<string, HoduError>();
    const failures = await requirePlugins(wanted, table.all, machine);
    const load = async (plugin: LivingPlugin): Promise<void> => {
      try {
        await this.#loadUnless(failures.get(plugin), plugin);
      } catch (error) {
        failed.set(plugin.id, loadError(error, plugin.id));
      }
    };
    await Promise.all(wanted.map(load));
    return { loaded: wanted.flatMap(({ id }) => (failed.has(id) ? [] : [id])), failed };
  }

  /** Puts a newer build in the place of the one in use, with what that requires; one that is not in use is loaded as it is now. */
  async reload(plugin: LivingPlugin, newer: ListedPlugin = plugin.listed): Promise<void> {
    if (plugin.life === undefined && plugin.loading === undefined) {
      plugin.relist(newer);
      await this.load(plugin);
      return;
    }
    const { requires } = plugin;
    if (newer !== plugin.listed) plugin.requires = await this.#loadRequired(plugin, newer);
    try {
      await this.#options.lives.reload(plugin, newer);
    } catch (error) {
      plugin.requires = requires;
      throw error;
    }
  }

  async #loadUnless(failure: HoduError | undefined, plugin: LivingPlugin): Promise<LoadedPlugin> {
    if (failure === undefined) return this.#options.lives.load(plugin);
    this.#options.report(plugin.id, failure, true);
    throw failure.code === "PLUGIN_INCOMPATIBLE" ? loadFailure(failure, plugin.listed) : failure;
  }

  /** Loads what a newer build of a plugin requires. */
  async #loadRequired(plugin: LivingPlugin, newer: ListedPlugin): Promise<readonly LivingPlugin[]> {
    const { table, lives, machine } = this.#options;
    const next = new LivingPlugin(newer);
    const others = table.all.filter((one) => one !== plugin);
    const failure = (await requirePlugins([next], [...others, next], machine)).get(next);
    if (failure !== undefined) throw failure;
    await Promise.all(next.requires.map((required) => lives.load(required)));
    return next.requires;
  }
}
