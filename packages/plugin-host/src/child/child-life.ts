import { HoduError, quote } from "@hodu/core";
import type { CallContext, HoduEvent, PluginContext, ServiceType } from "hodu-plugin-sdk";
import type { Answers, HOST_METHODS } from "hodu-plugin-sdk/protocol";
import type { ChildPlugin } from "./child-plugin.ts";
import { CONTROL_TIMEOUT_MS, MAX_METHODS, MAX_SERVICES, MAX_SUBSCRIPTIONS } from "./limits.ts";

type LifeAnswers = Pick<
  Answers<typeof HOST_METHODS>,
  Extract<keyof typeof HOST_METHODS, `event.${string}` | `service.${string}`>
>;

/** What a plugin's process has to do with other plugins while it is loaded: its calls reach the context that it was loaded with. */
export class ChildLife {
  readonly #child: ChildPlugin;
  readonly #subscriptions = new Map<number, () => void>();
  #services = 0;
  #context: PluginContext | undefined;

  constructor(child: ChildPlugin) {
    this.#child = child;
  }

  readonly answers: LifeAnswers = {
    "event.publish": async ({ event }) => {
      await this.#loaded("publish an event").eventBus.publish(event);
      return {};
    },
    "event.subscribe": async ({ subscription, name }) => {
      this.#subscribe(this.#loaded(`subscribe to ${quote(name)}`), subscription, name);
      return {};
    },
    "event.unsubscribe": async ({ subscription }) => {
      this.#subscriptions.get(subscription)?.();
      this.#subscriptions.delete(subscription);
      return {};
    },
    "service.register": async ({ service, methods }) => {
      this.#register(this.#loaded(`register service ${quote(service)}`), service, methods);
      return {};
    },
    "service.call": async ({ service, method, arguments: given }) => {
      const wanted: ServiceType<Readonly<Record<string, unknown>>> = { name: service, methods: [method] };
      const found = this.#loaded(`call service ${quote(service)}`).getService(wanted);
      const called: unknown = found === undefined || method in Object.prototype ? undefined : found[method];
      if (typeof called === "function") return { value: (await Reflect.apply(called, found, given)) as unknown };
      throw new HoduError("BAD_USAGE", `Cannot call ${quote(method)} of service ${quote(service)}: there is none`);
    },
  };

  /** Tells the process that it is loaded; its subscriptions and services are there when it has resolved. */
  async load(context: PluginContext): Promise<void> {
    this.#context = context;
    try {
      const params = { plugin: context.plugin, config: [...context.config] };
      await this.#child.call("plugin.load", params, this.#control("load the plugin"));
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Tells it that it is unloaded, if it still can hear that. */
  async unload(): Promise<void> {
    try {
      if (!this.#child.isOver) await this.#child.call("plugin.unload", {}, this.#control("unload the plugin"));
    } finally {
      this.#end();
    }
  }

  /** Gives an event to its `onEvent`. */
  async deliver(event: HoduEvent): Promise<void> {
    await this.#child.call("event", { event }, this.#control(`deliver the event ${quote(event.type)}`));
  }

  /** What it says beside its calls. */
  readonly log: CallContext["log"] = (level, message) => this.#context?.log(level, message);

  #subscribe(context: PluginContext, subscription: number, name: string): void {
    if (this.#subscriptions.has(subscription))
      throw tooMany(`subscription ${subscription}`, "a number that is not used");
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw tooMany("one more subscription", `at most ${MAX_SUBSCRIPTIONS}`);
    const end = context.subscribe(name, async (event) => {
      await this.#child.call("event", { subscription, event }, this.#control(`deliver the event ${quote(event.type)}`));
    });
    this.#subscriptions.set(subscription, end);
  }

  #register(context: PluginContext, service: string, methods: readonly string[]): void {
    if (this.#services >= MAX_SERVICES) throw tooMany("one more service", `at most ${MAX_SERVICES}`);
    if (methods.length > MAX_METHODS) throw tooMany(`${methods.length} methods`, `at most ${MAX_METHODS} of a service`);
    const entries = methods.map((method) => [method, this.#method(service, method)] as const);
    context.registerService({ name: service, methods: methods as never[] }, Object.fromEntries(entries));
    this.#services += 1;
  }

  #method(service: string, method: string): (...given: readonly unknown[]) => Promise<unknown> {
    return async (...given) => {
      const what = `call ${quote(method)} of service ${quote(service)}`;
      const params = { service, method, arguments: given };
      return (await this.#child.call("service.call", params, { what, timeout: undefined })).value;
    };
  }

  #loaded(what: string): PluginContext {
    if (this.#context !== undefined) return this.#context;
    throw new HoduError("BAD_USAGE", `Cannot ${what}: the plugin is not loaded`, { hint: "do it in onLoad" });
  }

  #end(): void {
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    this.#services = 0;
    this.#context = undefined;
  }

  #control(what: string): { readonly what: string; readonly timeout: number } {
    return { what, timeout: CONTROL_TIMEOUT_MS };
  }
}

const tooMany = (found: string, expected: string): HoduError =>
  new HoduError("PLUGIN_PROTOCOL", `Cannot serve the plugin: found ${found}, expected ${expected}`);
