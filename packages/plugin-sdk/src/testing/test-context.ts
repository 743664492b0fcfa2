import type { EventName, EventOf, HoduEvent } from "../contracts/events.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import type { Listener, PluginContext, ServiceType } from "../contracts/plugin-context.ts";

/** Events that follow from one another: a bus ends them there. */
const MAX_DEPTH = 16;

interface Offered {
  readonly methods: readonly string[];
  readonly implementation: object;
}

/** A context with nobody but the plugin under test. What its listeners throw ends `deliver`. */
export class TestContext implements PluginContext {
  readonly plugin: string;
  readonly config: ReadonlyMap<string, string>;
  readonly published: HoduEvent[] = [];
  readonly offered = new Map<string, Offered>();
  readonly #others: ReadonlyMap<string, object>;
  readonly #listeners = new Map<string, Set<Listener<HoduEvent>>>();

  constructor(
    plugin: string,
    {
      config = new Map(),
      services = new Map(),
    }: { readonly config?: ReadonlyMap<string, string>; readonly services?: ReadonlyMap<string, object> } = {},
  ) {
    this.plugin = plugin;
    this.config = config;
    this.#others = services;
  }

  readonly eventBus = {
    publish: async (event: HoduEvent): Promise<void> => {
      this.published.push(event);
    },
  };

  subscribe<Name extends EventName>(name: Name, listener: Listener<EventOf<Name>>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const own = listener as Listener<HoduEvent>;
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  registerService<T extends object>({ name, methods }: ServiceType<T>, implementation: T): void {
    if (this.offered.has(name)) throw new Error(`service "${name}" is registered twice`);
    this.offered.set(name, { methods, implementation });
  }

  getService<T extends object>({ name }: ServiceType<T>): T | undefined {
    return (this.offered.get(name)?.implementation ?? this.#others.get(name)) as T | undefined;
  }

  log(): void {}

  /** Has the plugin's `onEvent` called, as a host does. */
  listenTo(plugin: KnownPlugin): void {
    this.subscribe("*", async (event) => plugin.onEvent?.(event, this));
  }

  /** Gives an event to all who listen; with `answers`, what they publish, too. Throws what a listener throws. */
  async deliver(event: HoduEvent, answers = false): Promise<void> {
    let waiting: readonly HoduEvent[] = [event];
    for (let depth = 0; waiting.length > 0; depth++) {
      if (depth === MAX_DEPTH) throw new Error(`it answers its own events more than ${MAX_DEPTH} times`);
      this.published.length = 0;
      for (const one of waiting) await this.#tell(one);
      waiting = answers ? [...this.published] : [];
    }
  }

  async #tell(event: HoduEvent): Promise<void> {
    const names = event.type === "Custom" ? ["Custom", event.eventType, "*"] : [event.type, "*"];
    const called = new Set(names.flatMap((name) => [...(this.#listeners.get(name) ?? [])]));
    for (const listener of called) await listener(event);
  }
}
