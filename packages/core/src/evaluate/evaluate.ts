import { isWidened } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import type { DecodedImage, Outputs, Steps } from "../kernels/context.ts";
import type { RandomSource } from "../random/random-source.ts";
import type { Graph, Node } from "../snapshot/types.ts";
import { numbers } from "../tensors/elements.ts";
import { isWide, type Tensor, tensorOf } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { checkInputValues } from "./input-types.ts";
import { kernelContext, type KernelHost, outOfMemory } from "./kernel-context.ts";
import { MemoryAccount } from "./memory.ts";
import { type Plan, planGraph, type Step } from "./plan.ts";

export interface EvaluatorOptions {
  /** Compute f16, bf16 and f32 in double. */
  readonly wide: boolean;
  /** Bytes that values of a run may take at once; weights and inputs are not counted. */
  readonly maxBytes: number;
  /** Numbers for random operators without a seed. */
  readonly random: RandomSource;
  readonly decodeImage?: (bytes: Uint8Array) => Promise<DecodedImage>;
  /** Told of every node that ran, with the time between two calls of `clock` (subgraphs included). */
  readonly clock?: () => number;
  readonly onNode?: (node: Node, outputs: Outputs, elapsed: number) => void;
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
  readonly #weights: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>;

  /** `weights`: the tensors of the weights of the graph and of each subgraph that has some. Throws UNSUPPORTED. */
  constructor(graph: Graph, weights: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>) {
    this.#weights = weights;
    this.#plan = planGraph(graph, this.#plans);
  }

  /** Runs the graph once. `inputs` by name, complete but for those with a default. Returns outputs in the graph's order. */
  *run(
    inputs: ReadonlyMap<string, Value>,
    options: EvaluatorOptions,
  ): Steps<{ readonly outputs: Value[]; readonly peakBytes: number }> {
    const account = new MemoryAccount(options.maxBytes);
    const frame: Frame = { parent: undefined, values: new Map() };
    for (const input of this.#plan.graph.inputs) {
      const given = inputs.get(input.name);
      if (given !== undefined) {
        account.pin(given);
        frame.values.set(input.name, options.wide ? widen(given) : given);
      }
    }
    const outputs = yield* this.#runFrame(this.#plan, frame, account, options);
    return { outputs, peakBytes: account.peak };
  }

  *#runFrame(plan: Plan, frame: Frame, account: MemoryAccount, options: EvaluatorOptions): Steps<Value[]> {
    for (const [name, weight] of this.#weights.get(plan.graph) ?? []) {
      if (frame.values.has(name)) continue;
      account.pin(weight);
      frame.values.set(name, options.wide ? widen(weight) : weight);
    }
    for (const step of plan.steps) {
      yield* this.#runStep(step, frame, account, options);
      yield undefined;
    }
    return plan.graph.outputs.map(({ name }) => valueIn(frame, name));
  }

  *#runStep(step: Step, frame: Frame, account: MemoryAccount, options: EvaluatorOptions): Steps<void> {
    const { node, definition, attributes, rules, dead } = step;
    const inputs = node.inputs.map((name) => (name === "" ? undefined : valueIn(frame, name)));
    checkInputValues(node, definition, rules, inputs);
    const mark = account.mark;
    const context = kernelContext(node, this.#host(frame, account, options));
    const start = options.clock?.() ?? 0;
    let outputs: Outputs;
    try {
      const result = definition.reference!(inputs, attributes, context);
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
    options.onNode?.(node, outputs, (options.clock?.() ?? 0) - start);
    for (const name of dead) {
      const value = frame.values.get(name);
      if (value !== undefined) account.release(value);
      frame.values.delete(name);
    }
  }

  #host(frame: Frame, account: MemoryAccount, options: EvaluatorOptions): KernelHost {
    return {
      wide: options.wide,
      reserve(bytes, node) {
        if (!account.reserve(bytes)) throw outOfMemory(node, bytes, account.limit);
      },
      random: () => options.random,
      decodeImage: options.decodeImage,
      runGraph: (graph, inputs) => this.#runSubgraph(graph, inputs, frame, account, options),
    };
  }

  *#runSubgraph(
    graph: Graph,
    inputs: readonly Value[],
    parent: Frame,
    account: MemoryAccount,
    options: EvaluatorOptions,
  ): Steps<Value[]> {
    const frame: Frame = { parent, values: new Map() };
    graph.inputs.forEach(({ name }, i) => {
      if (inputs[i] === undefined) return;
      account.hold(inputs[i]);
      frame.values.set(name, inputs[i]);
    });
    const outputs = yield* this.#runFrame(this.#plans.get(graph)!, frame, account, options);
    for (const value of frame.values.values()) account.release(value);
    return outputs;
  }
}

function valueIn(frame: Frame, name: string): Value {
  for (let scope: Frame | undefined = frame; scope !== undefined; scope = scope.parent) {
    const value = scope.values.get(name);
    if (value !== undefined) return value;
  }
  throw new HoduError("INVALID_GRAPH", `Cannot read value ${quote(name)}: nothing has made it`);
}

/** The value with every f16, bf16 and f32 tensor in double. */
function widen(value: Value): Value {
  switch (value.kind) {
    case "tensor":
      if (!isWidened(value.dtype) || isWide(value)) return value;
      return tensorOf(value.dtype, value.shape, Float64Array.from(numbers(value)));
    case "sequence":
      return { ...value, items: value.items.map(widen) };
    case "optional":
      return value.value === undefined ? value : { ...value, value: widen(value.value) };
    case "map":
      return { ...value, values: value.values.map(widen) };
  }
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
