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
  /** Events that came before anybody listened. */
  readonly #unheard: HoduEvent[] = [];

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

  /** The same for an event of the beginning: where nobody listens yet it waits for `emitUnheard`. */
  emitOrKeep(event: HoduEvent): void {
    if (this.bus.isHeard(event.type)) this.emit(event);
    else this.#unheard.push(event);
  }

  /** Delivers what nobody has heard yet, once. */
  emitUnheard(): void {
    for (const event of this.#unheard.splice(0)) this.emit(event);
  }

  publish(event: HoduEvent): Promise<void> {
    return this.bus.publish(event);
  }

  /** Resolves when all that was emitted until now has been delivered, or after `milliseconds`. */
  async settle(milliseconds: number): Promise<void> {
    if (this.#underWay.size > 0) await endsWithin(Promise.all(this.#underWay), milliseconds);
  }

  /** Logs what failed, and says so to who listens. `isTold`: some call throws it, so that no warning is needed. */
  report(plugin: string, error: HoduError, isTold = false): void {
    this.warn(plugin, error, isTold ? "info" : "warn");
    this.emit({ type: "PluginFailed", plugin, error: error.message });
  }

  #reportBus({ kind, plugin, error, event }: BusFailure): void {
    // A listener that fails on reports of failures would be reported without end.
    if (kind === "listener" && event.type === "PluginFailed") return this.warn(plugin, error);
    if (kind === "listener") return this.report(plugin, error);
    // So would events that bring about each other.
    if (this.#toldOfDrops.has(plugin)) return;
    this.#toldOfDrops.add(plugin);
    apart(() => this.report(plugin, error));
  }

  /** Logs what failed. */
  warn(plugin: string, { message, hint }: HoduError, level: LogLevel = "warn"): void {
    this.#log(plugin, level, hint === undefined ? message : `${message} (${hint})`);
  }
}
