import { type Graph, HoduError, type NamedValue, type Tensor, type Value } from "@hodu/core";
import { abortError } from "../../abort-error.ts";
import type { RunOptions, RunResult, Session } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { OutputPositions } from "../../output-positions.ts";
import { inputValues } from "./input-values.ts";
import { matchInputs } from "./input-slot.ts";
import type { RunRequest } from "./program-runner.ts";
import type { Variant } from "./variant.ts";
import type { Variants } from "./variants.ts";

/** A compiled model that is ready to run, or to be compiled for the shapes of a run. */
export class CompiledSession implements Session {
  readonly #graph: Graph;
  readonly #weights: ReadonlyMap<string, Tensor>;
  readonly #variants: Variants;
  readonly #positions: OutputPositions;
  /** The variant that ran last: most runs are like the one before. */
  #last: Variant | undefined;
  #isDisposed = false;

  constructor(graph: Graph, weights: ReadonlyMap<string, Tensor>, variants: Variants) {
    this.#graph = graph;
    this.#weights = weights;
    this.#variants = variants;
    this.#positions = new OutputPositions(graph);
    this.#last = variants.only;
  }

  async run(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): Promise<RunResult> {
    const request = this.#request(inputs, options);
    const variant = this.#matched ?? (await this.#variants.get(request.values, context));
    this.#last = variant;
    return variant.run(request, context);
  }

  runSync(inputs: readonly NamedValue[], options: RunOptions, { signal }: CallContext): RunResult {
    if (signal.aborted) throw abortError(signal, "run the model");
    const request = this.#request(inputs, options);
    const variant = this.#matched ?? this.#variants.getSync(request.values);
    this.#last = variant;
    return variant.runSync(request);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#last = undefined;
    await this.#variants.dispose();
  }

  /** The variant that the inputs of the last request fit. */
  #matched: Variant | undefined;

  #request(inputs: readonly NamedValue[], options: RunOptions): RunRequest {
    if (this.#isDisposed) throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed of");
    const wanted = this.#positions.of(options.outputs);
    const last = this.#last;
    const matched = last && matchInputs(last.slots, inputs);
    this.#matched = matched && last;
    const values: readonly Value[] = matched ?? inputValues(this.#graph, this.#weights, inputs);
    return { values, wanted, options };
  }
}
