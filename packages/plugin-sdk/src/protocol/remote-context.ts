import { HoduError, quote } from "@hodu/core";
import type { LogLevel } from "../contracts/call-context.ts";
import type { EventName, EventOf, HoduEvent } from "../contracts/events.ts";
import type { Listener, PluginContext, ServiceType } from "../contracts/plugin-context.ts";
import { MAX_LOG_CHARACTERS } from "./limits.ts";
import type { Host } from "./remote-files.ts";

/**
 * The context of a plugin in a process of its own: what it asks for goes to the host. Subscriptions and services are asked for at once and
 * answered later: a refusal makes the load fail, or, afterwards, is logged.
 */
export class RemoteContext implements PluginContext {
  readonly plugin: string;
  readonly config: ReadonlyMap<string, string>;
  readonly eventBus: PluginContext["eventBus"];
  readonly #host: Host;
  readonly #listeners = new Map<number, Listener<HoduEvent>>();
  readonly #services = new Map<string, { readonly methods: readonly string[]; readonly implementation: object }>();
  #lastSubscription = 0;
  /** What the host has not answered yet; undefined once the plugin is loaded. */
  #open: Promise<unknown>[] | undefined = [];

  constructor(plugin: string, config: ReadonlyMap<string, string>, host: Host) {
    this.plugin = plugin;
    this.config = config;
    this.#host = host;
    this.eventBus = {
      async publish(event) {
        await host.request("event.publish", { event }).result;
      },
    };
  }

  subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>): () => void {
    const subscription = (this.#lastSubscription += 1);
    this.#listeners.set(subscription, listener as Listener<HoduEvent>);
    this.#ask(this.#host.request("event.subscribe", { subscription, name }).result);
    return () => {
      if (!this.#listeners.delete(subscription)) return;
      this.#ask(this.#host.request("event.unsubscribe", { subscription }).result);
    };
  }

  registerService<T extends object>({ name, methods }: ServiceType<T>, implementation: T): void {
    if (this.#services.has(name)) {
      throw new HoduError("BAD_USAGE", `Cannot register service ${quote(name)}: this plugin has registered it already`);
    }
    const missing = methods.find((method) => typeof implementation[method] !== "function");
    if (missing !== undefined) {
      throw new HoduError(
        "BAD_USAGE",
        `Cannot register service ${quote(name)}: it has no method ${quote(missing)}, expected one`,
      );
    }
    this.#services.set(name, { methods, implementation });
    this.#ask(this.#host.request("service.register", { service: name, methods }).result);
  }

  /** An object whose methods ask the host; where there is no such service, they reject with BAD_USAGE. */
  getService<T extends object>({ name, methods }: ServiceType<T>): T {
    const call =
      (method: string) =>
      async (...given: readonly unknown[]): Promise<unknown> => {
        const params = { service: name, method, arguments: given };
        return (await this.#host.request("service.call", params).result).value;
      };
    return Object.fromEntries(methods.map((method) => [method, call(method)])) as T;
  }

  log(level: LogLevel, message: string): void {
    this.#host.notify("log", { level, message: message.slice(0, MAX_LOG_CHARACTERS) });
  }

  /** Resolves when the host has done all that was asked for so far. Throws what it refused with. */
  async settled(): Promise<void> {
    const open = this.#open ?? [];
    this.#open = undefined;
    await Promise.all(open);
  }

  /** Resolves when the listener of a subscription is done; one that has just ended gets nothing. */
  async deliver(subscription: number, event: HoduEvent): Promise<void> {
    await this.#listeners.get(subscription)?.(event);
  }

  /** Calls a method of a service of this plugin. Throws BAD_USAGE for one that was not registered. */
  async serve(service: string, method: string, given: readonly unknown[]): Promise<unknown> {
    const found = this.#services.get(service);
    const called: unknown = found?.methods.includes(method)
      ? (found.implementation as Readonly<Record<string, unknown>>)[method]
      : undefined;
    if (typeof called === "function") return Reflect.apply(called, found!.implementation, given);
    throw new HoduError("BAD_USAGE", `Cannot call ${quote(method)} of service ${quote(service)}: there is none`);
  }

  #ask(answer: Promise<unknown>): void {
    if (this.#open !== undefined) {
      // who waits for all of them hears of it
      answer.catch(() => {});
      this.#open.push(answer);
    } else answer.catch((error: unknown) => this.log("error", error instanceof Error ? error.message : String(error)));
  }
}
