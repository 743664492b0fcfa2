import { resolve } from "node:path";
import type { Snapshot } from "@hodu/core";
import { type OpenedModel, type ReadModel, readModel, startDeadline, transformModel } from "@hodu/engine";
import type { PluginCatalog } from "@hodu/plugin-host";
import type { CallContext, HoduEvent, NamedValue, RunResult } from "hodu-plugin-sdk";
import { watchInterrupts } from "../interrupt.ts";
import { backendsFor } from "../plugins/backends-for.ts";
import { chosenTransforms } from "../plugins/chosen-transforms.ts";
import { buildLabel, placeLabel } from "../plugins/plugin-label.ts";
import { inputLabel, openInput } from "../plugins/open-input.ts";
import { openToolchain, type Toolchain } from "../plugins/open-toolchain.ts";
import { operatorOffers } from "../plugins/operator-offers.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { checkExpected } from "../run/check-expected.ts";
import { deliverOutputs } from "../run/deliver-outputs.ts";
import { describeRun } from "../run/dry-run.ts";
import { deliverDumps, printsDump } from "../run/dump-forms.ts";
import { formatCompilation } from "../run/format-compilation.ts";
import { formatMeasurement, isMeasured, measure, type Measurement } from "../run/measure.ts";
import { type Offer, openForRun } from "../run/open-for-run.ts";
import { type OutputPlan, planOutputs, warningsOf } from "../run/output-plan.ts";
import { formatOutputs, formatProfile, outputsAsJson } from "../run/print-result.ts";
import type { Product } from "../run/product-rate.ts";
import { readTransforms } from "../run/read-transforms.ts";
import { readTop } from "../run/read-top.ts";
import { readValues } from "../run/read-values.ts";
import { runInputs } from "../run/run-inputs.ts";
import { tellInference } from "../run/run-events.ts";
import { givenFormat, outputArguments, readSettings, type RunFlags, type RunSettings } from "../run/settings.ts";
import { strictStatus } from "../run/strict-status.ts";
import { formatTimes, Stopwatch } from "../run/times.ts";
import { TraceRecorder } from "../run/trace.ts";
import { nameFile } from "../terminal/name-file.ts";
import { newStatus, type Status } from "../terminal/status.ts";
import { writeMessage, writeResult } from "../terminal/write.ts";
import type { TopOptions } from "../values/format-top.ts";
import { formatSize } from "../values/format-size.ts";

/** `hodu run MODEL`. */
export async function run(path: string, flags: RunFlags): Promise<void> {
  try {
    await runFile(path, flags);
  } catch (error) {
    throw nameFile(error, path);
  }
}

