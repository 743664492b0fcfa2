import type { LogLevel } from "./call-context.ts";
import type { EventName, EventOf, HoduEvent } from "./events.ts";

/** What a plugin may read of its surroundings, and whom it may tell, while it handles an event. */
export interface PluginView {
  /** Id of the plugin. */
  readonly plugin: string;
  /** Its settings, from the table of its name in the configuration. */
  readonly config: ReadonlyMap<string, string>;
  readonly eventBus: PluginEventBus;
  /**
   * What is offered under a name; undefined when there is none, or it is of another type. Ask when it is needed: what was given once is
   * of no use when its plugin is unloaded.
   */
  getService<T extends object>(service: ServiceType<T>): T | undefined;
  log(level: LogLevel, message: string): void;
}

/** What a plugin has to do with the others, as long as it is loaded. */
export interface PluginContext extends PluginView {
  /**
   * Has `listener` called with each event of that name: a variant of HoduEvent, the event type of Custom events, or "*" for all, each once.
   * Gives what ends the subscription; it ends with the plugin in any case.
   */
  subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>): () => void;
  /** Offers an object to other plugins under a name. Throws BAD_USAGE when there is one of that name, or it lacks a method. */
  registerService<T extends object>(service: ServiceType<T>, implementation: T): void;
}

/** Delivers events to whoever listens. */
export interface PluginEventBus {
  /**
   * Resolves when all listeners have had the event; never rejects. A listener that throws or does not end is reported (PluginFailed), and
   * the others still get it. Events that events bring about are dropped, and that is reported, where they would never end.
   */
  publish(event: HoduEvent): Promise<void>;
}

/** Takes an event; a promise is waited for before `publish` resolves. */
export type Listener<Event> = (event: Event) => void | Promise<void>;

/**
 * The name of a service and what an object must have to be one. Plugins in processes of their own reach it by calls: there its methods
 * must be asynchronous, and take and give what JSON holds, bytes and values.
 */
export interface ServiceType<T extends object> {
  readonly name: string;
  /** Names of the methods that an implementation has. */
  readonly methods: readonly (keyof T & string)[];
}
