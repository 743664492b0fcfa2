import { HoduError, quote } from "@hodu/core";
import type { Plugin } from "../contracts/plugin.ts";
import type { Answers } from "./connection.ts";
import type { LIFE_METHODS } from "./life-methods.ts";
import type { LifeMember } from "./messages.ts";
import { RemoteContext } from "./remote-context.ts";
import type { Host } from "./remote-files.ts";

/** What a plugin does when it comes and goes. */
export function lifeOf(plugin: Plugin): readonly LifeMember[] {
  return (["onLoad", "onUnload", "onEvent"] as const).filter((member) => plugin[member] !== undefined);
}

/** How a plugin's process is loaded and unloaded, and hears of events and calls of its services meanwhile. */
export function lifeAnswers(plugin: Plugin, host: () => Host): Answers<typeof LIFE_METHODS> {
  let context: RemoteContext | undefined;
  const loaded = (what: string): RemoteContext => {
    if (context !== undefined) return context;
    throw new HoduError("BAD_USAGE", `Cannot ${what}: the plugin is not loaded`);
  };
  return {
    "plugin.load": async ({ plugin: id, config }) => {
      const opened = new RemoteContext(id, new Map(config), host());
      context = opened;
      try {
        await plugin.onLoad?.(opened);
        await opened.settled();
      } catch (error) {
        context = undefined;
        throw error;
      }
      return {};
    },
    "plugin.unload": async () => {
      try {
        await plugin.onUnload?.(loaded("unload the plugin"));
      } finally {
        context = undefined;
      }
      return {};
    },
    event: async ({ subscription, event }) => {
      const opened = loaded(`deliver the event ${quote(event.type)}`);
      if (subscription === undefined) await plugin.onEvent?.(event, opened);
      else await opened.deliver(subscription, event);
      return {};
    },
    "service.call": async ({ service, method, arguments: given }) => ({
      value: await loaded(`call service ${quote(service)}`).serve(service, method, given),
    }),
  };
}
