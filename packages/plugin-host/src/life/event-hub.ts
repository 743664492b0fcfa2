import type { HoduError } from "@hodu/core";
import type { EventSink, HoduEvent, LogLevel } from "hodu-plugin-sdk";
import { type BusFailure, EventBus } from "./event-bus.ts";
import { apart } from "./event-depth.ts";
import { endsWithin } from "./within.ts";

/** The bus of a registry, and the reports of what fails. */
export class EventHub {
  readonly bus = new EventBus({ report: (failure) => this.#reportBus(failure) });
  readonly #log: (plugin: string, level: LogLevel, message: string) => void;
  /** Events that were published by who does not wait. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #toldOfDrops = new Set<string>();

  constructor(log: (plugin: string, level: LogLevel, message: string) => void) {
    this.#log = log;
  }

  /** Delivers an event for who does not wait. It costs next to nothing when nobody listens. */
  readonly emit: EventSink = (event) => {
    if (!this.bus.isHeard(event.type)) return;
    const delivery = this.bus.publish(event);
    this.#underWay.add(delivery);
    void delivery.then(() => this.#underWay.delete(delivery));
  };

  publish(event: HoduEvent): Promise<void> {
    return this.bus.publish(event);
  }

  /** Resolves when all that was emitted until now has been delivered, or after `milliseconds`. */
  async settle(milliseconds: number): Promise<void> {
    if (this.#underWay.size > 0) await endsWithin(Promise.all(this.#underWay), milliseconds);
  }

  /** Logs what failed, and says so to who listens. */
  report(plugin: string, error: HoduError): void {
    this.#logFailure(plugin, error);
    this.emit({ type: "PluginFailed", plugin, error: error.message });
  }

  #reportBus({ kind, plugin, error, event }: BusFailure): void {
    // A listener that fails on reports of failures would be reported without end.
    if (kind === "listener" && event.type === "PluginFailed") return this.#logFailure(plugin, error);
    if (kind === "listener") return this.report(plugin, error);
    // So would events that bring about each other.
    if (this.#toldOfDrops.has(plugin)) return;
    this.#toldOfDrops.add(plugin);
    apart(() => this.report(plugin, error));
  }

  #logFailure(plugin: string, { message, hint }: HoduError): void {
    this.#log(plugin, "warn", hint === undefined ? message : `${message} (${hint})`);
  }
}
