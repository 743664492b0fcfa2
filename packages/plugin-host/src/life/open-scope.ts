import { HoduError, quote } from "@hodu/core";
import type { EventName, EventOf, Listener, LogLevel, PluginContext, PluginView, ServiceType } from "hodu-plugin-sdk";
import type { EventBus } from "./event-bus.ts";
import { broughtAboutBy, type Delivery, deliveryHere } from "./event-depth.ts";
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
  const told: Told = { last: undefined };
  let isOpen = true;
  const refuseClosed = (what: string): void => {
    if (!isOpen) throw closedError(plugin, what);
  };
  const deafen = (): void => {
    for (const end of subscriptions) end();
    subscriptions.clear();
  };
  const view = viewOf(plugin, around, told);
  const context: PluginContext = {
    ...view,
    subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>) {
      refuseClosed(`subscribe to ${quote(name)}`);
      const end = around.bus.subscribe(plugin, name, (event) => {
        told.last = deliveryHere();
        return listener(event);
      });
      subscriptions.add(end);
      return () => void (subscriptions.delete(end) && end());
    },
    registerService<T extends object>(service: ServiceType<T>, implementation: T) {
      refuseClosed(`register service ${quote(service.name)}`);
      around.services.register(owner, service, implementation);
    },
  };
  const close = (): void => {
    isOpen = false;
    deafen();
    around.services.removeAll(owner);
  };
  return { context, view, deafen, close };
}

/** What a plugin was told last: what it publishes while it is being told, from a process of its own, comes from nowhere else. */
interface Told {
  last: Delivery | undefined;
}

function viewOf(plugin: string, around: Surroundings, told: Told): PluginView {
  return {
    plugin,
    config: around.configOf(plugin),
    eventBus: {
      publish(event) {
        const publish = (): Promise<void> => around.bus.publish(event, plugin);
        const { last } = told;
        const isTold = last?.isOpen === true && deliveryHere() === undefined;
        return isTold ? broughtAboutBy(last, publish) : publish();
      },
    },
    getService: (service) => around.services.get(service),
    log: (level, message) => around.log(plugin, level, message),
  };
}

function closedError(plugin: string, what: string): HoduError {
  const message = `Cannot ${what}: plugin ${quote(plugin)} is not loaded any more`;
  return new HoduError("BAD_USAGE", message, { where: { plugin } });
}
