import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import type { DecodedImage, Outputs, Steps } from "../kernels/context.ts";
import type { RandomSource } from "../random/random-source.ts";
import type { Graph, Node } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { checkInputValues } from "./input-types.ts";
import { formatBytes, kernelContext, type KernelHost, outOfMemory } from "./kernel-context.ts";
import { MemoryAccount } from "./memory.ts";
import { ownValues } from "./own-values.ts";
import { type Plan, planGraph, type Step } from "./plan.ts";
import { bytesToWiden, widen, widenTensor } from "./widen.ts";

/** How one run is done, and what it may use of the world. */
export interface EvaluatorOptions {
  /** Compute f16, bf16 and f32 in double. */
  readonly wide: boolean;
  /** Bytes that values of a run may take at once, copies in double included; weights and inputs as they are given are not counted. */
  readonly maxBytes: number;
  /** Numbers for random operators without a seed. */
  readonly random: RandomSource;
  readonly decodeImage?: (bytes: Uint8Array) => Promise<DecodedImage>;
  /** Runs the nodes that have no kernel here and that the evaluator was made for. */
  readonly runNode?: RunNode;
  /** Told of every node that ran, with the time between two calls of `clock` (subgraphs included). */
  readonly clock?: () => number;
  readonly onNode?: (node: Node, outputs: Outputs, elapsed: number) => void;
}

/** What a node gives that is run elsewhere; inputs that are absent are undefined. */
type RunNode = (node: Node, inputs: readonly (Value | undefined)[]) => Promise<readonly Value[]>;

/** The tensors of the weights of a graph and of its subgraphs, by name. */
type Weights = ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>;

/** What the frames of one run share. */
interface Run extends EvaluatorOptions {
  readonly account: MemoryAccount;
  readonly weights: Weights;
}

/** The values of one graph while it runs. */
interface Frame {
  readonly parent: Frame | undefined;
  readonly values: Map<string, Value>;
}

/**
 * Evaluates a graph with reference kernels. The result is a generator that yields between nodes and inside of long kernels,
 * so that its driver can stop it; a promise that it yields must be answered with its value.
 */
export class Evaluator {
  readonly #plan: Plan;
  readonly #plans = new Map<Graph, Plan>();
  readonly #weights: Weights;
  /** The weights in double, made by the first run that wants them. */
  #wideWeights: Weights | undefined;

  /**
   * `weights`: the tensors of the weights of the graph and of each subgraph that has some. `mayRun`: nodes that have no kernel here and
   * that `runNode` runs. Throws UNSUPPORTED.
   */
  constructor(graph: Graph, weights: Weights, mayRun: (node: Node) => boolean = () => false) {
    this.#weights = weights;
    this.#plan = planGraph(graph, this.#plans, mayRun);
  }

  /**
   * Runs the graph once. `inputs` by name, complete but for those with a default. Returns outputs in the graph's order, none of
   * which shares memory with an input, a weight or another output.
   */
  *run(
    inputs: ReadonlyMap<string, Value>,
    options: EvaluatorOptions,
  ): Steps<{ readonly outputs: Value[]; readonly peakBytes: number }> {
    const account = new MemoryAccount(options.maxBytes);
    this.#pinConstants(account);
    const weights = options.wide ? yield* this.#widened(account) : this.#weights;
    const run: Run = { ...options, account, weights };
    const frame: Frame = { parent: undefined, values: new Map() };
    for (const { name } of this.#plan.graph.inputs) {
      const given = inputs.get(name);
      if (given !== undefined) frame.values.set(name, enter(given, `input ${quote(name)}`, run));
    }
    const outputs = yield* ownValues(yield* this.#runFrame(this.#plan, frame, run), account);
    return { outputs, peakBytes: account.peak };
  }

  /** What the model itself holds is not paid for by a run: weights, and tensors in attributes. */
  #pinConstants(account: MemoryAccount): void {
    for (const weights of this.#weights.values()) for (const weight of weights.values()) account.pin(weight);
    for (const { constants } of this.#plans.values()) for (const constant of constants) account.pin(constant);
  }

  /** The weights in double. They are kept for later runs, and count in each. */
  *#widened(account: MemoryAccount): Steps<Weights> {
    const all = [...this.#weights.values()].flatMap((weights) => [...weights.values()]);
    const bytes = all.reduce((total, weight) => total + bytesToWiden(weight), 0);
    takeMemory(bytes, "the weights", account);
    this.#wideWeights ??= yield* widenAll(this.#weights);
    for (const weights of this.#wideWeights.values()) for (const weight of weights.values()) account.pin(weight);
    return this.#wideWeights;
  }

  *#runFrame(plan: Plan, frame: Frame, run: Run): Steps<Value[]> {
    const { graph } = plan;
    for (const [name, weight] of run.weights.get(graph) ?? []) {
      if (!frame.values.has(name)) frame.values.set(name, weight);
    }
    for (const { name, default: initial } of graph.inputs) {
      if (initial !== undefined && !frame.values.has(name)) frame.values.set(name, valueIn(frame, initial));
    }
    for (const step of plan.steps) {
      yield* this.#runStep(step, frame, run);
      yield undefined;
    }
    return graph.outputs.map(({ name }) => valueIn(frame, name));
  }

  *#runStep(step: Step, frame: Frame, run: Run): Steps<void> {
    const { node, definition, attributes, rules, dead } = step;
    const { account } = run;
    const inputs = node.inputs.map((name) => (name === "" ? undefined : valueIn(frame, name)));
    if (definition !== undefined) checkInputValues(node, definition, rules, inputs);
    const mark = account.mark;
    const loan: Loan = { values: [] };
    const context = kernelContext(node, this.#host(frame, loan, run));
    const start = run.clock?.() ?? 0;
    let outputs: Outputs;
    try {
      const result = definition?.reference!(inputs, attributes, context) ?? runElsewhere(node, inputs, run);
      outputs = "next" in result ? yield* result : result;
    } catch (error) {
      throw placeError(error, node);
    }
    account.settle(mark);
    node.outputs.forEach((name, i) => {
      if (name === "") return;
      const value = outputs[i];
      if (value === undefined) throw missingOutput(node, i);
      account.hold(value);
      frame.values.set(name, value);
    });
    for (const value of loan.values) account.release(value);
    run.onNode?.(node, outputs, (run.clock?.() ?? 0) - start);
    for (const name of dead) {
      const value = frame.values.get(name);
      if (value !== undefined) account.release(value);
      frame.values.delete(name);
    }
  }

  #host(frame: Frame, loan: Loan, run: Run): KernelHost {
    const { account, random, decodeImage, wide } = run;
    return {
      wide,
      reserve(bytes, node) {
        if (!account.reserve(bytes)) throw outOfMemory(node, bytes, account.limit);
      },
      random: () => random,
      decodeImage,
      runGraph: (graph, inputs) => this.#runSubgraph(graph, inputs, frame, loan, run),
    };
  }

  *#runSubgraph(graph: Graph, inputs: readonly Value[], parent: Frame, loan: Loan, run: Run): Steps<Value[]> {
    const { account } = run;
    const frame: Frame = { parent, values: new Map() };
    graph.inputs.forEach(({ name }, i) => {
      if (inputs[i] === undefined) return;
      account.hold(inputs[i]);
      frame.values.set(name, inputs[i]);
    });
    const outputs = yield* this.#runFrame(this.#plans.get(graph)!, frame, run);
    for (const value of outputs) account.hold(value);
    for (const value of loan.values) account.release(value);
    loan.values = outputs;
    for (const value of frame.values.values()) account.release(value);
    return outputs;
  }
}

