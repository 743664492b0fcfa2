import {
  bindInputs,
  Evaluator,
  type Graph,
  HoduError,
  mersenneTwister,
  type Node,
  type Snapshot,
  type Value,
} from "@hodu/core";
import {
  abortError,
  type ByteSource,
  type CallContext,
  drive,
  driveAtOnce,
  fillOutputs,
  loadWeights,
  type NamedValue,
  type NodeTime,
  OutputPositions,
  type RunOptions,
  type RunNode,
  type RunResult,
  type Session,
  type SessionOptions,
} from "hodu-plugin-sdk";
import { decodeImage } from "../images/decode-image.ts";

/** A Snapshot ready to be interpreted; weights are read once and shared by all runs. */
export async function openSession(
  snapshot: Snapshot,
  wide: boolean,
  source: ByteSource | undefined,
  options: SessionOptions,
  context: CallContext,
): Promise<Session> {
  const { tensors, ownBytes } = await loadWeights(snapshot, source, options.maxMemory, context);
  const { runNode } = options;
  const evaluator = new Evaluator(snapshot.graph, tensors, () => runNode !== undefined && !wide);
  return new InterpSession(snapshot.graph, evaluator, wide, options.maxMemory - ownBytes, runNode);
}

/** One run that is ready to be driven. */
interface PreparedRun {
  readonly steps: ReturnType<Evaluator["run"]>;
  readonly finish: (result: { readonly outputs: readonly Value[]; readonly peakBytes: number }) => RunResult;
}

class InterpSession implements Session {
  readonly #graph: Graph;
  readonly #wide: boolean;
  readonly #maxBytes: number;
  readonly #positions: OutputPositions;
  readonly #runNode: RunNode | undefined;
  #evaluator: Evaluator | undefined;

  constructor(graph: Graph, evaluator: Evaluator, wide: boolean, maxBytes: number, runNode: RunNode | undefined) {
    this.#runNode = runNode;
    this.#graph = graph;
    this.#evaluator = evaluator;
    this.#wide = wide;
    this.#maxBytes = maxBytes;
    this.#positions = new OutputPositions(graph);
  }

  async run(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): Promise<RunResult> {
    const { steps, finish } = this.#prepare(inputs, options, context);
    return finish(await drive(steps, context.signal));
  }

  runSync(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): RunResult {
    if (context.signal.aborted) throw abortError(context.signal, "run the model");
    const { steps, finish } = this.#prepare(inputs, options, context);
    return finish(driveAtOnce(steps));
  }

  async dispose(): Promise<void> {
    this.#evaluator = undefined;
  }

  #prepare(inputs: readonly NamedValue[], options: RunOptions, context: CallContext): PreparedRun {
    if (this.#evaluator === undefined) throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed of");
    const { outputs: declared } = this.#graph;
    const wanted = this.#positions.of(options.outputs);
    const given = inputs.map(({ name, value }) => [name, value] as const);
    const times = options.profile === true ? new NodeTimes() : undefined;
    const runNode = this.#runNode;
    const steps = this.#evaluator.run(bindInputs(this.#graph, given).values, {
      wide: this.#wide,
      maxBytes: this.#maxBytes,
      random: mersenneTwister(options.seed ?? Math.floor(Math.random() * 2 ** 32)),
      decodeImage,
      ...(runNode && { runNode: (node, given) => runNode(node, given, context) }),
      ...(times && { clock: () => performance.now(), onNode: (node, _, elapsed) => times.add(node, elapsed) }),
    });
    const finish: PreparedRun["finish"] = ({ outputs, peakBytes }) => {
      const named = wanted.map((i) => ({ name: declared[i].name, value: outputs[i] }));
      return { outputs: fillOutputs(named, options.into), peakBytes, ...(times && { nodes: times.list() }) };
    };
    return { steps, finish };
  }
}

/** Sums the time of each node over its calls. */
class NodeTimes {
  readonly #times = new Map<Node, { calls: number; milliseconds: number }>();

  add(node: Node, elapsed: number): void {
    const time = this.#times.get(node);
    if (time === undefined) this.#times.set(node, { calls: 1, milliseconds: elapsed });
    else {
      time.calls++;
      time.milliseconds += elapsed;
    }
  }

  list(): NodeTime[] {
    return [...this.#times].map(([node, time]) => ({
      name: node.name,
      operator: node.op,
      origin: node.origin,
      ...time,
    }));
  }
}
