import type {
  Artifact,
  CompileOptions,
  CompilePhase,
  CompileReport,
  Dump,
  InputShape,
  NodeTime,
  OptLevel,
  ReferenceCall,
  RunOptions,
  RunResult,
  SessionOptions,
} from "../contracts/backend.ts";
import {
  bytes,
  type Codec,
  flag,
  float,
  list,
  namedValue,
  natural,
  oneOf,
  optional,
  record,
  text,
} from "@hodu/core/wire";
import type {
  WireArtifact,
  WireCompileOptions,
  WireCompileReport,
  WireNodeTime,
  WireRunOptions,
  WireRunResult,
  WireSessionOptions,
} from "./messages.ts";

const precision = oneOf("native", "f64");

const dumpStage = oneOf("snapshot", "optimized", "kernels", "source", "assembly");

const optLevel: Codec<OptLevel, number> = {
  encode: (level) => level,
  decode: (wire, from) => ([0, 1, 2, 3] as const).find((level) => level === wire) ?? from.fail(wire, "0, 1, 2 or 3"),
};

export const compileOptions = record<CompileOptions, WireCompileOptions>({
  device: text,
  precision,
  optLevel: optional(optLevel),
  shapes: optional(list(record<InputShape, InputShape>({ name: text, dims: list(natural) }))),
  reproducible: optional(flag),
  fallback: optional(flag),
  dump: optional(list(dumpStage)),
  workDir: optional(text),
});

const report = record<CompileReport, WireCompileReport>({
  optimizations: list(text),
  kernels: natural,
  calls: list(record<ReferenceCall, ReferenceCall>({ node: text, operator: text, reason: text })),
  arenaBytes: natural,
  constantBytes: natural,
  dumps: list(record<Dump, Dump>({ stage: dumpStage, name: text, text })),
  phases: list(record<CompilePhase, WireCompileReport["phases"][number]>({ name: text, milliseconds: float })),
});

/** What the host found of its bytes stays there. */
export const artifact = record<Omit<Artifact, "isVerified">, WireArtifact>({
  backend: text,
  version: text,
  device: text,
  precision,
  bytes,
  report: optional(report),
});

/** What is the host's own stays there. */
export const sessionOptions = record<Omit<SessionOptions, "decodeImage" | "keep" | "runNode">, WireSessionOptions>({
  threads: natural,
  maxMemory: float,
  keepMemory: optional(flag),
});

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
  flops: optional(float),
  compiled: optional(flag),
});

export const runResult = record<RunResult, WireRunResult>({
  outputs: list(namedValue),
  nodes: optional(list(nodeTime)),
  peakBytes: natural,
});
