import { HoduError, quote } from "@hodu/core";
import type { EventName, EventOf, Listener, LogLevel, PluginContext, PluginView, ServiceType } from "hodu-plugin-sdk";
import type { EventBus } from "./event-bus.ts";
import type { ServiceTable } from "./service-table.ts";

/** What all plugins of a registry share. */
export interface Surroundings {
  readonly bus: EventBus;
  readonly services: ServiceTable;
  readonly log: (plugin: string, level: LogLevel, message: string) => void;
  /** The settings of a plugin, by its id. */
  readonly configOf: (plugin: string) => ReadonlyMap<string, string>;
}

/** One life of a plugin: what it gets, and an end to all that it registers. */
export interface PluginScope {
  readonly context: PluginContext;
  /** The part of it that registers nothing. */
  readonly view: PluginView;
  /** Ends its subscriptions: it is told of nothing any more. */
  deafen(): void;
  /** Ends its subscriptions and takes back its services; it registers nothing any more. */
  close(): void;
}

/** The scope of a plugin. What it gives are plain functions: a plugin may take them apart. */
export function openScope(plugin: string, around: Surroundings): PluginScope {
  const owner = { plugin };
  const subscriptions = new Set<() => void>();
  let isOpen = true;
  const refuseClosed = (what: string): void => {
    if (isOpen) return;
    const message = `Cannot ${what}: plugin ${quote(plugin)} is not loaded any more`;
    throw new HoduError("BAD_USAGE", message, { where: { plugin } });
  };
  const view: PluginView = {
    plugin,
    config: around.configOf(plugin),
    eventBus: { publish: (event) => around.bus.publish(event, plugin) },
    getService: (service) => around.services.get(service),
    log: (level, message) => around.log(plugin, level, message),
  };
  const context: PluginContext = {
    ...view,
    subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>) {
      refuseClosed(`subscribe to ${quote(name)}`);
      const end = around.bus.subscribe(plugin, name, listener);
      subscriptions.add(end);
      return () => void (subscriptions.delete(end) && end());
    },
    registerService<T extends object>(service: ServiceType<T>, implementation: T) {
      refuseClosed(`register service ${quote(service.name)}`);
      around.services.register(owner, service, implementation);
    },
  };
  const deafen = (): void => {
    for (const end of subscriptions) end();
    subscriptions.clear();
  };
  const close = (): void => {
    isOpen = false;
    deafen();
    around.services.removeAll(owner);
  };
  return { context, view, deafen, close };
}
