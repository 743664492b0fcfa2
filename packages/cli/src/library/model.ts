/// <reference lib="esnext.disposable" preserve="true" />
import {
  closestName,
  type GraphInput,
  HoduError,
  type NamedValue,
  quote,
  type Snapshot,
  type TensorData,
  type Value,
} from "@hodu/core";
import type {
  CompileReport,
  NodeTime,
  OutputMemory,
  RunOptions as SessionRunOptions,
  RunResult,
  Session,
} from "hodu-plugin-sdk";
import { type InputReport, modelContents } from "../inspect/model-report.ts";
import type { ValueReport } from "../inspect/value-report.ts";
import { type CallOptions, contextOf } from "./call-options.ts";
import { inspectModel, type InspectOptions, type ModelInspection } from "./inspect-model.ts";
import { plainValue } from "./plain-value.ts";
import type { ModelFile } from "./read-model.ts";
import type { Tensor } from "./tensor.ts";
import { type Input, valueFrom } from "./value-from.ts";

/** Values by the names of a model's inputs; one that is undefined is not given. */
export type Inputs = Readonly<Record<string, Input | undefined>>;

/** Values by the names of a model's outputs. */
export type Outputs = Readonly<Record<string, Value>>;

export interface RunOptions extends CallOptions {
  /** The outputs to give; default: all. */
  readonly outputs?: readonly string[] | undefined;
  /** Arrays to put outputs into, by name: of the class of the output's dtype, and just as long. They are then the `data` of the results. */
  readonly into?: Readonly<Record<string, TensorData>> | undefined;
  /** Seed of random operators without one of their own; default: another one each run. */
  readonly seed?: number | undefined;
  /** Takes the time of each node, and the memory that values took at most. */
  readonly onProfile?: ((profile: RunProfile) => void) | undefined;
}

/** Where the time of a run went. */
export interface RunProfile {
  /** Of the whole run. */
  readonly milliseconds: number;
  /** In the order in which they first ran. */
  readonly nodes: readonly NodeTime[];
  readonly peakBytes: number;
}

/** What a model was made ready with. */
export interface Execution {
  readonly session: Session;
  readonly device: string;
  /** Short name of the backend. */
  readonly backend: string;
  readonly report: CompileReport | undefined;
}

/** A model that is ready to run. It holds memory until it is disposed of. */
export class Model implements ModelFile, AsyncDisposable {
  readonly snapshot: Snapshot;
  readonly source: ModelFile["source"];
  readonly file: ModelFile["file"];
  /** What to give, in the model's order: name, type, dtype and shape (dims are numbers, or text where they may differ). */
  readonly inputs: readonly InputReport[];
  /** What a run gives. */
  readonly outputs: readonly ValueReport[];
  /** Canonical name, such as `cpu`. */
  readonly device: string;
  /** Short name of what runs it, such as `interp`. */
  readonly backend: string;
  /** What compiling it came to, and which nodes run by their reference kernels and why; undefined for what is not compiled. */
  readonly report: CompileReport | undefined;
  readonly #session: Session;
  readonly #declared: ReadonlyMap<string, GraphInput>;

  constructor({ snapshot, source, file }: ModelFile, { session, device, backend, report }: Execution) {
    this.snapshot = snapshot;
    this.source = source;
    this.file = file;
    ({ inputs: this.inputs, outputs: this.outputs } = modelContents(snapshot));
    this.device = device;
    this.backend = backend;
    this.report = report;
    this.#session = session;
    this.#declared = new Map(snapshot.graph.inputs.map((input) => [input.name, input]));
  }

  /** What `hodu inspect --json` prints; reads no weights. */
  inspect(options?: InspectOptions): ModelInspection {
    return inspectModel(this, options);
  }

  /**
   * Runs the model once, giving way to other work every 10 ms. The results are the caller's: they share memory with nothing but
   * `into`. `Given` is what the caller knows of the outputs: `run<{ y: Tensor<"f32"> }>`.
   * Throws BAD_INPUT, MISSING_INPUT, KERNEL, MEMORY_LIMIT, DEADLINE, ABORTED.
   */
  async run<Given extends Outputs = Record<string, Tensor>>(inputs: Inputs, options: RunOptions = {}): Promise<Given> {
    const start = performance.now();
    const result = await this.#session.run(this.#values(inputs), sessionOptions(options), contextOf(options));
    return give(result, options, start) as Given;
  }

  /**
   * The same at once: nothing else runs meanwhile, and no signal ends it. Throws UNSUPPORTED where the backend or an operator
   * (pictures, regular expressions) cannot.
   */
  runSync<Given extends Outputs = Record<string, Tensor>>(inputs: Inputs, options: RunOptions = {}): Given {
    const start = performance.now();
    if (this.#session.runSync === undefined) {
      throw new HoduError("UNSUPPORTED", `Cannot run the model at once: the backend ${quote(this.backend)} does not`, {
        hint: "await model.run(inputs)",
      });
    }
    const result = this.#session.runSync(this.#values(inputs), sessionOptions(options), contextOf(options));
    return give(result, options, start) as Given;
  }

  /** Frees what the model holds. It cannot run after, but still be inspected and saved. Calling it again does nothing. */
  async dispose(): Promise<void> {
    await this.#session.dispose();
  }

  /** `await using model = await loadModel(...)` disposes of it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #values(inputs: Inputs): NamedValue[] {
    if (typeof inputs !== "object" || inputs === null) refuseInputs(inputs);
    return Object.entries(inputs).flatMap(([name, input]) => {
      if (input === undefined) return [];
      const { type } = this.#declared.get(name) ?? refuseName(name, [...this.#declared.keys()]);
      return [{ name, value: valueFrom(name, input, type) }];
    });
  }
}

function refuseInputs(found: unknown): never {
  throw new HoduError(
    "BAD_INPUT",
    `Cannot run the model: found ${String(found)}, expected an object of inputs by name`,
    {
      hint: "model.run({ image })",
    },
  );
}

function refuseName(name: string, names: readonly string[]): never {
  const near = closestName(name, names);
  const known = names.length === 0 ? "it has none" : `its inputs are ${names.map(quote).join(", ")}`;
  throw new HoduError(
    "BAD_INPUT",
    `Cannot use input ${quote(name)}: the model has no input of that name, ${known}`,
    near === undefined ? {} : { hint: `did you mean ${quote(near)}?` },
  );
}

function sessionOptions({ outputs, into, seed, onProfile }: RunOptions): SessionRunOptions {
  return {
    ...(outputs && { outputs }),
    ...(into && { into: Object.entries(into).map(([name, data]): OutputMemory => ({ name, data })) }),
    ...(seed !== undefined && { seed }),
    ...(onProfile && { profile: true }),
  };
}

function give({ outputs, nodes, peakBytes }: RunResult, { onProfile }: RunOptions, start: number): Outputs {
  onProfile?.({ milliseconds: performance.now() - start, nodes: nodes ?? [], peakBytes });
  return Object.fromEntries(outputs.map(({ name, value }) => [name, plainValue(value)]));
}