function* runElsewhere(node: Node, inputs: readonly (Value | undefined)[], { runNode }: Run): Steps<Outputs> {
  if (runNode === undefined) throw new HoduError("UNSUPPORTED", `Cannot run node ${quote(node.name)}: nothing runs it`);
  return (yield runNode(node, inputs)) as readonly Value[];
}

/**
 * What the last run of a subgraph gave to the kernel that asked for it: alive until the next one has ended or the kernel has,
 * for a Loop hands its states on. What a kernel keeps for longer it accounts for itself.
 */
interface Loan {
  values: readonly Value[];
}

function* widenAll(weights: Weights): Steps<Weights> {
  const wide = new Map<Graph, Map<string, Tensor>>();
  for (const [graph, own] of weights) {
    const copies = new Map<string, Tensor>();
    for (const [name, weight] of own) {
      copies.set(name, widenTensor(weight));
      yield undefined;
    }
    wide.set(graph, copies);
  }
  return wide;
}

/** A caller's value as the run sees it. The value itself is paid for by the caller, a copy of it in double is not. */
function enter(given: Value, what: string, { wide, account }: Run): Value {
  account.pin(given);
  if (!wide) return given;
  const mark = account.mark;
  takeMemory(bytesToWiden(given), what, account);
  const value = widen(given);
  account.settle(mark);
  account.hold(value);
  return value;
}

function takeMemory(bytes: number, what: string, account: MemoryAccount): void {
  if (account.reserve(bytes)) return;
  throw new HoduError(
    "MEMORY_LIMIT",
    `Cannot run the model in double: ${what} would take ${formatBytes(bytes)} more, expected at most ${formatBytes(account.limit)} in all`,
    { hint: "HODU_MAX_MEMORY=<MB> hodu run ..." },
  );
}

function valueIn(frame: Frame, name: string): Value {
  for (let scope: Frame | undefined = frame; scope !== undefined; scope = scope.parent) {
    const value = scope.values.get(name);
    if (value !== undefined) return value;
  }
  throw new HoduError("INVALID_GRAPH", `Cannot read value ${quote(name)}: nothing has made it`);
}

function missingOutput(node: Node, i: number): HoduError {
  return new HoduError(
    "KERNEL",
    `Cannot run node ${quote(node.name)} (${node.op}): it gives no output ${i}, which the graph wants`,
    {
      where: { node: node.name, operator: node.op },
    },
  );
}

function placeError(error: unknown, node: Node): unknown {
  const place = { node: node.name, operator: node.op };
  if (error instanceof HoduError) return error.at(place);
  if (error instanceof RangeError) {
    return new HoduError("KERNEL", `Cannot run node ${quote(node.name)} (${node.op}): ${error.message}`, {
      where: place,
      cause: error,
    });
  }
  return error;
}
