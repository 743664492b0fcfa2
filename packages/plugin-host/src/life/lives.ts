import type { HoduError } from "@hodu/core";
import type { EventSink } from "hodu-plugin-sdk";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { CrashRecord } from "./crash-record.ts";
import { loadError, requiredFailed, shutDown, stillNeeded } from "./life-errors.ts";
import { DRAIN_TIMEOUT_MS } from "./limits.ts";
import type { Life, LivingPlugin } from "./living-plugin.ts";
import { noteFailure, refuseUnwanted } from "./note-failure.ts";
import type { Surroundings } from "./open-scope.ts";
import { PluginsInUse } from "./plugins-in-use.ts";
import { endLife, startLife } from "./start-life.ts";
import { Turns } from "./turns.ts";

export interface LivesOptions {
  readonly around: Surroundings;
  readonly crashes: CrashRecord;
  /** Told of what failed. `isTold`: a call throws it as well. */
  readonly report: (plugin: string, error: HoduError, isTold: boolean) => void;
  /** Delivers an event without a wait for those who listen. */
  readonly emit: EventSink;
}

/** Loads and unloads plugins, one transition at a time for each. Events are published when a transition is over. */
export class Lives {
  readonly #turns = new Turns();
  readonly #options: LivesOptions;
  readonly #inUse = new PluginsInUse();
  /** Ends of lives that a newer one has taken the place of. */
  readonly #leaving = new Set<Promise<void>>();

  /** Resolves when nothing is waited for any more. */
  readonly #over: Promise<void>;
  #hurry: () => void = () => {};
  #isOver = false;

