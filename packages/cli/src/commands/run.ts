import type { Snapshot } from "@hodu/core";
import { openModel, readModel, resolveBackend, startDeadline } from "@hodu/engine";
import { loadInProcess, type PluginRegistry } from "@hodu/plugin-host";
import type { CallContext, HoduEvent, NamedValue, RunResult } from "hodu-plugin-sdk";
import { watchInterrupts } from "../interrupt.ts";
import { logBackend } from "../logging/log-choices.ts";
import { pluginLabel } from "../plugins/open-registry.ts";
import { inputLabel, openInput } from "../plugins/open-input.ts";
import { openToolchain, type Toolchain } from "../plugins/open-toolchain.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { checkExpected } from "../run/check-expected.ts";
import { deliverOutputs } from "../run/deliver-outputs.ts";
import { describeRun } from "../run/dry-run.ts";
import { type OutputPlan, planOutputs, warningsOf } from "../run/output-plan.ts";
import { formatOutputs, formatProfile, outputsAsJson } from "../run/print-result.ts";
import { readTop } from "../run/read-top.ts";
import { readValues } from "../run/read-values.ts";
import { runInputs } from "../run/run-inputs.ts";
import { givenFormat, outputArguments, readSettings, type RunFlags, type RunSettings } from "../run/settings.ts";
import { formatTimes, Stopwatch } from "../run/times.ts";
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
  const toolchain = await openToolchain();
  const { config, registry } = toolchain;
  const settings = readSettings(flags, config);
  const status = newStatus(flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal");
  if (flags.dryRun) return writeResult(await describeRun(path, flags, settings, registry, status));
  const deadline = startDeadline(settings.timeout, watchInterrupts());
  try {
    const context = callContext(deadline.signal, status);
    await new Run(path, flags, settings, toolchain, status, context).execute();
  } finally {
    deadline.cancel();
    status.clear();
  }
}

/** One run of a model, from its file to the printed result. */
class Run {
  readonly #path: string;
  readonly #flags: RunFlags;
  readonly #settings: RunSettings;
  readonly #registry: PluginRegistry;
  readonly #toolchain: Toolchain;
  readonly #status: Status;
  readonly #context: CallContext;
  readonly #watch = new Stopwatch();

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
    this.#registry = toolchain.registry;
    this.#toolchain = toolchain;
    this.#status = status;
    this.#context = context;
  }

  async execute(): Promise<void> {
    const offer = resolveBackend(this.#registry.backends, this.#settings);
    logBackend(offer, this.#settings, this.#toolchain.log);
    const model = await this.#read();
    const inputs = await this.#watch.reading(() => this.#inputs(model.snapshot));
    const plan = this.#plan(model.snapshot);
    const top = await readTop(this.#flags, plan);
    for (const warning of warningsOf(this.#registry, plan)) this.#status.warn(warning);
    const expected = await this.#watch.reading(() => this.#expected(model.snapshot));
    const { device, precision } = this.#settings;
    this.#status.step(
      "Compiling",
      `for ${device} with ${offer.component.name} (${pluginLabel(offer.plugin)}, in process)`,
    );
    const backend = (await loadInProcess(offer.plugin)).backends![offer.component.name];
    const { threads, maxMemory } = this.#settings;
    const session = { threads, maxMemory };
    const tools = { backend, compile: { device, precision }, session, context: this.#context };
    const open = await openModel(model, tools, this.#publish);
    const { length } = model.snapshot.graph.nodes;
    this.#status.step("Running", `${length} ${length === 1 ? "node" : "nodes"} on ${device}`);
    const options = { profile: this.#flags.verbose ?? false, seed: this.#settings.seed };
    const result = await this.#watch.running(() => open.session.run(inputs, options, this.#context));
    await open.session.dispose();
    await this.#give(result, plan, top);
    checkExpected(result.outputs, expected, this.#settings.tolerance, this.#status);
  }

  readonly #publish = (event: HoduEvent): void => {
    this.#watch.events(event);
    this.#toolchain.events(event);
  };

  async #read() {
    const source = await openInput(this.#path, this.#status, { allowExternal: this.#flags.allowExternal });
    const { plugin, component } = await modelFormatOf(this.#registry, source);
    this.#status.step(
      "Loading",
      `${inputLabel(this.#path)} (${formatSize(source.size)}) as ${component.title} (${pluginLabel(plugin)}, in process)`,
    );
    const format = await this.#watch.reading(async () => (await loadInProcess(plugin)).formats![component.name]);
    const tools = { format, context: this.#context };
    return readAs(source, "load_model", () => readModel(source, tools, this.#publish));
  }

  async #inputs({ graph }: Snapshot): Promise<NamedValue[]> {
    return runInputs({
      path: this.#path,
      inputs: graph.inputs,
      flags: this.#flags,
      settings: this.#settings,
      registry: this.#registry,
      context: this.#context,
      status: this.#status,
    });
  }

  #plan({ graph }: Snapshot): OutputPlan {
    const names = new Set(graph.outputs.map(({ name }) => name));
    return planOutputs({
      registry: this.#registry,
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
      registry: this.#registry,
      context: this.#context,
      status: this.#status,
    });
  }

  async #give(result: RunResult, plan: OutputPlan, top: TopOptions | undefined): Promise<void> {
    const times = this.#watch.times();
    this.#status.clear();
    if (this.#flags.verbose) writeMessage(formatProfile(result, times.run));
    const { outputs } = result;
    if (plan.kind === "files") {
      for (const target of plan.targets) await deliverOutputs(target, outputs, this.#context, this.#status);
    } else if (plan.format === "json") await writeResult(outputsAsJson(outputs, times));
    else await writeResult(formatOutputs(outputs, top));
    this.#status.line("Finished", `in ${formatTimes(times)}`);
  }
}
