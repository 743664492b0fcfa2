import type { HoduEvent, Listener, PluginContext } from "hodu-plugin-sdk";

/** What a plugin's life is tried with: a bus and services as they are told of. */
export class World implements PluginContext {
  readonly plugin: string;
  readonly config: Map<string, string> = new Map([["start", "5"]]);
  readonly published: HoduEvent[] = [];
  readonly logs: string[] = [];
  readonly services = new Map<string, object>();
  readonly #listeners = new Map<string, Listener<HoduEvent>[]>();
  readonly eventBus = {
    publish: async (event: HoduEvent): Promise<void> => {
      this.published.push(event);
    },
  };

  constructor(plugin: string) {
    this.plugin = plugin;
  }

  subscribe(name: string, listener: Listener<never>): () => void {
    const all = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...all, listener as Listener<HoduEvent>]);
    return () => this.#listeners.delete(name);
  }

  registerService(service: { readonly name: string }, implementation: object): void {
    this.services.set(service.name, implementation);
  }

  getService<T extends object>({ name }: { readonly name: string }): T | undefined {
    return this.services.get(name) as T | undefined;
  }

  log(_level: string, message: string): void {
    this.logs.push(message);
  }

  /** Tells the listeners of that name. Rejects with what the first that fails throws. */
  async tell(name: string, event: HoduEvent): Promise<void> {
    for (const listener of this.#listeners.get(name) ?? []) await listener(event);
  }
}
