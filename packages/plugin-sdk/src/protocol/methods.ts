import type { HoduError, NamedValue, Node, Snapshot, ValueType } from "@hodu/core";
import type { Artifact, CompileOptions, RunOptions, SessionOptions } from "../contracts/backend.ts";
import type { LogLevel } from "../contracts/call-context.ts";
import type { LoadTensorsOptions, SaveModelOptions, TensorFile } from "../contracts/format.ts";
import { artifact, compileOptions, runOptions, runResult, sessionOptions } from "./backend-codecs.ts";
import {
  bytes,
  type Codec,
  dtype,
  flag,
  float,
  list,
  namedValue,
  natural,
  node,
  oneOf,
  optional,
  orNull,
  pair,
  record,
  snapshot,
  text,
  valueType,
} from "@hodu/core/wire";
import { hoduError } from "./error-codec.ts";
import { COMPONENT_TABLES, type ComponentName } from "../component-tables.ts";
import type { ComponentKind } from "../contracts/manifest.ts";
import type {
  Empty,
  HostMethods,
  HostNotifications,
  PluginMethods,
  PluginNotifications,
  WireIdentity,
  WireLoadTensorsOptions,
  WireSaveModelOptions,
  WireSink,
  WireSource,
  WireTensorFile,
} from "./messages.ts";

/** How the parameters and the result of each method travel. */
export type MethodTable = {
  readonly [method: string]: { readonly params: Codec<unknown>; readonly result: Codec<unknown> };
};
export type NoticeTable = { readonly [method: string]: Codec<unknown> };

/** What a codec's data is. */
export type DataOf<C> = C extends Codec<infer T> ? T : never;

type Wired<M> = {
  readonly [K in keyof M]: M[K] extends { readonly params: infer P; readonly result: infer R }
    ? { readonly params: Codec<unknown, P>; readonly result: Codec<unknown, R> }
    : never;
};
type WiredNotices<N> = { readonly [K in keyof N]: Codec<unknown, N[K]> };
type Params<M extends keyof PluginMethods> = PluginMethods[M]["params"];

const componentKind = oneOf(...(Object.keys(COMPONENT_TABLES) as ComponentKind[]));
const nothing = record<Empty, Empty>({});
const source = record<WireSource, WireSource>({ source: natural, name: text, size: natural });
const sink = record<WireSink, WireSink>({ sink: natural, name: text });

interface FormatCall {
  readonly format: string;
  readonly source: WireSource;
}
const formatCall = record<FormatCall, FormatCall>({ format: text, source });

const tensorFields = { values: list(namedValue), metadata: list(pair(text, text)) };
const tensorFile = record<TensorFile, WireTensorFile>(tensorFields);

interface SessionCall {
  readonly session: number;
}
const sessionCall = record<SessionCall, SessionCall>({ session: natural });

/** What the host asks of the plugin. */
export const PLUGIN_METHODS = {
  initialize: {
    params: record<Params<"initialize">, Params<"initialize">>({ protocol: natural, host: text }),
    result: record<WireIdentity, WireIdentity>({
      components: list(record<ComponentName, ComponentName>({ kind: componentKind, name: text })),
      id: optional(text),
      version: optional(text),
    }),
  },
  "format.loadModel": {
    params: formatCall,
    result: record<{ readonly snapshot: Snapshot }, PluginMethods["format.loadModel"]["result"]>({ snapshot }),
  },
  "format.loadTensors": {
    params: record<FormatCall & { readonly options: LoadTensorsOptions }, Params<"format.loadTensors">>({
      format: text,
      source,
      options: record<LoadTensorsOptions, WireLoadTensorsOptions>({ dtypes: optional(list(pair(text, dtype))) }),
    }),
    result: tensorFile,
  },
  "format.saveModel": {
    params: record<
      {
        readonly format: string;
        readonly snapshot: Snapshot;
        readonly source?: WireSource | undefined;
        readonly sink: WireSink;
        readonly options: SaveModelOptions;
      },
      Params<"format.saveModel">
    >({
      format: text,
      snapshot,
      source: optional(source),
      sink,
      options: record<SaveModelOptions, WireSaveModelOptions>({
        opset: optional(natural),
        externalWeights: optional(flag),
      }),
    }),
    result: nothing,
  },
  "format.saveTensors": {
    params: record<TensorFile & { readonly format: string; readonly sink: WireSink }, Params<"format.saveTensors">>({
      ...tensorFields,
      format: text,
      sink,
    }),
    result: nothing,
  },
  "backend.supports": {
    params: record<
      { readonly backend: string; readonly node: Node; readonly inputs: readonly (ValueType | undefined)[] },
      Params<"backend.supports">
    >({ backend: text, node, inputs: list(orNull(valueType)) }),
    result: record<{ readonly reason?: string }, { readonly reason?: string }>({ reason: optional(text) }),
  },
  "backend.available": {
    params: record<Params<"backend.available">, Params<"backend.available">>({ backend: text, device: text }),
    result: record<{ readonly reason?: string }, { readonly reason?: string }>({ reason: optional(text) }),
  },
  "backend.identity": {
    params: record<{ readonly backend: string; readonly options: CompileOptions }, Params<"backend.identity">>({
      backend: text,
      options: compileOptions,
    }),
    result: record<{ readonly identity?: string }, { readonly identity?: string }>({ identity: optional(text) }),
  },
  "backend.compile": {
    params: record<
      {
        readonly backend: string;
        readonly snapshot: Snapshot;
        readonly source?: WireSource | undefined;
        readonly options: CompileOptions;
      },
      Params<"backend.compile">
    >({ backend: text, snapshot, source: optional(source), options: compileOptions }),
    result: record<{ readonly artifact: Artifact }, PluginMethods["backend.compile"]["result"]>({ artifact }),
  },
  "backend.load": {
    params: record<
      {
        readonly backend: string;
        readonly artifact: Artifact;
        readonly weights?: WireSource | undefined;
        readonly options: SessionOptions;
      },
      Params<"backend.load">
    >({ backend: text, artifact, weights: optional(source), options: sessionOptions }),
    result: sessionCall,
  },
  "session.run": {
    params: record<
      { readonly session: number; readonly inputs: readonly NamedValue[]; readonly options: RunOptions },
      Params<"session.run">
    >({ session: natural, inputs: list(namedValue), options: runOptions }),
    result: runResult,
  },
  "session.dispose": { params: sessionCall, result: nothing },
  shutdown: { params: nothing, result: nothing },
} satisfies Wired<PluginMethods>;

/** What the host tells the plugin. */
export const PLUGIN_NOTICES = {
  cancel: record<{ readonly id: number; readonly error: HoduError }, PluginNotifications["cancel"]>({
    id: natural,
    error: hoduError,
  }),
} satisfies WiredNotices<PluginNotifications>;

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
} satisfies Wired<HostMethods>;

interface LogNotice {
  readonly call: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** What the plugin tells the host. */
export const HOST_NOTICES = {
  "source.close": record<{ readonly source: number }, { readonly source: number }>({ source: natural }),
  log: record<LogNotice, LogNotice>({
    call: natural,
    level: oneOf("error", "warn", "info", "debug", "trace"),
    message: text,
  }),
  progress: record<
    { readonly call: number; readonly done: number; readonly total?: number | undefined; readonly label: string },
    HostNotifications["progress"]
  >({ call: natural, done: float, total: optional(float), label: text }),
} satisfies WiredNotices<HostNotifications>;
