import { HoduError, quote } from "@hodu/core";
import type { ServiceType } from "hodu-plugin-sdk";

/** Whose a service is: the plugin, in one of its lives. */
export interface ServiceOwner {
  readonly plugin: string;
}

interface Offer {
  readonly owner: ServiceOwner;
  readonly implementation: object;
}

/** What plugins offer to each other. */
export class ServiceTable {
  /** Of each name the offers of one plugin, the latest last: while it is reloaded there are two. */
  readonly #offers = new Map<string, readonly Offer[]>();

  /** Offers an object of that type. Throws BAD_USAGE when the name is taken, or a method is missing. */
  register<T extends object>(owner: ServiceOwner, { name, methods }: ServiceType<T>, implementation: T): void {
    const offers = this.#offers.get(name) ?? [];
    const taken = offers.find((offer) => offer.owner.plugin !== owner.plugin || offer.owner === owner);
    if (taken !== undefined)
      throw refusal(owner, name, `plugin ${quote(taken.owner.plugin)} offers it`, "another name");
    const missing = methods.find((method) => !hasMethod(implementation, method));
    if (missing !== undefined) throw refusal(owner, name, `it has no method ${quote(missing)}`, "one");
    this.#offers.set(name, [...offers, { owner, implementation }]);
  }

  /** What is offered; undefined when there is none, or it lacks a method of the type. */
  get<T extends object>({ name, methods }: ServiceType<T>): T | undefined {
    const found = this.#offers.get(name)?.at(-1)?.implementation;
    // An object with the methods of a type is what stands for it.
    return found !== undefined && methods.every((method) => hasMethod(found, method)) ? (found as T) : undefined;
  }

  /** Takes back all that an owner offered. */
  removeAll(owner: ServiceOwner): void {
    for (const [name, offers] of this.#offers) {
      const left = offers.filter((offer) => offer.owner !== owner);
      if (left.length > 0) this.#offers.set(name, left);
      else this.#offers.delete(name);
    }
  }
}

function hasMethod(implementation: object, name: string): boolean {
  return name in implementation && typeof (implementation as Readonly<Record<string, unknown>>)[name] === "function";
}

function refusal({ plugin }: ServiceOwner, name: string, found: string, expected: string): HoduError {
  const message = `Cannot register service ${quote(name)} of plugin ${quote(plugin)}: ${found}, expected ${expected}`;
  return new HoduError("BAD_USAGE", message, { where: { plugin } });
}