  constructor(options: LivesOptions) {
    this.#options = options;
    this.#over = new Promise((resolve) => {
      this.#hurry = resolve;
    });
  }

  /** Loads what it requires, then the plugin, unless it is in use; whoever wants it meanwhile shares that. */
  async load(plugin: LivingPlugin): Promise<LoadedPlugin> {
    if (plugin.life !== undefined && plugin.state === "active") return plugin.life.plugin;
    this.#turns.refuseWithin(plugin, plugin.id, "load");
    if (plugin.loading !== undefined) return plugin.loading;
    if (this.#isOver) throw shutDown(plugin.id);
    plugin.loading = this.#loadAfterRequired(plugin);
    this.#inUse.begin(plugin);
    let loaded: LoadedPlugin;
    try {
      loaded = await plugin.loading;
    } catch (error) {
      const thrown = loadError(error, plugin.id);
      const { error: failure = thrown } = plugin;
      // A crash too many is thrown as the crash that it is.
      this.#options.report(plugin.id, failure, failure.code === thrown.code);
      throw error;
    } finally {
      plugin.loading = undefined;
      this.#inUse.settle(plugin);
    }
    this.#tell("PluginLoaded", plugin);
    return loaded;
  }

  /** Unloads plugins, each after those that require it. */
  async unload(plugins: readonly LivingPlugin[], drainTimeout = DRAIN_TIMEOUT_MS): Promise<void> {
    for (const plugin of plugins) this.#turns.refuseWithin(plugin, plugin.id, "unload");
    const ends = new Map<LivingPlugin, Promise<void>>();
    for (const plugin of this.#inUse.inOrderOfEnd(plugins)) {
      const before = [...ends].flatMap(([other, end]) => (other.requires.includes(plugin) ? [end] : []));
      ends.set(plugin, this.#endAfter(before, plugin, drainTimeout));
    }
    await Promise.all(ends.values());
  }

  /** Puts a new life in the place of the old one, whose calls end as they are. A new one that fails leaves the old one in use. */
  async reload(plugin: LivingPlugin, listed: ListedPlugin): Promise<void> {
    const isReplaced = await this.#turns.take(plugin, plugin.id, "reload", async () => {
      const old = plugin.life;
      const life = old && (await startLife(listed, this.#options.around, () => {}));
      plugin.relist(listed);
      if (old === undefined || life === undefined) return false;
      this.#enter(plugin, life);
      this.#leave(plugin, old);
      return true;
    });
    if (isReplaced) this.#tell("PluginReloaded", plugin);
    else await this.load(plugin);
  }

  /** Refuses to load a plugin from now on; it is not in use. */
  async disable(plugin: LivingPlugin): Promise<void> {
    await this.#turns.take(plugin, plugin.id, "disable", async () => plugin.become("disabled"));
  }

  /** Those in use, or about to be, that require a plugin, directly or not. */
  dependentsOf(plugin: LivingPlugin): readonly LivingPlugin[] {
    return this.#inUse.dependentsOf(plugin);
  }

  /** All in use, without a wait for calls in flight; nothing is loaded from now on. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#hurry();
    await this.unload(this.#inUse.all, 0);
    await Promise.all(this.#leaving);
  }

  async #loadAfterRequired(plugin: LivingPlugin): Promise<LoadedPlugin> {
    if (plugin.requires.length > 0) refuseUnwanted(plugin, this.#options.crashes);
    await Promise.all(plugin.requires.map((other) => this.#loadRequired(plugin, other)));
    const life = await this.#turns.take(plugin, plugin.id, "load", () => this.#start(plugin));
    return life.plugin;
  }

  async #loadRequired(plugin: LivingPlugin, required: LivingPlugin): Promise<void> {
    try {
      await this.load(required);
    } catch (cause) {
      plugin.error = requiredFailed(plugin.manifest, required.manifest, loadError(cause, required.id));
      // One that is being unloaded ends as it would have.
      if (plugin.life === undefined) plugin.become("failed");
      throw plugin.error;
    }
  }

  async #start(plugin: LivingPlugin): Promise<Life> {
    if (plugin.life !== undefined) return plugin.life;
    refuseUnwanted(plugin, this.#options.crashes);
    try {
      const life = await startLife(plugin.listed, this.#options.around, (state) => plugin.become(state));
      this.#enter(plugin, life);
      return life;
    } catch (cause) {
      const error = loadError(cause, plugin.id);
      await noteFailure(plugin, error, this.#options.crashes);
      throw error;
    }
  }

  #enter(plugin: LivingPlugin, life: Life): void {
    plugin.life = life;
    plugin.error = undefined;
    plugin.become("active");
    this.#inUse.add(plugin);
    void life.plugin.crashed?.then((error) => this.#crash(plugin, life, error));
  }

  async #endAfter(before: readonly Promise<void>[], plugin: LivingPlugin, drainTimeout: number): Promise<void> {
    await Promise.all(before);
    await plugin.loading?.catch(() => {});
    const hasEnded = await this.#turns.take(plugin, plugin.id, "unload", async () => {
      const { life } = plugin;
      if (life === undefined) return false;
      const dependents = this.#inUse.dependentsOf(plugin);
      if (dependents.length > 0) throw stillNeeded(plugin, dependents);
      plugin.become("draining");
      await endLife(life, life.drain(drainTimeout), this.#reporter(plugin));
      this.#forget(plugin);
      plugin.become("unloaded");
      return true;
    });
    if (hasEnded) this.#tell("PluginUnloaded", plugin);
  }

  /** What it registered is gone at once; its calls in flight, and then its onUnload, are waited for elsewhere. */
  #leave(plugin: LivingPlugin, old: Life): void {
    old.scope.close();
    const drained = Promise.race([old.drain(DRAIN_TIMEOUT_MS), this.#over]);
    const end = endLife(old, drained, this.#reporter(plugin));
    this.#leaving.add(end);
    void end.then(() => this.#leaving.delete(end));
  }

  /** Its process ended by itself. */
  async #crash(plugin: LivingPlugin, life: Life, crash: HoduError): Promise<void> {
    const isTold = life.isBusy();
    const error = await this.#turns.take(plugin, plugin.id, "end", async () => {
      if (plugin.life !== life) return undefined;
      life.scope.close();
      this.#forget(plugin);
      return noteFailure(plugin, crash, this.#options.crashes);
    });
    if (error !== undefined) this.#options.report(plugin.id, error, isTold && error === crash);
  }

  #forget(plugin: LivingPlugin): void {
    plugin.life = undefined;
    this.#inUse.remove(plugin);
  }

  #reporter({ id }: LivingPlugin): (error: unknown) => void {
    return (error) => this.#options.report(id, loadError(error, id), false);
  }

  #tell(type: "PluginLoaded" | "PluginUnloaded" | "PluginReloaded", { manifest }: LivingPlugin): void {
    this.#options.emit({ type, plugin: manifest.id, version: manifest.version });
  }
}
