import type { DecodedImage, NamedValue, Node, TensorData, Value, ValueType } from "@hodu/core";
import type { BackendBuilder } from "./build.ts";
import type { ByteSource } from "./byte-source.ts";
import type { CallContext } from "./call-context.ts";
import type { Model } from "./model.ts";

/**
 * A backend: compiles Snapshots to artifacts and runs them (capability `run`), builds files that run without Hodu (`build`), or both.
 * Calls may overlap. To run a Snapshot is to compile, load, run and dispose; one that only builds refuses to compile, with UNSUPPORTED.
 */
export interface BackendPlugin extends Partial<BackendBuilder> {
  /** Whether the backend can run a node whose input types are these (undefined: not known); else the reason. */
  supports(node: Node, inputs: readonly (ValueType | undefined)[]): Promise<true | string>;
  /**
   * Whether this machine has what the backend needs to compile for a device and run on it (a compiler, a driver), else what is missing and
   * how to get it, in a line. Default: it has. It is asked before a backend is chosen, so it is quick.
   */
  available?(device: string): Promise<true | string>;
  /**
   * What decides, beside the model, the options and the plugin's version, what `compile` makes here: the compiler and its version, features of
   * the processor or the engine. Artifacts are kept for later processes only where a backend says it (undefined: it does not); it is asked at
   * each start, so it is quick.
   */
  identity?(options: CompileOptions): Promise<string | undefined>;
  /** The same model and options give the same bytes. Throws UNSUPPORTED. */
  compile(model: Model, options: CompileOptions, context: CallContext): Promise<Artifact>;
  /** Makes an artifact ready to run. Throws MEMORY_LIMIT, MISSING_INPUT (the file of its weights), DEADLINE, ABORTED, IO. */
  load(
    artifact: Artifact,
    weights: ByteSource | undefined,
    options: SessionOptions,
    context: CallContext,
  ): Promise<Session>;
}

/** What a model is compiled for. */
export interface CompileOptions {
  /** Canonical device name, such as `cpu` or `cuda:0`. */
  readonly device: string;
  /** "f64": every float of at most 32 bits is computed in double. */
  readonly precision: "native" | "f64";
  /** As `-O` of the command: 0 nothing, 1 cleanup, 2 fusion, 3 layouts and algorithms too. Default: 3. Backends that do not compile ignore it. */
  readonly optLevel?: OptLevel;
  /** Dims of inputs whose shapes are not static, to compile for them ahead of the first run. */
  readonly shapes?: readonly InputShape[];
  /** The same bits on every machine and for every number of threads. */
  readonly reproducible?: boolean;
  /** false: a node that would run by its reference kernel is refused with UNSUPPORTED. Default: true. */
  readonly fallback?: boolean;
  /** Intermediate forms to give with the report. */
  readonly dump?: readonly DumpStage[];
  /** Directory for the files of a compiler while it runs, and for its log. Default: a temporary one. */
  readonly workDir?: string;
}

/** How much a model is optimised: 0 not at all, 1 cleanup, 2 operator fusion, 3 layout and algorithm too. */
export type OptLevel = 0 | 1 | 2 | 3;

