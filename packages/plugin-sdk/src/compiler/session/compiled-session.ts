import { type Graph, HoduError, type NamedValue } from "@hodu/core";
import { abortError } from "../../abort-error.ts";
import type { RunOptions, RunResult, Session } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { OutputPositions } from "../../output-positions.ts";
import { inputValues } from "./input-values.ts";
import { matchInputs } from "./input-slot.ts";
import type { RunRequest } from "./program-runner.ts";
import type { Variant } from "./variant.ts";
import type { Variants } from "./variants.ts";

/** What a session runs: the one program of a model, or those that are compiled when their inputs are seen. */
export type SessionPrograms =
  | { readonly kind: "one"; readonly variant: Variant }
  | { readonly kind: "many"; readonly variants: Variants };

/** A compiled model that is ready to run. */
export class CompiledSession implements Session {
  readonly #graph: Graph;
  readonly #programs: SessionPrograms;
  readonly #positions: OutputPositions;
  /** The program that ran last: most runs are like the one before. */
  #last: Variant | undefined;
  #isDisposed = false;

  /** `graph` says what inputs and outputs there are. */
  constructor(graph: Graph, programs: SessionPrograms) {
    this.#graph = graph;
    this.#programs = programs;
    this.#positions = new OutputPositions(graph);
    this.#last = programs.kind === "one" ? programs.variant : undefined;
  }

  async run(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): Promise<RunResult> {
    const { request, variant } = this.#prepare(inputs, options);
    if (variant !== undefined) return variant.run(request, context);
    if (this.#programs.kind === "one") return this.#programs.variant.run(request, context);
    let found = await this.#programs.variants.get(request.values, context);
    // others may have been compiled in its place before this run had its turn
    while (found.isRetired && !this.#isDisposed) found = await this.#programs.variants.get(request.values, context);
    this.#refuseDisposed();
    this.#last = found;
    return found.run(request, context);
  }

  runSync(inputs: readonly NamedValue[], options: RunOptions, { signal }: CallContext): RunResult {
    if (signal.aborted) throw abortError(signal, "run the model");
    const { request, variant } = this.#prepare(inputs, options);
    if (variant !== undefined) return variant.runSync(request);
    if (this.#programs.kind === "one") return this.#programs.variant.runSync(request);
    const found = this.#programs.variants.find(request.values);
    if (found === undefined) throw notYet();
    this.#last = found;
    return found.runSync(request);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#last = undefined;
    if (this.#programs.kind === "one") await this.#programs.variant.retire();
    else await this.#programs.variants.dispose();
  }

  #refuseDisposed(): void {
    if (this.#isDisposed) throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed of");
  }

  /** A run, and the program that ran last where it fits. */
  #prepare(
    inputs: readonly NamedValue[],
    options: RunOptions,
  ): { readonly request: RunRequest; readonly variant: Variant | undefined } {
    this.#refuseDisposed();
    const wanted = this.#positions.of(options.outputs);
    const last = this.#last?.isRetired === true ? undefined : this.#last;
    const matched = last && matchInputs(last.slots, inputs);
    if (matched !== undefined) return { request: { values: matched, wanted, options }, variant: last };
    const values = inputValues(this.#graph, inputs);
    return { request: { values, wanted, options }, variant: undefined };
  }
}

function notYet(): HoduError {
  return new HoduError(
    "UNSUPPORTED",
    "Cannot run the model at once: it is compiled for inputs of these names and shapes when they are first seen, and that takes a while",
    { hint: "await model.run(inputs)" },
  );
}
