import type { HoduError } from "@hodu/core";
import { SDK_VERSION } from "hodu-plugin-sdk";
import { satisfies } from "../manifest/ranges.ts";
import { acceptedBy, dependencyError, incompatibleError, type Reason } from "./dependency-errors.ts";
import { findRequired, missingOfSystem } from "./find-required.ts";
import { label } from "./label.ts";
import { MAX_CHAIN } from "./limits.ts";
import type { Machine } from "./machine.ts";
import type { WithManifest } from "./plugins-named.ts";
import { requirementsOf } from "./requirement.ts";

/** In which order plugins are loaded, and which cannot be. */
export interface Resolution<P extends WithManifest> {
  /** The wanted and what they require, each after all that it requires; else in the order given. */
  readonly order: readonly P[];
  /** Why others of them cannot be loaded: PLUGIN_DEPENDENCY with the chain that leads to the reason, PLUGIN_INCOMPATIBLE. */
  readonly failures: ReadonlyMap<P, HoduError>;
  /** The plugins that each of them requires. */
  readonly required: ReadonlyMap<P, readonly P[]>;
}

export interface ResolveOptions {
  readonly machine: Machine;
  /** Of the SDK that they get; default: this one's. */
  readonly sdk?: string;
}

/** Resolves what the `wanted` require among `plugins`. One that cannot be loaded takes along only those that require it. */
export function resolveLoadOrder<P extends WithManifest>(
  wanted: readonly P[],
  plugins: readonly P[],
  options: ResolveOptions,
): Resolution<P> {
  const resolver = new Resolver(plugins, options);
  for (const plugin of wanted) resolver.visit(plugin);
  return resolver;
}

/** A plugin that is being looked at: what it requires, and how far that was followed. */
interface Visit<P> {
  readonly plugin: P;
  readonly required: readonly P[];
  next: number;
}

/** A walk, depth first, that does not recurse: chains are as long as manifests want. */
class Resolver<P extends WithManifest> implements Resolution<P> {
  readonly order: P[] = [];
  readonly failures = new Map<P, HoduError>();
  readonly required = new Map<P, readonly P[]>();
  readonly #reasons = new Map<P, Reason>();
  readonly #plugins: readonly P[];
  readonly #options: ResolveOptions;
  #path: Visit<P>[] = [];

  constructor(plugins: readonly P[], options: ResolveOptions) {
    this.#plugins = plugins;
    this.#options = options;
  }

  visit(wanted: P): void {
    this.#follow(wanted);
    for (let top = this.#path.at(-1); top !== undefined; top = this.#path.at(-1)) {
      if (top.next < top.required.length) this.#follow(top.required[top.next++]);
      else this.#leave(top);
    }
  }

  #follow(plugin: P): void {
    const at = this.#path.findIndex((visit) => visit.plugin === plugin);
    if (at >= 0) this.#failCycle(this.#path.slice(at).map((visit) => visit.plugin));
    if (this.required.has(plugin)) return;
    const required = this.#look(plugin);
    this.required.set(plugin, required);
    this.#path.push({ plugin, required, next: 0 });
  }

  #leave({ plugin, required }: Visit<P>): void {
    this.#path.pop();
    for (const other of required) {
      const reason = this.#reasons.get(other);
      if (reason === undefined) continue;
      this.#fail(plugin, { ...reason, chain: [label(plugin.manifest), ...reason.chain.slice(-MAX_CHAIN)] });
    }
    if (!this.failures.has(plugin)) this.order.push(plugin);
  }

  /** The plugins that one requires; it fails where they, or what else it needs, are not there. */
  #look(plugin: P): readonly P[] {
    const { manifest } = plugin;
    const { machine, sdk = SDK_VERSION } = this.#options;
    const own = label(manifest);
    if (!satisfies(sdk, manifest.sdk)) {
      this.#fail(plugin, { chain: [own, `hodu-plugin-sdk ${manifest.sdk}`], found: sdk, hint: "hodu version" });
      this.failures.set(plugin, incompatibleError(manifest, sdk));
    }
    for (const missing of missingOfSystem(manifest, machine)) {
      this.#fail(plugin, { chain: [own, `system:${missing}`], found: "none", hint: "hodu doctor" });
    }
    return requirementsOf(manifest).flatMap((requirement) => {
      const found = findRequired(requirement, this.#plugins, machine);
      if ("plugin" in found) return [found.plugin];
      if (found.kind === "machine") return [];
      const chain = [own, `${requirement.text} ${requirement.range}`];
      this.#fail(plugin, { ...found, chain, found: found.found + acceptedBy(requirement, plugin, this.#plugins) });
      return [];
    });
  }

  #failCycle(cycle: readonly P[]): void {
    const labels = cycle.map(({ manifest }) => label(manifest));
    cycle.forEach((plugin, i) => {
      const chain = [...labels.slice(i), ...labels.slice(0, i), labels[i]];
      this.#fail(plugin, { chain, found: "a cycle", hint: "hodu plugin graph" });
    });
  }

  /** The first reason is the one that is said. */
  #fail(plugin: P, reason: Reason): void {
    if (this.#reasons.has(plugin)) return;
    this.#reasons.set(plugin, reason);
    this.failures.set(plugin, dependencyError(plugin.manifest, reason));
  }
}
