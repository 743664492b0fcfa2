/**
 * Every type that crosses the line between a host and a plugin's process, version 1. docs/plugin-protocol.md explains it.
 * A message is JSON; bytes travel beside it as parts, and the message names them by their index.
 */
import type { DType, ErrorCode } from "@hodu/core";
import type {
  Part,
  WireFloat,
  WireNamedValue,
  WireNode,
  WireSnapshot,
  WireTensor,
  WireValue,
  WireValueType,
  WireWeight,
} from "@hodu/core/wire";
import type { Dump, DumpStage, InputShape, ReferenceCall } from "../contracts/backend.ts";
import type { BuildTarget, OutputFormat } from "../contracts/build.ts";
import type { LogLevel } from "../contracts/call-context.ts";
import type { ComponentName } from "../component-tables.ts";
import type { MemoryPart } from "./part-memory.ts";

/** Changes when a process of an older version could misunderstand a newer one; new methods and members do not change it. */
export const PROTOCOL_VERSION = 1;

/** The file descriptor of the line in a plugin's process, unless the variable of this name says another. */
export const LINE_DESCRIPTOR = 3;
export const LINE_VARIABLE = "HODU_PLUGIN_LINE";

// The envelope: JSON-RPC 2.0, with `parts` beside it.

export type Id = number;

export interface WireRequest {
  readonly jsonrpc: "2.0";
  readonly id: Id;
  readonly method: string;
  readonly params: unknown;
  /** Sizes in bytes of the parts that follow in data frames, or the files in memory that they are in. Absent: none. */
  readonly parts?: readonly WirePart[];
}

/** The size of a part, or where it is in memory. */
export type WirePart = number | MemoryPart;

/** A request without an id: nobody answers it. */
export type WireNotification = Omit<WireRequest, "id">;

export interface WireResult {
  readonly jsonrpc: "2.0";
  readonly id: Id;
  readonly result: unknown;
  readonly parts?: readonly WirePart[];
}

export interface WireFailure {
  readonly jsonrpc: "2.0";
  readonly id: Id;
  readonly error: WireRpcError;
}

export interface WireRpcError {
  /** METHOD_NOT_FOUND, INVALID_PARAMS and INTERNAL_ERROR as JSON-RPC has them; HODU_ERROR when `data` is there. */
  readonly code: number;
  readonly message: string;
  readonly data?: WireError;
}

export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
/** The plugin failed with something that is no HoduError: a defect of the plugin. */
export const INTERNAL_ERROR = -32603;
export const HODU_ERROR = -32000;

export type WireMessage = WireRequest | WireNotification | WireResult | WireFailure;

// What the host asks of the plugin.

