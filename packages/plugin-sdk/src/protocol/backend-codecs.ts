import type {
  Artifact,
  CompileOptions,
  NodeTime,
  RunOptions,
  RunResult,
  SessionOptions,
} from "../contracts/backend.ts";
import { bytes, flag, float, list, natural, oneOf, optional, record, text } from "./codec.ts";
import type {
  WireArtifact,
  WireCompileOptions,
  WireNodeTime,
  WireRunOptions,
  WireRunResult,
  WireSessionOptions,
} from "./messages.ts";
import { namedValue } from "./value-codecs.ts";

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

export const runOptions = record<RunOptions, WireRunOptions>({
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