/** The dims of an input for which a model is compiled. */
export interface InputShape {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Forms of a model on its way that can be printed: the graph as read, as optimised, its kernels, and what was emitted. */
export type DumpStage = "snapshot" | "optimized" | "kernels" | "source" | "assembly";

/** What a compilation says of itself. */
export interface CompileReport {
  /** The optimisations applied, line by line. */
  readonly optimizations: readonly string[];
  readonly kernels: number;
  /** Nodes that run by their reference kernels, each with the reason. */
  readonly calls: readonly ReferenceCall[];
  /** Bytes of values that a run takes at most, and of weights in forms of the backend's own. */
  readonly arenaBytes: number;
  readonly constantBytes: number;
  /** What `dump` asked for, each as a file with a name of its own. */
  readonly dumps: readonly Dump[];
  /** What took how long, in the order it was done. */
  readonly phases: readonly CompilePhase[];
}

/** A node of a compiled model that runs by its reference kernel, and why. */
export interface ReferenceCall {
  readonly node: string;
  readonly operator: string;
  readonly reason: string;
}

/** One form of a model, or of a part of it, as a file. */
export interface Dump {
  readonly stage: DumpStage;
  /** A file name, unlike that of any other. */
  readonly name: string;
  readonly text: string;
}

/** How long a part of a compilation took. */
export interface CompilePhase {
  readonly name: string;
  readonly milliseconds: number;
}

/** What a backend made of a model: bytes and what they are. Weights that are files stay files and are given again to `load`. */
export interface Artifact {
  readonly backend: string;
  readonly version: string;
  readonly device: string;
  readonly precision: "native" | "f64";
  readonly bytes: Uint8Array;
  /** Of backends that compile; where an artifact was kept, that of its compilation without dumps. */
  readonly report?: CompileReport;
  /** Its bytes were made in this process, or who keeps it has just held them to digests of its own: `load` need not do so again. */
  readonly isVerified?: boolean;
}

/** What a session may take of the machine. */
export interface SessionOptions {
  /** Threads to use; 0: as many as the machine has cores. */
  readonly threads: number;
  /** Bytes that may be taken for values and for weights that are no views of their file or of the artifact. */
  readonly maxMemory: number;
  /** false: the memory of a run's values is given back after it, instead of kept for the next. Default: true. */
  readonly keepMemory?: boolean;
  /**
   * Keeps what a session compiles when it sees its inputs, for later sessions of the same artifact: gives the bytes that are kept under a
   * key, else what `make` gives, which is kept from then on. Throws what `make` throws. Only in the host's process.
   */
  readonly keep?: (key: string, make: () => Promise<Uint8Array>) => Promise<Uint8Array>;
  /** Decodes pictures for the operators that want it; only in the host's process. */
  readonly decodeImage?: (bytes: Uint8Array) => Promise<DecodedImage>;
  /** Runs nodes of domains that plugins offer, which a backend may leave to it; only in the host's process. */
  readonly runNode?: RunNode;
}

/** What a node gives, by the reference of the plugin that offers its operator. Throws as `OperatorPlugin.run`. */
export type RunNode = (
  node: Node,
  inputs: readonly (Value | undefined)[],
  context: CallContext,
) => Promise<readonly Value[]>;

/** A model that is ready to run; calls of `run` may overlap. */
export interface Session {
  /**
   * Runs the model once. Inputs by name; those with a default may be left out. Their memory is lent for the call: what is to be kept of it is
   * copied. Throws BAD_INPUT, KERNEL, MEMORY_LIMIT, DEADLINE, ABORTED.
   */
  run(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): Promise<RunResult>;
  /**
   * The same at once, on the caller's thread: nothing else has a turn, so neither the signal nor a deadline ends it once it runs.
   * Left out by backends that cannot. Throws as `run`, and UNSUPPORTED for a model that has to wait for something.
   */
  runSync?(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): RunResult;
  /** Frees what the session holds; it cannot be used after. */
  dispose(): Promise<void>;
}

/** What one run gives and measures. */
export interface RunOptions {
  /** Outputs to give, by name; default: all of the graph, in its order. */
  readonly outputs?: readonly string[];
  /** Measure the time of each node. */
  readonly profile?: boolean;
  /** Seed of unseeded random operators; default: another one each run. */
  readonly seed?: number;
  /** Where to put outputs; one that is not named here gets memory of its own. Nothing is written to unless the run ends well. */
  readonly into?: readonly OutputMemory[];
}

/**
 * Memory of the caller for one output, which must be a tensor: storage of the output's dtype (DTYPES) for exactly its elements.
 * Refused with BAD_INPUT when it is another. It may be that of an input.
 */
export interface OutputMemory {
  readonly name: string;
  readonly data: TensorData;
}

/** What one run gave. Its values are the caller's: none shares memory with an input, a weight, another value or a later run. */
export interface RunResult {
  /** A tensor that `into` names is dense over the memory given there. */
  readonly outputs: readonly NamedValue[];
  /** With `profile`: time of each node that ran, in the order they first ran. */
  readonly nodes?: readonly NodeTime[];
  /** Most bytes that values took at once, copies in double included; the caller's inputs and weights as they are loaded are not counted. */
  readonly peakBytes: number;
}

/** The time of one node, over all its calls. */
export interface NodeTime {
  readonly name: string;
  readonly operator: string;
  readonly origin: readonly string[];
  readonly calls: number;
  readonly milliseconds: number;
  /** Floating-point operations of all calls (a multiply-add is two), where they are counted. */
  readonly flops?: number;
  /** Whether it ran as compiled code, for backends that compile. */
  readonly compiled?: boolean;
}
