import type {
  Artifact,
  CompileOptions,
  NodeTime,
  RunOptions,
  RunResult,
  SessionOptions,
} from "../contracts/backend.ts";
import { bytes, flag, float, list, namedValue, natural, oneOf, optional, record, text } from "@hodu/core/wire";
import type {
  WireArtifact,
  WireCompileOptions,
  WireNodeTime,
  WireRunOptions,
  WireRunResult,
  WireSessionOptions,
} from "./messages.ts";

const precision = oneOf("native", "f64");

export const compileOptions = record<CompileOptions, WireCompileOptions>({ device: text, precision });

export const artifact = record<Artifact, WireArtifact>({
  backend: text,
  version: text,
  device: text,
  precision,
  bytes,
});

export const sessionOptions = record<SessionOptions, WireSessionOptions>({ threads: natural, maxMemory: float });

/** Memory of the caller stays where it is: the host copies to it. */
export const runOptions = record<Omit<RunOptions, "into">, WireRunOptions>({
  outputs: optional(list(text)),
  profile: optional(flag),
  seed: optional(float),
});

const nodeTime = record<NodeTime, WireNodeTime>({
  name: text,
  operator: text,
  origin: list(text),
  calls: natural,
  milliseconds: float,
});

export const runResult = record<RunResult, WireRunResult>({
  outputs: list(namedValue),
  nodes: optional(list(nodeTime)),
  peakBytes: natural,
});