/** Requests of the host, by method. */
export interface PluginMethods {
  /** The first request. */
  readonly initialize: {
    readonly params: {
      readonly protocol: number;
      readonly host: string;
      /** A folder in memory for parts. Absent: all travel in frames. */
      readonly memory?: string;
    };
    readonly result: WireIdentity;
  };
  readonly "format.loadModel": {
    readonly params: { readonly format: string; readonly source: WireSource; readonly options?: WireLoadModelOptions };
    readonly result: { readonly snapshot: WireSnapshot };
  };
  readonly "format.loadTensors": {
    readonly params: { readonly format: string; readonly source: WireSource; readonly options: WireLoadTensorsOptions };
    readonly result: WireTensorFile;
  };
  readonly "format.saveModel": {
    readonly params: {
      readonly format: string;
      readonly snapshot: WireSnapshot;
      /** The file that its weights of kind "file" refer to. */
      readonly source?: WireSource;
      readonly sink: WireSink;
      readonly options: WireSaveModelOptions;
    };
    readonly result: Empty;
  };
  readonly "format.saveTensors": {
    readonly params: WireTensorFile & { readonly format: string; readonly sink: WireSink };
    readonly result: Empty;
  };
  readonly "backend.supports": {
    readonly params: {
      readonly backend: string;
      readonly node: WireNode;
      /** null: not known. */
      readonly inputs: readonly (WireValueType | null)[];
    };
    /** Absent: it is supported. */
    readonly result: { readonly reason?: string };
  };
  /** May be left out: then the backend has what it needs. */
  readonly "backend.available": {
    readonly params: { readonly backend: string; readonly device: string };
    /** What is missing, in a line. Absent: nothing. */
    readonly result: { readonly reason?: string };
  };
  /** May be left out: then artifacts are not kept for later processes. */
  readonly "backend.identity": {
    readonly params: { readonly backend: string; readonly options: WireCompileOptions };
    /** Absent: artifacts are not kept. */
    readonly result: { readonly identity?: string };
  };
  readonly "backend.compile": {
    readonly params: {
      readonly backend: string;
      readonly snapshot: WireSnapshot;
      readonly source?: WireSource;
      readonly options: WireCompileOptions;
    };
    readonly result: { readonly artifact: WireArtifact };
  };
  readonly "backend.load": {
    readonly params: {
      readonly backend: string;
      readonly artifact: WireArtifact;
      readonly weights?: WireSource;
      readonly options: WireSessionOptions;
      /** Where the host keeps what the session compiles later: `keep.get` under this number. Absent: nowhere. */
      readonly keep?: number;
    };
    readonly result: { readonly session: number };
  };
  readonly "backend.supportedTargets": {
    readonly params: { readonly backend: string };
    readonly result: { readonly targets: readonly BuildTarget[] };
  };
  readonly "backend.supportedFormats": {
    readonly params: { readonly backend: string; readonly target: BuildTarget };
    readonly result: { readonly formats: readonly OutputFormat[] };
  };
  readonly "backend.build": {
    readonly params: {
      readonly backend: string;
      readonly snapshot: WireSnapshot;
      readonly source?: WireSource;
      readonly target: BuildTarget;
      readonly format: OutputFormat;
      readonly sink: WireSink;
    };
    readonly result: Empty;
  };
  /** The bytes that the host is to keep under a key, asked for while it answers `keep.get`. */
  readonly "keep.make": {
    readonly params: { readonly keep: number; readonly key: string };
    readonly result: { readonly bytes: Part };
  };
  readonly "session.run": {
    readonly params: {
      readonly session: number;
      readonly inputs: readonly WireNamedValue[];
      readonly options: WireRunOptions;
    };
    readonly result: WireRunResult;
  };
  readonly "session.dispose": { readonly params: { readonly session: number }; readonly result: Empty };
  readonly "transform.apply": {
    readonly params: {
      readonly transform: string;
      readonly snapshot: WireSnapshot;
      /** JSON. */
      readonly config: WireObject;
    };
    readonly result: { readonly patches: readonly WirePatch[] };
  };
  readonly "operator.infer": {
    readonly params: {
      readonly operator: string;
      readonly node: WireNode;
      /** null: not known. */
      readonly inputs: readonly (WireValueType | null)[];
    };
    readonly result: { readonly outputs: readonly (WireValueType | null)[] };
  };
  /** May be left out: then nothing is lowered. */
  readonly "operator.lower": {
    readonly params: { readonly operator: string; readonly snapshot: WireSnapshot };
    readonly result: { readonly patches: readonly WirePatch[] };
  };
  /** May be left out: then nodes that are not lowered cannot run. */
  readonly "operator.run": {
    readonly params: {
      readonly operator: string;
      readonly node: WireNode;
      /** null: left out. */
      readonly inputs: readonly (WireValue | null)[];
    };
    readonly result: { readonly outputs: readonly WireValue[] };
  };
  /** May be left out: then there are none. */
  readonly "operator.samples": {
    readonly params: { readonly operator: string };
    readonly result: {
      readonly samples: readonly { readonly node: WireNode; readonly inputs: readonly WireNamedValue[] }[];
    };
  };
  readonly "kernel.matches": {
    readonly params: { readonly kernel: string; readonly node: WireNode; readonly snapshot: WireSnapshot };
    /** Absent: it computes the node. */
    readonly result: { readonly reason?: string };
  };
  readonly "kernel.parameters": {
    readonly params: { readonly kernel: string; readonly node: WireNode; readonly snapshot: WireSnapshot };
    readonly result: { readonly parameters: readonly WireParameter[] };
  };
  readonly "kernelBackend.generate": {
    readonly params: {
      readonly kernelBackend: string;
      readonly node: WireNode;
      readonly parameters: readonly WireParameter[];
    };
    readonly result: { readonly files: readonly (readonly [name: string, text: string])[] };
  };
  readonly "hwTransform.apply": {
    readonly params: {
      readonly transform: string;
      readonly snapshot: WireSnapshot;
      readonly config: WireObject;
    };
    readonly result: { readonly patches: readonly WirePatch[] };
  };
  /** Asked once, before other calls, of a plugin that says it has a life. What fails makes the load fail. */
  readonly "plugin.load": {
    readonly params: {
      readonly plugin: string;
      /** Its settings, each as text. */
      readonly config: readonly (readonly [key: string, value: string])[];
    };
    readonly result: Empty;
  };
  /** Asked once after `plugin.load`, before the end. */
  readonly "plugin.unload": { readonly params: Empty; readonly result: Empty };
  /** Something that the plugin subscribed to; answered when its listener is done. */
  readonly event: {
    readonly params: {
      /** The number of the subscription; absent: its `onEvent`. */
      readonly subscription?: number;
      readonly event: WireEvent;
    };
    readonly result: Empty;
  };
  /** A method of a service that the plugin has registered. */
  readonly "service.call": {
    readonly params: WireServiceCall;
    readonly result: WireServiceResult;
  };
  /** The plugin disposes of everything, answers, and ends its process. */
  readonly shutdown: { readonly params: Empty; readonly result: Empty };
}

