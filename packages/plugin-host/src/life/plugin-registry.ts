import type { HoduError } from "@hodu/core";
import {
  type Component,
  COMPONENT_TABLES,
  type ComponentKind,
  type EventName,
  type EventOf,
  type EventSink,
  type HoduEvent,
  type KnownPlugin,
  type Listener,
  type ServiceType,
} from "hodu-plugin-sdk";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { Implementations, ImplementedKind } from "./component-of.ts";
import { crashesInMemory, type CrashRecord } from "./crash-record.ts";
import { EventHub } from "./event-hub.ts";
import { stillNeeded } from "./life-errors.ts";
import { SHUTDOWN_EVENTS_MS } from "./limits.ts";
import { Lives } from "./lives.ts";
import type { PluginHandle } from "./living-plugin.ts";
import { type InitializeReport, Loader } from "./loader.ts";
import { fits, type PluginFilter } from "./plugin-filter.ts";
import { type ComponentOfKind, PluginTable, type ShadowedListing } from "./plugin-table.ts";
import type { RegistryOptions } from "./registry-options.ts";
import { ServiceTable } from "./service-table.ts";
import { toListed } from "./to-listed.ts";

export interface UnloadOptions {
  /** Unload those that need it as well. */
  readonly cascade?: boolean;
  /** Milliseconds to wait for calls in flight; default: 60 s. */
  readonly drain?: number;
}

/**
 * Manages the life of plugins: it knows them all, loads each once and after what it requires, delivers their events, keeps what they offer
 * each other, and unloads them in reverse. Names are ids (`hodu-format-onnx`), short names (`onnx`), or kind and name (`kernel:MatMul`).
 */
export class PluginRegistry {
  readonly #table = new PluginTable();
  readonly #hub: EventHub;
  readonly #services = new ServiceTable();
  readonly #crashes: CrashRecord;
  readonly #lives: Lives;
  readonly #loader: Loader;
  #hasBegun = false;

