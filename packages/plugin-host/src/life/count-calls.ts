import { COMPONENT_TABLES, type Session } from "hodu-plugin-sdk";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import { endsWithin } from "./within.ts";

/** A plugin whose calls are counted. */
export interface CountedPlugin {
  readonly plugin: LoadedPlugin;
  /** Whether a call is in flight, or a session open. */
  readonly isBusy: () => boolean;
  /** Resolves when no call is in flight and no session is open, or after `milliseconds`. */
  drain(milliseconds: number): Promise<void>;
}

/** The plugin, and a count of what is in flight in it. A session is in flight until it is disposed of. */
export function countCalls(plugin: LoadedPlugin): CountedPlugin {
  const flight = new Flight();
  const counted = Object.values(COMPONENT_TABLES).flatMap((table) => {
    const components = table === undefined ? undefined : plugin[table];
    if (table === undefined || components === undefined) return [];
    const all = Object.entries(components).map(([name, one]) => [name, countMethods(one, flight)] as const);
    return [[table, Object.fromEntries(all)] as const];
  });
  return {
    plugin: { ...plugin, ...Object.fromEntries(counted) },
    isBusy: () => flight.isOpen,
    drain: (milliseconds) => flight.landed(milliseconds),
  };
}

type Method = (...args: readonly unknown[]) => unknown;

function countMethods(component: object, flight: Flight): object {
  const members = Object.entries(component).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function") return [name, member] as const;
    const method = member as Method;
    return [name, (...args: readonly unknown[]) => flight.during(() => method.apply(component, [...args]))] as const;
  });
  return Object.fromEntries(members);
}

/** What is in flight. */
class Flight {
  #open = 0;
  #landed: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#open > 0;
  }

  during(call: () => unknown): unknown {
    this.#open += 1;
    let result: unknown;
    try {
      result = call();
    } catch (error) {
      this.#end();
      throw error;
    }
    if (result instanceof Promise) return this.#until(result);
    this.#end();
    return result;
  }

  async landed(milliseconds: number): Promise<void> {
    if (this.#open === 0 || milliseconds <= 0) return;
    const landed = new Promise<void>((resolve) => this.#landed.push(resolve));
    await endsWithin(landed, milliseconds);
  }

  async #until(result: Promise<unknown>): Promise<unknown> {
    let isSession = false;
    try {
      const given = await result;
      isSession = looksLikeSession(given);
      return isSession ? this.#countSession(given as Session) : given;
    } finally {
      if (!isSession) this.#end();
    }
  }

  #countSession(session: Session): Session {
    let isOpen = true;
    const dispose = async (): Promise<void> => {
      try {
        await session.dispose();
      } finally {
        if (isOpen) this.#end();
        isOpen = false;
      }
    };
    return { ...session, dispose };
  }

  #end(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    for (const resolve of this.#landed.splice(0)) resolve();
  }
}

const looksLikeSession = (given: unknown): boolean =>
  typeof given === "object" && given !== null && "run" in given && "dispose" in given;
