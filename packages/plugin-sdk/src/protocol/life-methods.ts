import { bytes, type Codec, list, natural, optional, orUndefined, pair, record, text } from "@hodu/core/wire";
import type { HoduEvent } from "../contracts/events.ts";
import { event } from "./event-codec.ts";
import type { HostMethods, PluginMethods, WireServiceCall, WireServiceResult } from "./messages.ts";
import { nothing, type Params, type Wired } from "./method-table.ts";
import { serviceData } from "./service-codec.ts";

type ServiceCall = {
  readonly service: string;
  readonly method: string;
  readonly arguments: readonly unknown[];
};
const serviceCall = {
  params: record<ServiceCall, WireServiceCall>({ service: text, method: text, arguments: list(serviceData) }),
  result: record<{ readonly value: unknown }, WireServiceResult>({
    value: orUndefined(serviceData) as Codec<unknown, WireServiceResult["value"]>,
  }),
};

type LifeMethod = "plugin.load" | "plugin.unload" | "event" | "service.call";

/** How a plugin is told that it comes and goes, and what happens meanwhile. */
export const LIFE_METHODS = {
  "plugin.load": {
    params: record<Params<"plugin.load">, Params<"plugin.load">>({ plugin: text, config: list(pair(text, text)) }),
    result: nothing,
  },
  "plugin.unload": { params: nothing, result: nothing },
  event: {
    params: record<{ readonly subscription?: number | undefined; readonly event: HoduEvent }, Params<"event">>({
      subscription: optional(natural),
      event,
    }),
    result: nothing,
  },
  "service.call": serviceCall,
} satisfies Wired<Pick<PluginMethods, LifeMethod>>;

type HostParams<M extends keyof HostMethods> = HostMethods[M]["params"];
type LifeHostMethod = Extract<keyof HostMethods, `event.${string}` | `service.${string}` | "keep.get">;

/** What a plugin asks of its host as long as it is loaded. */
export const LIFE_HOST_METHODS = {
  "keep.get": {
    params: record<HostParams<"keep.get">, HostParams<"keep.get">>({ keep: natural, key: text }),
    result: record<{ readonly bytes?: Uint8Array | undefined }, HostMethods["keep.get"]["result"]>({
      bytes: optional(bytes),
    }),
  },
  "event.publish": {
    params: record<{ readonly event: HoduEvent }, HostParams<"event.publish">>({ event }),
    result: nothing,
  },
  "event.subscribe": {
    params: record<HostParams<"event.subscribe">, HostParams<"event.subscribe">>({ subscription: natural, name: text }),
    result: nothing,
  },
  "event.unsubscribe": {
    params: record<HostParams<"event.unsubscribe">, HostParams<"event.unsubscribe">>({ subscription: natural }),
    result: nothing,
  },
  "service.register": {
    params: record<HostParams<"service.register">, HostParams<"service.register">>({
      service: text,
      methods: list(text),
    }),
    result: nothing,
  },
  "service.call": serviceCall,
} satisfies Wired<Pick<HostMethods, LifeHostMethod>>;
