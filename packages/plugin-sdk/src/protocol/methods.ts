import type { HoduError } from "@hodu/core";
import { bytes, flag, float, list, natural, oneOf, optional, record, text } from "@hodu/core/wire";
import { COMPONENT_TABLES, type ComponentName } from "../component-tables.ts";
import type { LogLevel } from "../contracts/call-context.ts";
import type { ComponentKind } from "../contracts/manifest.ts";
import { BACKEND_METHODS } from "./backend-methods.ts";
import { hoduError } from "./error-codec.ts";
import { FORMAT_METHODS } from "./format-methods.ts";
import { GRAPH_METHODS } from "./graph-methods.ts";
import { LIFE_HOST_METHODS, LIFE_METHODS } from "./life-methods.ts";
import type {
  HostMethods,
  HostNotifications,
  LifeMember,
  PluginMethods,
  PluginNotifications,
  SharedNotifications,
  WireIdentity,
  WireSink,
  WireSource,
} from "./messages.ts";
import { nothing, type Params, sink, source, type Wired, type WiredNotices } from "./method-table.ts";

const componentKind = oneOf(...(Object.keys(COMPONENT_TABLES) as ComponentKind[]));
const lifeMember = oneOf<LifeMember>("onLoad", "onUnload", "onEvent");

/** What the host asks of the plugin. */
export const PLUGIN_METHODS = {
  initialize: {
    params: record<Params<"initialize">, Params<"initialize">>({
      protocol: natural,
      host: text,
      memory: optional(text),
    }),
    result: record<WireIdentity, WireIdentity>({
      components: list(record<ComponentName, ComponentName>({ kind: componentKind, name: text })),
      id: optional(text),
      version: optional(text),
      life: optional(list(lifeMember)),
      memory: optional(flag),
    }),
  },
  ...FORMAT_METHODS,
  ...BACKEND_METHODS,
  ...GRAPH_METHODS,
  ...LIFE_METHODS,
  shutdown: { params: nothing, result: nothing },
} satisfies Wired<PluginMethods>;

/** What each side tells the other; the connection itself hears it. */
export const SHARED_NOTICES = {
  "memory.free": record<SharedNotifications["memory.free"], SharedNotifications["memory.free"]>({ file: text }),
} satisfies WiredNotices<SharedNotifications>;

/** What the host tells the plugin. */
export const PLUGIN_NOTICES = {
  cancel: record<{ readonly id: number; readonly error: HoduError }, PluginNotifications["cancel"]>({
    id: natural,
    error: hoduError,
  }),
} satisfies WiredNotices<Omit<PluginNotifications, keyof SharedNotifications>>;

type HostParams<M extends keyof HostMethods> = HostMethods[M]["params"];

interface SourceRead {
  readonly source: number;
  readonly offset: number;
  readonly length: number;
  readonly once?: boolean | undefined;
}

/** What the plugin asks of the host. */
export const HOST_METHODS = {
  "source.read": {
    params: record<SourceRead, HostParams<"source.read">>({
      source: natural,
      offset: natural,
      length: natural,
      once: optional(flag),
    }),
    result: record<{ readonly bytes: Uint8Array }, HostMethods["source.read"]["result"]>({ bytes }),
  },
  "source.sibling": {
    params: record<HostParams<"source.sibling">, HostParams<"source.sibling">>({ source: natural, name: text }),
    result: record<{ readonly source: WireSource }, { readonly source: WireSource }>({ source }),
  },
  "sink.write": {
    params: record<{ readonly sink: number; readonly bytes: Uint8Array }, HostParams<"sink.write">>({
      sink: natural,
      bytes,
    }),
    result: nothing,
  },
  "sink.sibling": {
    params: record<HostParams<"sink.sibling">, HostParams<"sink.sibling">>({ sink: natural, name: text }),
    result: record<{ readonly sink: WireSink }, { readonly sink: WireSink }>({ sink }),
  },
  ...LIFE_HOST_METHODS,
} satisfies Wired<HostMethods>;

interface LogNotice {
  readonly call?: number | undefined;
  readonly level: LogLevel;
  readonly message: string;
}

/** What the plugin tells the host. */
export const HOST_NOTICES = {
  "source.close": record<{ readonly source: number }, { readonly source: number }>({ source: natural }),
  log: record<LogNotice, HostNotifications["log"]>({
    call: optional(natural),
    level: oneOf("error", "warn", "info", "debug", "trace"),
    message: text,
  }),
  progress: record<
    { readonly call: number; readonly done: number; readonly total?: number | undefined; readonly label: string },
    HostNotifications["progress"]
  >({ call: natural, done: float, total: optional(float), label: text }),
} satisfies WiredNotices<Omit<HostNotifications, keyof SharedNotifications>>;