async function runFile(path: string, flags: RunFlags): Promise<void> {
  const toolchain = await openToolchain({ quiet: flags.quiet, verbose: flags.verbose, strict: flags.strict });
  const { config, catalog } = toolchain;
  const settings = readSettings(flags, config);
  const told = newStatus(flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal");
  const status = flags.strict ? strictStatus(told) : told;
  if (flags.dryRun) return writeResult(await describeRun(path, flags, settings, catalog, status));
  const deadline = startDeadline(settings.timeout, watchInterrupts());
  try {
    const context = callContext(deadline.signal, status);
    await new Run(path, flags, settings, toolchain, status, context).execute();
  } finally {
    deadline.cancel();
    status.clear();
  }
}

/** What running came to. */
interface Given {
  readonly result: RunResult;
  readonly measurement?: Measurement;
}

/** One run of a model, from its file to the printed result. */
class Run {
  readonly #path: string;
  readonly #flags: RunFlags;
  readonly #settings: RunSettings;
  readonly #catalog: PluginCatalog;
  readonly #toolchain: Toolchain;
  readonly #status: Status;
  readonly #context: CallContext;
  readonly #watch = new Stopwatch();
  readonly #trace: TraceRecorder | undefined;

  constructor(
    path: string,
    flags: RunFlags,
    settings: RunSettings,
    toolchain: Toolchain,
    status: Status,
    context: CallContext,
  ) {
    this.#path = path;
    this.#flags = flags;
    this.#settings = settings;
    this.#catalog = toolchain.catalog;
    this.#toolchain = toolchain;
    this.#status = status;
    this.#context = context;
    this.#trace = flags.trace === undefined ? undefined : new TraceRecorder();
  }

  async execute(): Promise<void> {
    backendsFor(this.#catalog, this.#settings, this.#path);
    const { model, format } = await this.#read();
    const inputs = await this.#watch.reading(() => this.#inputs(model.snapshot));
    const plan = this.#plan(model.snapshot);
    const top = await readTop(this.#flags, plan);
    for (const warning of warningsOf(this.#catalog, plan)) this.#status.warn(warning);
    const expected = await this.#watch.reading(() => this.#expected(model.snapshot));
    const open = await this.#open(model, format, inputs);
    try {
      if (printsDump(this.#flags.dump)) return;
      const given = await this.#run(open, inputs);
      await this.#give(open, given, plan, top);
      checkExpected(given.result.outputs, expected, this.#settings.tolerance, this.#status);
    } finally {
      await open.session.dispose();
      if (this.#flags.trace !== undefined) await this.#trace?.write(this.#flags.trace);
    }
  }

  readonly #publish = (event: HoduEvent): void => {
    this.#watch.events(event);
    this.#trace?.events(event);
    this.#toolchain.events(event);
    if (event.type !== "TransformApplied" || !this.#flags.verbose) return;
    this.#status.line("Applied", `${event.transform}: ${event.changes} ${event.changes === 1 ? "change" : "changes"}`);
  };

  async #read() {
    const source = await openInput(this.#path, this.#status, { allowExternal: this.#flags.allowExternal });
    const { plugin, component } = await modelFormatOf(this.#catalog, source);
    this.#status.step(
      "Loading",
      `${inputLabel(this.#path)} (${formatSize(source.size)}) as ${component.title} (${placeLabel(plugin)})`,
    );
    const format = await this.#watch.reading(async () => (await plugin.load()).formats![component.name]);
    const tools = { format, context: this.#context, operators: operatorOffers(this.#catalog) };
    const read = await readAs(source, "load_model", () => readModel(source, tools, this.#publish));
    const transforms = readTransforms(this.#flags.transform);
    const chosen = await chosenTransforms(this.#catalog, transforms, this.#flags.strict === true);
    const model = await transformModel(read, chosen, this.#context, this.#publish);
    this.#publish({ type: "ModelLoaded", model: inputLabel(this.#path) });
    return { model, format: `${component.name} of ${buildLabel(plugin)}` };
  }

  async #open(model: ReadModel, format: string, inputs: readonly NamedValue[]): Promise<OpenedModel<Offer>> {
    const open = await openForRun({
      model,
      format,
      path: this.#path === "-" ? undefined : resolve(this.#path),
      inputs,
      flags: this.#flags,
      settings: this.#settings,
      toolchain: this.#toolchain,
      status: this.#status,
      context: this.#context,
      publish: this.#publish,
    });
    const { artifact, offer, isCached } = open;
    this.#publish({ type: "BackendChanged", backend: offer.component.name, device: this.#settings.device });
    if (isCached) this.#watch.cached();
    else this.#trace?.phases(artifact.report?.phases ?? []);
    this.#status.clear();
    if (this.#flags.verbose)
      writeMessage(
        formatCompilation(open)
          .map((line) => `${line}\n`)
          .join(""),
      );
    const dumped = { snapshot: model.snapshot, report: artifact.report, backend: offer.component.name };
    await deliverDumps(this.#flags.dump, dumped, this.#status);
    return open;
  }

  /** On the backend that runs the model; nobody is told. */
  async #openProduct({ snapshot, inputs }: Product, { component }: Offer): Promise<OpenedModel<Offer>> {
    return openForRun({
      model: { snapshot, source: undefined },
      format: "snapshot",
      path: undefined,
      inputs,
      flags: { ...this.#flags, dump: [] },
      settings: { ...this.#settings, backend: component.name },
      toolchain: this.#toolchain,
      status: newStatus("quiet"),
      context: this.#context,
      publish() {},
    });
  }

  /** Runs the model once, or as often as it is to be measured. */
  async #run(open: OpenedModel<Offer>, inputs: readonly NamedValue[]): Promise<Given> {
    const { session, snapshot } = open;
    const { length } = snapshot.graph.nodes;
    this.#status.step("Running", `${length} ${length === 1 ? "node" : "nodes"} on ${this.#settings.device}`);
    const isTold = this.#toolchain.registry.isHeard("TensorOp");
    const profile = this.#flags.verbose === true || this.#trace !== undefined || isTold;
    const options = { profile, seed: this.#settings.seed };
    const repeated = { session, inputs, options: { seed: this.#settings.seed }, context: this.#context };
    const work = async (): Promise<Given> => {
      if (!isMeasured(this.#flags)) {
        const run = (): Promise<RunResult> => session.run(inputs, options, this.#context);
        return { result: await tellInference(inputLabel(this.#path), this.#publish, run) };
      }
      const measurement = await measure(repeated, this.#flags, this.#settings, (product) =>
        this.#openProduct(product, open.offer),
      );
      return { result: measurement.result, measurement };
    };
    const given = await this.#watch.running(() =>
      this.#trace === undefined ? work() : this.#trace.during("run", work),
    );
    this.#trace?.nodes(given.result.nodes ?? []);
    return given;
  }

  /** A model that is only shown needs none. */
  async #inputs({ graph }: Snapshot): Promise<NamedValue[]> {
    const { input = [], inputs = [], randomInputs = false, dump } = this.#flags;
    if (printsDump(dump) && input.length + inputs.length === 0 && !randomInputs) return [];
    return runInputs({
      path: this.#path,
      inputs: graph.inputs,
      flags: this.#flags,
      settings: this.#settings,
      catalog: this.#catalog,
      context: this.#context,
      status: this.#status,
    });
  }

  #plan({ graph }: Snapshot): OutputPlan {
    const names = new Set(graph.outputs.map(({ name }) => name));
    return planOutputs({
      catalog: this.#catalog,
      outputs: outputArguments(this.#flags),
      given: givenFormat(this.#flags),
      usual: this.#settings.format,
      names,
    });
  }

  async #expected({ graph }: Snapshot): Promise<NamedValue[]> {
    return readValues({
      arguments: this.#flags.expect ?? [],
      kind: "output",
      flag: "--expect",
      declared: graph.outputs,
      only: graph.outputs.length === 1 ? graph.outputs[0].name : undefined,
      catalog: this.#catalog,
      context: this.#context,
      status: this.#status,
    });
  }

  async #give(
    open: OpenedModel<Offer>,
    { result, measurement }: Given,
    plan: OutputPlan,
    top: TopOptions | undefined,
  ): Promise<void> {
    const times = this.#watch.times();
    this.#status.clear();
    if (this.#flags.verbose && result.nodes !== undefined) writeMessage(formatProfile(result, times.run));
    const { outputs } = result;
    if (plan.kind === "files") {
      for (const target of plan.targets) await deliverOutputs(target, outputs, this.#context, this.#status);
    }
    const isJson = plan.kind === "print" && plan.format === "json";
    if (measurement !== undefined) await writeResult(formatMeasurement(measurement, open, times, isJson));
    else if (isJson) await writeResult(outputsAsJson(outputs, times));
    else if (plan.kind === "print") await writeResult(formatOutputs(outputs, top));
    this.#status.line("Finished", `in ${formatTimes(times)}`);
  }
}
