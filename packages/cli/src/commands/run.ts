import { bindInputs, type GraphInput, HoduError, quote, type Snapshot } from "@hodu/core";
import { openModel, readModel, resolveBackend, startDeadline } from "@hodu/engine";
import { openFile, shellWord } from "@hodu/engine/node";
import { loadInProcess, type PluginRegistry } from "@hodu/plugin-host";
import type { CallContext, NamedValue, RunResult } from "hodu-plugin-sdk";
import { watchInterrupts } from "../interrupt.ts";
import { pluginLabel } from "../plugins/open-registry.ts";
import { openToolchain } from "../plugins/open-toolchain.ts";
import { modelFormatOf, readAs } from "../plugins/resolve-format.ts";
import { callContext } from "../run/call-context.ts";
import { checkExpected } from "../run/check-expected.ts";
import { describeRun } from "../run/dry-run.ts";
import { formatOutputs, formatProfile, outputsAsJson } from "../run/print-result.ts";
import { randomInputs } from "../run/random-inputs.ts";
import { readValues } from "../run/read-values.ts";
import { readSettings, type RunFlags, type RunSettings } from "../run/settings.ts";
import { formatTimes, Stopwatch } from "../run/times.ts";
import { again } from "../terminal/again.ts";
import { newStatus, type Status } from "../terminal/status.ts";
import { writeMessage, writeResult } from "../terminal/write.ts";
import { formatSize } from "../values/format-size.ts";

/** `hodu run MODEL`. */
export async function run(path: string, flags: RunFlags): Promise<void> {
  const { config, registry } = await openToolchain();
  const settings = readSettings(flags, config);
  if (flags.dryRun) return writeResult(await describeRun(path, flags, settings, registry));
  const status = newStatus(flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal");
  const deadline = startDeadline(settings.timeout, watchInterrupts());
  try {
    const context = callContext(deadline.signal, status);
    await new Run(path, flags, settings, registry, status, context).execute();
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
  readonly #status: Status;
  readonly #context: CallContext;
  readonly #watch = new Stopwatch();

  constructor(
    path: string,
    flags: RunFlags,
    settings: RunSettings,
    registry: PluginRegistry,
    status: Status,
    context: CallContext,
  ) {
    this.#path = path;
    this.#flags = flags;
    this.#settings = settings;
    this.#registry = registry;
    this.#status = status;
    this.#context = context;
  }

  async execute(): Promise<void> {
    const offer = resolveBackend(this.#registry.backends, this.#settings);
    const model = await this.#read();
    const inputs = await this.#watch.reading(() => this.#inputs(model.snapshot));
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
    const open = await openModel(model, tools, this.#watch.events);
    const { length } = model.snapshot.graph.nodes;
    this.#status.step("Running", `${length} ${length === 1 ? "node" : "nodes"} on ${device}`);
    const options = { profile: this.#flags.verbose ?? false, seed: this.#settings.seed };
    const result = await this.#watch.running(() => open.session.run(inputs, options, this.#context));
    await open.session.dispose();
    await this.#print(result);
    checkExpected(result.outputs, expected, this.#settings.tolerance, this.#status);
  }

  async #read() {
    const source = await openFile(this.#path, { allowExternal: this.#flags.allowExternal });
    const { plugin, component } = await modelFormatOf(this.#registry, source);
    this.#status.step(
      "Loading",
      `${this.#path} (${formatSize(source.size)}) as ${component.title} (${pluginLabel(plugin)}, in process)`,
    );
    const format = await this.#watch.reading(async () => (await loadInProcess(plugin)).formats![component.name]);
    const tools = { format, context: this.#context };
    return readAs(source, "load_model", () => readModel(source, tools, this.#watch.events));
  }

  /** Given and random inputs together, checked against what the model declares. */
  async #inputs({ graph }: Snapshot): Promise<NamedValue[]> {
    const needed = graph.inputs.filter((input) => input.default === undefined);
    const given = await readValues({
      arguments: this.#flags.input ?? [],
      kind: "input",
      flag: "-i",
      declared: graph.inputs,
      only: needed.length === 1 ? needed[0].name : undefined,
      registry: this.#registry,
      context: this.#context,
      status: this.#status,
    });
    const missing = needed.filter(
      ({ name, type }) => type?.kind !== "optional" && !given.some((value) => value.name === name),
    );
    const symbols = this.#symbols(graph.inputs, given, missing);
    if (this.#flags.randomInputs) return [...given, ...randomInputs(missing, symbols, this.#settings.seed ?? 0)];
    const example = missing.map(({ name }) => `-i ${shellWord(name)}=FILE`).join(" ");
    this.#bind(graph.inputs, given, `${again(example)}, or --random-inputs instead`);
    return given;
  }

  /** Sizes of symbols from `--dim` and from the given inputs, which must agree. */
  #symbols(
    inputs: readonly GraphInput[],
    given: readonly NamedValue[],
    missing: readonly GraphInput[],
  ): ReadonlyMap<string, number> {
    const known = new Set(inputs.flatMap((input) => symbolsOf(input)));
    for (const name of this.#settings.dims.keys()) {
      if (known.has(name)) continue;
      const list = [...known].map(quote).join(", ") || "none";
      throw new HoduError("BAD_USAGE", `Cannot use --dim ${quote(name)}: the model's symbols are ${list}`, {
        hint: known.size === 0 ? `hodu inspect ${shellWord(this.#path)}` : `--dim ${shellWord([...known][0])}=1`,
      });
    }
    const left = new Set(missing);
    const bound = this.#bind(
      inputs.filter((input) => !left.has(input)),
      given,
    );
    for (const [name, size] of this.#settings.dims) {
      const found = bound.get(name);
      if (found === undefined || found === size) continue;
      throw new HoduError(
        "BAD_INPUT",
        `Cannot use --dim ${name}=${size}: the given inputs have ${quote(name)} = ${found}`,
        { hint: `--dim ${name}=${found}` },
      );
    }
    return new Map([...bound, ...this.#settings.dims]);
  }

  /** Checks values against declared inputs. `missing`: the hint when one is not there. */
  #bind(inputs: readonly GraphInput[], values: readonly NamedValue[], missing = ""): ReadonlyMap<string, number> {
    const graph = { name: "", inputs, outputs: [], weights: [], nodes: [], values: [] };
    try {
      return bindInputs(
        graph,
        values.map(({ name, value }) => [name, value] as const),
      ).symbols;
    } catch (error) {
      if (!(error instanceof HoduError) || error.hint !== undefined) throw error;
      const hint = error.code === "MISSING_INPUT" ? missing : `hodu inspect ${shellWord(this.#path)}`;
      throw new HoduError(error.code, error.message, { hint, where: error.where });
    }
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

  async #print(result: RunResult): Promise<void> {
    const times = this.#watch.times();
    this.#status.clear();
    if (this.#flags.verbose) writeMessage(formatProfile(result, times.run));
    await writeResult(this.#flags.json ? outputsAsJson(result.outputs, times) : formatOutputs(result.outputs));
    this.#status.line("Finished", `in ${formatTimes(times)}`);
  }
}

function symbolsOf({ type }: GraphInput): string[] {
  if (type?.kind !== "tensor") return [];
  return (type.shape ?? []).flatMap((dim) => (typeof dim === "number" ? [] : dim.terms.map(([symbol]) => symbol)));
}
