import type { NamedValue, Node, Snapshot, ValueType } from "@hodu/core";
import {
  bytes,
  list,
  namedValue,
  natural,
  node,
  optional,
  orNull,
  record,
  snapshot,
  text,
  valueType,
} from "@hodu/core/wire";
import type { Artifact, CompileOptions, RunOptions, SessionOptions } from "../contracts/backend.ts";
import type { BuildTarget, OutputFormat } from "../contracts/build.ts";
import { artifact, compileOptions, runOptions, runResult, sessionOptions } from "./backend-codecs.ts";
import type { PluginMethods, WireSink, WireSource } from "./messages.ts";
import { nothing, type Params, type Result, sink, source, type Wired } from "./method-table.ts";

const reason = record<{ readonly reason?: string }, { readonly reason?: string }>({ reason: optional(text) });
const target = record<BuildTarget, BuildTarget>({ triple: text, device: text });
const outputFormat = record<OutputFormat, OutputFormat>({ name: text, extension: text });
const keepCall = record<Params<"keep.make">, Params<"keep.make">>({ keep: natural, key: text });

type SessionCall = {
  readonly session: number;
};
const sessionCall = record<SessionCall, SessionCall>({ session: natural });

/** A backend, and a model that it is called with. */
type ModelCall = {
  readonly backend: string;
  readonly snapshot: Snapshot;
  readonly source?: WireSource | undefined;
};
const modelCall = { backend: text, snapshot, source: optional(source) };

/** Calls of backends and of their sessions. */
export const BACKEND_METHODS = {
  "backend.supports": {
    params: record<
      { readonly backend: string; readonly node: Node; readonly inputs: readonly (ValueType | undefined)[] },
      Params<"backend.supports">
    >({ backend: text, node, inputs: list(orNull(valueType)) }),
    result: reason,
  },
  "backend.available": {
    params: record<Params<"backend.available">, Params<"backend.available">>({ backend: text, device: text }),
    result: reason,
  },
  "backend.identity": {
    params: record<{ readonly backend: string; readonly options: CompileOptions }, Params<"backend.identity">>({
      backend: text,
      options: compileOptions,
    }),
    result: record<{ readonly identity?: string }, { readonly identity?: string }>({ identity: optional(text) }),
  },
  "backend.compile": {
    params: record<ModelCall & { readonly options: CompileOptions }, Params<"backend.compile">>({
      ...modelCall,
      options: compileOptions,
    }),
    result: record<{ readonly artifact: Artifact }, Result<"backend.compile">>({ artifact }),
  },
  "backend.load": {
    params: record<
      {
        readonly backend: string;
        readonly artifact: Artifact;
        readonly weights?: WireSource | undefined;
        readonly options: SessionOptions;
        readonly keep?: number | undefined;
      },
      Params<"backend.load">
    >({ backend: text, artifact, weights: optional(source), options: sessionOptions, keep: optional(natural) }),
    result: sessionCall,
  },
  "backend.supportedTargets": {
    params: record<{ readonly backend: string }, Params<"backend.supportedTargets">>({ backend: text }),
    result: record<Result<"backend.supportedTargets">, Result<"backend.supportedTargets">>({ targets: list(target) }),
  },
  "backend.supportedFormats": {
    params: record<Params<"backend.supportedFormats">, Params<"backend.supportedFormats">>({ backend: text, target }),
    result: record<Result<"backend.supportedFormats">, Result<"backend.supportedFormats">>({
      formats: list(outputFormat),
    }),
  },
  "backend.build": {
    params: record<
      ModelCall & { readonly target: BuildTarget; readonly format: OutputFormat; readonly sink: WireSink },
      Params<"backend.build">
    >({ ...modelCall, target, format: outputFormat, sink }),
    result: nothing,
  },
  "keep.make": {
    params: keepCall,
    result: record<{ readonly bytes: Uint8Array }, Result<"keep.make">>({ bytes }),
  },
  "session.run": {
    params: record<
      { readonly session: number; readonly inputs: readonly NamedValue[]; readonly options: RunOptions },
      Params<"session.run">
    >({ session: natural, inputs: list(namedValue), options: runOptions }),
    result: runResult,
    lends: true,
  },
  "session.dispose": { params: sessionCall, result: nothing },
} satisfies Wired<
  Pick<PluginMethods, Extract<keyof PluginMethods, `backend.${string}` | `session.${string}` | "keep.make">>
>;
