import type { Value } from "@hodu/core";
import { decodeImage, inferModel, type ReadModel, readModel, startDeadline, transformModel } from "@hodu/engine";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { backendEngine } from "../compare/backend-engine.ts";
import type { Engine } from "../compare/engine.ts";
import { findFirst, type Inspection, type Subject } from "../compare/find-first.ts";
import { comparisonAsJson, type EngineComparison, formatComparison, offenderOf } from "../compare/format-comparison.ts";
import { onnxruntimeEngine } from "../compare/onnxruntime-engine.ts";
import { magnitudeOf, valueError } from "../compare/value-error.ts";
import { watchInterrupts } from "../interrupt.ts";
import { backendsFor } from "../plugins/backends-for.ts";
import { chosenTransforms } from "../plugins/chosen-transforms.ts";
import { firstAvailable, unavailableError } from "../plugins/first-available.ts";
import { openInput } from "../plugins/open-input.ts";
import { openToolchain, type Toolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { readTransforms } from "../run/read-transforms.ts";
import { runInputs } from "../run/run-inputs.ts";
import { readSettings, type RunFlags, type RunSettings } from "../run/settings.ts";
import { escapeJson } from "../terminal/escape.ts";
import { nameFile } from "../terminal/name-file.ts";
import { newStatus, type Status } from "../terminal/status.ts";
import { columnsOf } from "../terminal/style.ts";
import { writeResult } from "../terminal/write.ts";

/** Those of `hodu run` that say on what and how, and the other engine. */
export interface CompareFlags extends RunFlags {
  readonly against: string;
}

/** What the reference is called: the interpreter, in double. */
const JUDGE = "interp";

/** `hodu compare MODEL`: exit status 0 when every operator is within its accuracy class, else 1. */
export async function compare(path: string, flags: CompareFlags): Promise<void> {
  try {
    await compareFile(path, flags);
  } catch (error) {
    throw nameFile(error, path);
  }
}

async function compareFile(path: string, flags: CompareFlags): Promise<void> {
  const toolchain = await openToolchain({ quiet: flags.quiet, verbose: flags.verbose });
  const settings = readSettings({ ...flags, rtol: "0", atol: "0", precision: "native" }, toolchain.config);
  const status = newStatus(flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal");
  const deadline = startDeadline(settings.timeout, watchInterrupts());
  try {
    const context = callContext(deadline.signal, status);
    const comparison = await new Comparing(path, flags, settings, toolchain, status, context).execute();
    if (offenderOf(comparison) !== undefined || comparison.outputs.length > 0) process.exitCode = 1;
    status.clear();
    const isJson = flags.json === true || flags.format === "json";
    const text = isJson ? `${JSON.stringify(comparisonAsJson(comparison), null, 2)}\n` : undefined;
    await writeResult(text === undefined ? formatComparison(comparison, columnsOf(process.stdout)) : escapeJson(text));
  } finally {
    deadline.cancel();
    status.clear();
  }
}

/** One comparison: what it is of, and what runs it. */
class Comparing {
  readonly #path: string;
  readonly #flags: CompareFlags;
  readonly #settings: RunSettings;
  readonly #toolchain: Toolchain;
  readonly #status: Status;
  readonly #context: CallContext;

  constructor(
    path: string,
    flags: CompareFlags,
    settings: RunSettings,
    toolchain: Toolchain,
    status: Status,
    context: CallContext,
  ) {
    this.#path = path;
    this.#flags = flags;
    this.#settings = settings;
    this.#toolchain = toolchain;
    this.#status = status;
    this.#context = context;
  }

  async execute(): Promise<EngineComparison> {
    const model = await this.#read();
    const inputs = await this.#inputs(model);
    const judge = await this.#engine(JUDGE, model, "f64");
    const types = inferModel(model.snapshot).get(model.snapshot.graph)?.types ?? new Map();
    const native = await this.#engine(JUDGE, model, "native");
    const subject: Subject = { snapshot: model.snapshot, inputs, types, judge, native };
    const engine = await this.#engine(this.#settings.backend, model, "native");
    const a = await this.#inspect(engine, subject);
    const isJudge = this.#flags.against === JUDGE;
    const other = isJudge ? judge : await this.#other(model);
    const b = isJudge ? undefined : await this.#inspect(other, subject);
    const outputs = differences(a.outputs, b?.outputs ?? (await judge.run(model.snapshot, inputs)));
    const offender = a.offender;
    const kernels =
      offender && (await engine.kernelsOf?.(model.snapshot, inputs, offender.node.origin[0] ?? offender.node.name));
    return { a, b, against: other.name, nodes: model.snapshot.graph.nodes.length, outputs, kernels };
  }

  async #inspect(engine: Engine, subject: Subject): Promise<Inspection> {
    this.#status.step("Comparing", `${engine.name}, ${subject.snapshot.graph.nodes.length} nodes`);
    return findFirst(engine, subject);
  }

  async #read(): Promise<ReadModel> {
    const source = await openInput(this.#path, this.#status, { allowExternal: this.#flags.allowExternal });
    const { plugin, component } = await modelFormatOf(this.#toolchain.catalog, source);
    const format = (await plugin.load()).formats![component.name];
    const { catalog, events } = this.#toolchain;
    const tools = { format, context: this.#context, operators: operatorOffers(catalog) };
    const read = await readAs(source, "load_model", () => readModel(source, tools, events));
    const chosen = await chosenTransforms(catalog, readTransforms(this.#flags.transform), false);
    return transformModel(read, chosen, this.#context, events);
  }

  /** Made up where none are given. */
  async #inputs({ snapshot }: ReadModel): Promise<readonly NamedValue[]> {
    return runInputs({
      path: this.#path,
      inputs: snapshot.graph.inputs,
      flags: { ...this.#flags, randomInputs: true },
      settings: this.#settings,
      catalog: this.#toolchain.catalog,
      context: this.#context,
      status: this.#status,
    });
  }

  async #other(model: ReadModel): Promise<Engine> {
    if (this.#flags.against !== "onnxruntime") return this.#engine(this.#flags.against, model, "native");
    const { plugin, component } = this.#toolchain.catalog.format("onnx");
    const onnx = (await plugin.load()).formats![component.name];
    return onnxruntimeEngine(onnx, model.source, this.#context);
  }

  /** A backend by its name; undefined: the first that this machine has what it needs for. */
  async #engine(backend: string | undefined, { source }: ReadModel, precision: "native" | "f64"): Promise<Engine> {
    const { device, optLevel, reproducible, threads, maxMemory, priority } = this.#settings;
    const request = { device, priority, ...(backend !== undefined && { backend }) };
    const candidates = backendsFor(this.#toolchain.catalog, request, this.#path);
    const found = await firstAvailable(candidates, device, (text) => this.#status.warn(text));
    if (found.unavailable !== undefined) throw unavailableError(found);
    const { name } = found.offer.component;
    return backendEngine({
      name: precision === "f64" ? `${name} in double` : name,
      backend: found.backend,
      source,
      compile: { device, precision, optLevel, reproducible },
      session: { threads, maxMemory, decodeImage },
      context: this.#context,
    });
  }
}

/** Outputs that differ by more than the errors of a long chain of sums: those of single operators are told apart before. */
function differences(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): EngineComparison["outputs"] {
  return [...a].flatMap(([name, value]) => {
    const other = b.get(name);
    const error = other && valueError(value, other, "reduction", CHAIN * magnitudeOf(other));
    return error === undefined ? [] : [{ name, error }];
  });
}

/** A chain of a hundred sums, each off by what one may be. */
const CHAIN = 100;