  constructor({
    log = () => {},
    configOf = () => new Map<string, string>(),
    crashes = crashesInMemory(),
    machine,
  }: RegistryOptions = {}) {
    this.#crashes = crashes;
    this.#hub = new EventHub(log);
    const around = { bus: this.#hub.bus, services: this.#services, log, configOf };
    const report = (plugin: string, error: HoduError, isTold: boolean): void => this.#hub.report(plugin, error, isTold);
    this.#lives = new Lives({ around, crashes, report, emit: this.#hub.emit });
    this.#loader = new Loader({ table: this.#table, lives: this.#lives, machine, report });
  }

  /**
   * Makes a plugin known; it is loaded when it is first used. The same one again changes nothing. Throws BAD_PLUGIN without a manifest or
   * for a second one of that id from the same place, BAD_USAGE for one that would take the place of one in use.
   */
  register(plugin: KnownPlugin | ListedPlugin): PluginHandle {
    const known = this.#table.all;
    const added = this.#table.add(toListed(plugin));
    const { id, version } = added.manifest;
    if (!known.includes(added)) this.#hub.emitOrKeep({ type: "PluginDiscovered", plugin: id, version });
    return added;
  }

  /** Those that fit, in the order in which they were registered. */
  list(filter: PluginFilter = {}): readonly PluginHandle[] {
    return this.#table.all.filter((plugin) => fits(plugin, filter));
  }

  /** Those that another of the same id stands before. */
  get shadowed(): readonly ShadowedListing[] {
    return this.#table.shadowed;
  }

  /** All plugins as they are listed, for a catalog: `load` goes through the registry. */
  get plugins(): readonly ListedPlugin[] {
    return this.#table.all.map(({ listed, id }) => ({ ...listed, load: () => this.load(id) }));
  }

  /** The plugin of a name. Throws PLUGIN_NOT_FOUND, BAD_USAGE when it could be several. */
  find(name: string): PluginHandle {
    return this.#table.named(name, "find");
  }

  /** A component as data, and its plugin. Throws PLUGIN_NOT_FOUND, BAD_USAGE. */
  findComponent<Kind extends ComponentKind>(kind: Kind, name: string): readonly [PluginHandle, ComponentOfKind<Kind>] {
    return this.#table.withComponent(kind, name);
  }

  /** A component, ready to be called; its plugin is loaded for it. Throws as `findComponent` and `load`. */
  async get<Kind extends ImplementedKind>(kind: Kind, name: string): Promise<Implementations[Kind]> {
    const [plugin, component] = this.#table.withComponent(kind, name);
    const loaded = await this.#loader.load(plugin);
    const components: Readonly<Record<string, unknown>> = loaded[COMPONENT_TABLES[kind]] ?? {};
    // That it implements what its manifest lists was checked when it was loaded.
    return components[(component as Component).name] as Implementations[Kind];
  }

  /**
   * Loads a plugin after what it requires, unless it is loaded. Throws PLUGIN_NOT_FOUND, PLUGIN_DEPENDENCY, PLUGIN_INCOMPATIBLE, POLICY
   * (it is disabled, or crashed too often), what its loading throws, and what its onLoad throws.
   */
  async load(name: string): Promise<LoadedPlugin> {
    return this.#loader.load(this.#table.named(name, "load"));
  }

  /**
   * Loads all plugins that fit, then says so (SystemInit), and which plugins were found before anybody listened (PluginDiscovered). One that
   * fails stops only those that require it.
   */
  async initializeAll(filter: PluginFilter = {}): Promise<InitializeReport> {
    const wanted = this.#table.all.filter((plugin) => plugin.state !== "disabled" && fits(plugin, filter));
    const report = await this.#loader.loadAll(wanted);
    for (const [plugin, error] of report.failed) this.#hub.warn(plugin, error);
    if (!this.#hasBegun) this.emit({ type: "SystemInit" });
    this.#hasBegun = true;
    this.#hub.emitUnheard();
    return report;
  }

  /**
   * Unloads a plugin when its calls in flight are done. Throws PLUGIN_DEPENDENCY while others need it, unless these are unloaded with it.
   * `drain`: milliseconds to wait for calls.
   */
  async unload(name: string, { cascade = false, drain }: UnloadOptions = {}): Promise<void> {
    const plugin = this.#table.named(name, "unload");
    const dependents = this.#lives.dependentsOf(plugin);
    if (dependents.length > 0 && !cascade) throw stillNeeded(plugin, dependents);
    await this.#lives.unload([plugin, ...dependents], drain);
  }

  /** Loads a plugin anew, or a newer build of it, and puts it in the place of the old one, which ends its calls in flight. Throws as `load`; then the old one stays. */
  async reload(name: string, newer?: ListedPlugin): Promise<void> {
    await this.#loader.reload(this.#table.named(name, "reload"), newer);
  }

  /** Unloads a plugin, and refuses to load it. Throws as `unload`. */
  async disable(name: string, options: UnloadOptions = {}): Promise<void> {
    const plugin = this.#table.named(name, "disable");
    plugin.isOff = true;
    try {
      await this.unload(plugin.id, options);
      await this.#lives.disable(plugin);
    } finally {
      plugin.isOff = false;
    }
    this.emit({ type: "PluginDisabled", plugin: plugin.id, version: plugin.manifest.version });
  }

  /** Lets a plugin be loaded that was disabled or crashed too often. Throws PLUGIN_NOT_FOUND; LOCKED, IO (the record of crashes). */
  async enable(name: string): Promise<void> {
    const plugin = this.#table.named(name, "enable");
    await this.#crashes.forget(plugin.id);
    if (plugin.state === "disabled" || plugin.state === "quarantined") plugin.become("validated");
  }

  /** Has `listener` called with events, beside the plugins that listen. */
  subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>): () => void {
    return this.#hub.bus.subscribe("hodu", name, listener);
  }

  /** Delivers an event; resolves when all listeners have had it, and never rejects. */
  publish(event: HoduEvent): Promise<void> {
    return this.#hub.publish(event);
  }

  /** Delivers an event for who does not wait: an event sink. It costs next to nothing when nobody listens. */
  get emit(): EventSink {
    return this.#hub.emit;
  }

  /** Logs what failed, and says so to who listens (PluginFailed). `plugin`: its id, or where one should be. */
  report(plugin: string, error: HoduError): void {
    this.#hub.report(plugin, error);
  }

  /** Whether an event of that type would reach anybody. */
  isHeard(type: HoduEvent["type"]): boolean {
    return this.#hub.bus.isHeard(type);
  }

  /** What a plugin offers; undefined when none does, or it is of another type. */
  getService<T extends object>(service: ServiceType<T>): T | undefined {
    return this.#services.get(service);
  }

  /** Says so (SystemShutdown), then unloads all, each before what it requires. Calls in flight are cut off. */
  async shutDown(): Promise<void> {
    this.emit({ type: "SystemShutdown" });
    await this.#hub.settle(SHUTDOWN_EVENTS_MS);
    await this.#lives.end();
    await this.#hub.settle(SHUTDOWN_EVENTS_MS);
  }
}
