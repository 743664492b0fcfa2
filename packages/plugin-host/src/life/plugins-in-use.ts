import type { LivingPlugin } from "./living-plugin.ts";

/** The plugins that are in use or about to be, and who of them requires whom. */
export class PluginsInUse {
  readonly #inUse = new Set<LivingPlugin>();
  readonly #loading = new Set<LivingPlugin>();

  /** In the order in which they came into use, then those that are just being loaded. */
  get all(): readonly LivingPlugin[] {
    return [...new Set([...this.#inUse, ...this.#loading])];
  }

  begin(plugin: LivingPlugin): void {
    this.#loading.add(plugin);
  }

  /** Its load has ended, one way or the other. */
  settle(plugin: LivingPlugin): void {
    this.#loading.delete(plugin);
  }

  add(plugin: LivingPlugin): void {
    this.#inUse.add(plugin);
  }

  remove(plugin: LivingPlugin): void {
    this.#inUse.delete(plugin);
  }

  /** Those that require a plugin, directly or not, the nearest first. */
  dependentsOf(plugin: LivingPlugin): readonly LivingPlugin[] {
    const { all } = this;
    const found = new Set([plugin]);
    for (const one of found) {
      for (const other of all) if (other.requires.includes(one)) found.add(other);
    }
    found.delete(plugin);
    return [...found];
  }

  /** Those of some plugins that are here, each after all that require it, else the latest first. */
  inOrderOfEnd(plugins: readonly LivingPlugin[]): readonly LivingPlugin[] {
    const left = new Set(this.all.filter((one) => plugins.includes(one)).reverse());
    const ordered: LivingPlugin[] = [];
    while (left.size > 0) {
      const waiting = [...left];
      const isFree = (one: LivingPlugin): boolean => !waiting.some((other) => other.requires.includes(one));
      // In a circle nobody is free: then the first has to find out that it is required.
      const next = waiting.find(isFree) ?? waiting[0];
      left.delete(next);
      ordered.push(next);
    }
    return ordered;
  }
}
