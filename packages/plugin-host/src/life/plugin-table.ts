import { HoduError, quote } from "@hodu/core";
import type { Component, ComponentKind } from "hodu-plugin-sdk";
import { findPlugin } from "../find-plugin.ts";
import { type ListedPlugin, ORIGINS, type PluginOrigin } from "../listed-plugin.ts";
import { LivingPlugin } from "./living-plugin.ts";

/** A plugin that another of the same id stands before, by the order in which places are looked at. */
export interface ShadowedListing {
  readonly plugin: ListedPlugin;
  readonly by: ListedPlugin;
}

/** The plugins of a registry, each id once. */
export class PluginTable {
  readonly #plugins = new Map<string, LivingPlugin>();
  readonly #shadowed: ShadowedListing[] = [];

  get all(): readonly LivingPlugin[] {
    return [...this.#plugins.values()];
  }

  get shadowed(): readonly ShadowedListing[] {
    return this.#shadowed;
  }

  /**
   * Adds a plugin. The same one again changes nothing; of two from different places the first in the order of places counts, the other is
   * shadowed. Throws BAD_PLUGIN for two different ones from one place, BAD_USAGE for one that would take the place of one in use.
   */
  add(listed: ListedPlugin): LivingPlugin {
    const { id } = listed.manifest;
    const known = this.#plugins.get(id.toLowerCase());
    if (known === undefined) return this.#set(listed);
    if (isSame(known.listed, listed)) return known;
    if (listed.origin === known.origin) throw twice(listed, known.listed);
    if (standsBefore(known.origin, listed.origin)) {
      this.#shadowed.push({ plugin: listed, by: known.listed });
      return known;
    }
    if (known.life !== undefined || known.loading !== undefined) throw inUse(id);
    this.#shadowed.push({ plugin: known.listed, by: listed });
    return this.#set(listed);
  }

  /** By id, short name, or kind and name. Throws PLUGIN_NOT_FOUND, BAD_USAGE. `what` completes "Cannot". */
  named(name: string, what: string): LivingPlugin {
    return findPlugin(this.all, name, what);
  }

  /** The plugin that has a component. Throws PLUGIN_NOT_FOUND, BAD_USAGE when several have one of that name. */
  withComponent<Kind extends ComponentKind>(kind: Kind, name: string): readonly [LivingPlugin, ComponentOfKind<Kind>] {
    const wanted = name.trim().toLowerCase();
    const having = this.all.flatMap((plugin) =>
      plugin.manifest.components
        .filter((one): one is ComponentOfKind<Kind> => one.kind === kind)
        .filter((one) => [one.name, plugin.id].some((own) => own.toLowerCase() === wanted))
        .map((component) => [plugin, component] as const),
    );
    if (having.length === 1) return having[0];
    const candidates = having.map(([plugin, one]) => `${one.name} (${plugin.id})`).join(" or ");
    const found = having.length === 0 ? "there is none of that name" : `it could be ${candidates}, expected one`;
    const code = having.length === 0 ? "PLUGIN_NOT_FOUND" : "BAD_USAGE";
    throw new HoduError(code, `Cannot use ${kind} ${quote(name)}: ${found}`, { hint: "hodu plugin list --all" });
  }

  #set(listed: ListedPlugin): LivingPlugin {
    const plugin = new LivingPlugin(listed);
    this.#plugins.set(listed.manifest.id.toLowerCase(), plugin);
    return plugin;
  }
}

/** A component as data, of one kind. */
export type ComponentOfKind<Kind extends ComponentKind> = Extract<Component, { readonly kind: Kind }>;

/** Whether a plugin from the one place stands before one of the same id from the other. A project has no say over what comes with Hodu. */
function standsBefore(a: PluginOrigin, b: PluginOrigin): boolean {
  const isOfHodu = (origin: PluginOrigin): boolean => origin === "bundled" || origin === "builtin";
  if (isOfHodu(a) && b === "project") return true;
  return !(a === "project" && isOfHodu(b)) && ORIGINS.indexOf(a) < ORIGINS.indexOf(b);
}

/** The same origin and digest, or the same listing. */
function isSame(a: ListedPlugin, b: ListedPlugin): boolean {
  return a === b || (a.origin === b.origin && a.digest !== undefined && a.digest === b.digest);
}

function twice({ manifest, origin, folder }: ListedPlugin, known: ListedPlugin): HoduError {
  const places = [known.folder, folder].flatMap((place) => (place === undefined ? [] : [quote(place)]));
  const where = places.length === 0 ? "" : ` (${places.join(" and ")})`;
  return new HoduError(
    "BAD_PLUGIN",
    `Cannot register plugin ${quote(manifest.id)}: it is there twice in one place, ${quote(origin)}${where}, expected once`,
    { where: { plugin: manifest.id } },
  );
}

function inUse(id: string): HoduError {
  return new HoduError("BAD_USAGE", `Cannot register plugin ${quote(id)}: another of that name is in use`, {
    hint: `await registry.unload(${JSON.stringify(id)})`,
    where: { plugin: id },
  });
}