/** Notifications of both sides. */
export interface SharedNotifications {
  /** The bytes of a part were taken: its file may be used again. */
  readonly "memory.free": { readonly file: string };
}

/** Notifications of the host. */
export interface PluginNotifications extends SharedNotifications {
  /** The call of this id is to end soon, with this error. It is answered all the same. */
  readonly cancel: { readonly id: Id; readonly error: WireError };
}

// What the plugin asks of the host, while the call that brought a file is open or a session holds it.

/** Requests of the plugin, by method. */
export interface HostMethods {
  /** The bytes offset..offset+length, both within the source's size. */
  readonly "source.read": {
    readonly params: {
      readonly source: number;
      readonly offset: number;
      readonly length: number;
      /** They are passed through and not read again: the host keeps nothing of them in memory, if they are at most 4 MiB. */
      readonly once?: boolean;
    };
    readonly result: { readonly bytes: Part };
  };
  /** The file that `name` points to from the source. It lives as long as the source. */
  readonly "source.sibling": {
    readonly params: { readonly source: number; readonly name: string };
    readonly result: { readonly source: WireSource };
  };
  /** Appends bytes to a file in the making. The next write of a sink follows the answer to this one. */
  readonly "sink.write": {
    readonly params: { readonly sink: number; readonly bytes: Part };
    readonly result: Empty;
  };
  /** Another file of the same result in the same folder. It lives as long as the sink. */
  readonly "sink.sibling": {
    readonly params: { readonly sink: number; readonly name: string };
    readonly result: { readonly sink: WireSink };
  };
  /** What the host keeps under a key; where it keeps nothing, it asks `keep.make`, and keeps that. */
  readonly "keep.get": {
    readonly params: { readonly keep: number; readonly key: string };
    /** Absent: what `keep.make` just gave. */
    readonly result: { readonly bytes?: Part };
  };
  /** Answered when all listeners have had it. */
  readonly "event.publish": { readonly params: { readonly event: WireEvent }; readonly result: Empty };
  /** From now on events of that name come as \`event\` with this number, which the plugin chooses. */
  readonly "event.subscribe": {
    readonly params: { readonly subscription: number; readonly name: string };
    readonly result: Empty;
  };
  readonly "event.unsubscribe": { readonly params: { readonly subscription: number }; readonly result: Empty };
  readonly "service.register": {
    readonly params: { readonly service: string; readonly methods: readonly string[] };
    readonly result: Empty;
  };
  /** A method of a service of another plugin. */
  readonly "service.call": {
    readonly params: WireServiceCall;
    readonly result: WireServiceResult;
  };
}

/** Notifications of the plugin. */
export interface HostNotifications extends SharedNotifications {
  /** The plugin has no more use for a source before its call or session ends. */
  readonly "source.close": { readonly source: number };
  /** `call` is the id of the host's request that it belongs to; absent: to none. */
  readonly log: { readonly call?: Id; readonly level: LogLevel; readonly message: string };
  readonly progress: {
    readonly call: Id;
    readonly done: WireFloat;
    /** Absent: not known. */
    readonly total?: WireFloat;
    readonly label: string;
  };
}

/** What a plugin says that it is: the host holds it to the manifest. */
export interface WireIdentity {
  /** All that it implements, but runtimes, adapters and extensions, which have no calls of their own. */
  readonly components: readonly ComponentName[];
  /** Absent: as in the manifest. */
  readonly id?: string;
  readonly version?: string;
  /** What it does when it comes and goes: with any of them, it is asked to `plugin.load`. Absent: nothing. */
  readonly life?: readonly LifeMember[];
  /** It can use the folder in memory, and does from now on. */
  readonly memory?: boolean;
}

