import type { HoduError } from "@hodu/core";
import type { EventName, EventOf, HoduEvent, Listener, PluginEventBus } from "hodu-plugin-sdk";
import { isTooDeep, nested } from "./event-depth.ts";
import { dropped, endless, failed } from "./event-errors.ts";
import { LISTENER_TIMEOUT_MS, MAX_EVENTS_IN_TURN, MAX_LISTENER_FAILURES } from "./limits.ts";
import { matches } from "./matches.ts";
import { endsWithin } from "./within.ts";

/** A listener that failed, or an event that was dropped. */
export interface BusFailure {
  readonly kind: "listener" | "dropped";
  /** Whose listener, or whose event. */
  readonly plugin: string;
  readonly error: HoduError;
  readonly event: HoduEvent;
}

export interface EventBusOptions {
  readonly report: (failure: BusFailure) => void;
  /** Milliseconds that a listener may take. */
  readonly listenerTimeout?: number | undefined;
}

interface Subscription {
  readonly plugin: string;
  readonly name: string;
  readonly listener: Listener<HoduEvent>;
  isActive: boolean;
  /** In a row. */
  failures: number;
}

/** Delivers events to whoever listens. Holds nothing while a listener runs: it may subscribe, publish, load and unload. */
export class EventBus implements PluginEventBus {
  #subscriptions: readonly Subscription[] = [];
  #inTurn = 0;
  readonly #options: EventBusOptions;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** Has `listener` of a plugin called with each event of that name, until the function that it gives is called. */
  subscribe<Name extends EventName>(plugin: string, name: Name, listener: Listener<EventOf<Name>>): () => void {
    // `matches` gives it events of that name only.
    const own = listener as Listener<HoduEvent>;
    const subscription: Subscription = { plugin, name, listener: own, isActive: true, failures: 0 };
    this.#subscriptions = [...this.#subscriptions, subscription];
    return () => this.#end(subscription);
  }

  /** Whether an event of that type would reach anybody; for Custom ones: perhaps. */
  isHeard(type: HoduEvent["type"]): boolean {
    return this.#subscriptions.some(({ name }) => name === "*" || name === type || type === "Custom");
  }

  /**
   * Resolves when all listeners have had the event; never rejects. They are called in the order of their subscriptions; promises of theirs
   * are waited for together. `publisher`: who answers for it when it is dropped.
   */
  async publish(event: HoduEvent, publisher = "hodu"): Promise<void> {
    const listeners = this.#subscriptions.filter((one) => matches(one.name, event));
    if (listeners.length === 0) return;
    if (isTooDeep()) {
      this.#options.report({ kind: "dropped", plugin: publisher, error: dropped(event), event });
      return;
    }
    if (this.#inTurn >= MAX_EVENTS_IN_TURN) await this.#nextTurn();
    this.#countTurn();
    await nested(async () => void (await Promise.all(listeners.map((one) => this.#deliver(one, event)))));
  }

  async #deliver(subscription: Subscription, event: HoduEvent): Promise<void> {
    if (!subscription.isActive) return;
    const { plugin } = subscription;
    try {
      const result = subscription.listener(event);
      if (result !== undefined) await this.#wait(Promise.resolve(result), subscription, event);
      subscription.failures = 0;
    } catch (cause) {
      // It was unloaded meanwhile: what it was told last went nowhere.
      if (!subscription.isActive) return;
      subscription.failures += 1;
      if (subscription.failures >= MAX_LISTENER_FAILURES) this.#end(subscription);
      this.#options.report({ kind: "listener", plugin, error: failed(plugin, event, cause), event });
    }
  }

  /** Waits for a listener; one that takes too long loses its subscription. */
  async #wait(listening: Promise<void>, subscription: Subscription, event: HoduEvent): Promise<void> {
    const limit = this.#options.listenerTimeout ?? LISTENER_TIMEOUT_MS;
    const isDone = await endsWithin(listening, limit);
    if (isDone) return;
    this.#end(subscription);
    const { plugin } = subscription;
    this.#options.report({ kind: "listener", plugin, error: endless(plugin, event, limit), event });
  }

  /** Listeners are called before `publish` returns, but in a flood. */
  async #nextTurn(): Promise<void> {
    while (this.#inTurn >= MAX_EVENTS_IN_TURN) await new Promise((resolve) => setImmediate(resolve));
  }

  #countTurn(): void {
    if (this.#inTurn === 0) setImmediate(() => (this.#inTurn = 0));
    this.#inTurn += 1;
  }

  #end(subscription: Subscription): void {
    subscription.isActive = false;
    this.#subscriptions = this.#subscriptions.filter((one) => one !== subscription);
  }
}