export type LifeMember = "onLoad" | "onUnload" | "onEvent";

export type Empty = Readonly<Record<string, never>>;

// Data that is the protocol's own; Snapshots and values are those of @hodu/core/wire. An absent member stands for undefined.

export interface WireTensorFile {
  readonly values: readonly WireNamedValue[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

export interface WireLoadModelOptions {
  readonly domains?: readonly string[];
}

export interface WireLoadTensorsOptions {
  readonly dtypes?: readonly (readonly [name: string, dtype: DType])[];
}

/** An object of JSON. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A variant of HoduEvent; `data` of a Custom one is JSON. */
export interface WireEvent extends WireObject {
  readonly type: string;
}

export interface WireServiceCall {
  readonly service: string;
  readonly method: string;
  readonly arguments: readonly WireServiceData[];
}

export interface WireServiceResult {
  /** Absent: the method gives nothing. */
  readonly value?: WireServiceData;
}

/**
 * What a method of a service takes or gives: JSON, in which an object of one member stands for what JSON has not. Other objects have no
 * member that begins with "$".
 */
export type WireServiceData =
  | null
  | boolean
  | number
  | string
  | readonly WireServiceData[]
  | { readonly [member: string]: WireServiceData }
  | { readonly $float: WireFloat }
  | { readonly $integer: string }
  | { readonly $bytes: Part }
  | { readonly $value: WireValue };

export type WireParameter = readonly [name: string, value: WireFloat];

export interface WirePatch {
  readonly pattern: string;
  readonly remove: readonly string[];
  readonly add: readonly WireNode[];
  readonly weights: readonly (WireMadeWeight | WireWeight)[];
  readonly rename: readonly (readonly [from: string, to: string])[];
  readonly dropWeights?: readonly string[];
}

/** A constant that was computed; other weights refer to bytes that are there. */
export interface WireMadeWeight {
  readonly name: string;
  readonly value: WireTensor;
}

export interface WireSaveModelOptions {
  readonly opset?: number;
  readonly externalWeights?: boolean;
}

export interface WireCompileOptions {
  readonly device: string;
  readonly precision: "native" | "f64";
  readonly optLevel?: number;
  readonly shapes?: readonly InputShape[];
  readonly reproducible?: boolean;
  readonly fallback?: boolean;
  readonly dump?: readonly DumpStage[];
  readonly workDir?: string;
}

export interface WireSessionOptions {
  readonly threads: number;
  readonly maxMemory: WireFloat;
  readonly keepMemory?: boolean;
}

export interface WireArtifact {
  readonly backend: string;
  readonly version: string;
  readonly device: string;
  readonly precision: "native" | "f64";
  readonly bytes: Part;
  readonly report?: WireCompileReport;
}

export interface WireCompileReport {
  readonly optimizations: readonly string[];
  readonly kernels: number;
  readonly calls: readonly ReferenceCall[];
  readonly arenaBytes: number;
  readonly constantBytes: number;
  readonly dumps: readonly Dump[];
  readonly phases: readonly { readonly name: string; readonly milliseconds: WireFloat }[];
}

export interface WireRunOptions {
  readonly outputs?: readonly string[];
  readonly profile?: boolean;
  readonly seed?: WireFloat;
}

export interface WireRunResult {
  readonly outputs: readonly WireNamedValue[];
  readonly nodes?: readonly WireNodeTime[];
  readonly peakBytes: number;
}

export interface WireNodeTime {
  readonly name: string;
  readonly operator: string;
  readonly origin: readonly string[];
  readonly calls: number;
  readonly milliseconds: WireFloat;
  readonly flops?: WireFloat;
  readonly compiled?: boolean;
}

/** A file that the host opened: read it with source.read under this number. */
export interface WireSource {
  readonly source: number;
  readonly name: string;
  readonly size: number;
}

/** A file that the host makes: append to it with sink.write under this number, until the call ends. */
export interface WireSink {
  readonly sink: number;
  /** The name that the file will have. */
  readonly name: string;
}

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly where?: {
    readonly file?: string;
    readonly field?: string;
    readonly offset?: number;
    readonly node?: string;
    readonly operator?: string;
    readonly plugin?: string;
  };
  /** What led to it, as text. */
  readonly cause?: string;
}
