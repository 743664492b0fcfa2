import { bindInputs, Evaluator, HoduError, mersenneTwister, type Node, quote, type Snapshot } from "@hodu/core";
import type {
  ByteSource,
  CallContext,
  NamedValue,
  NodeTime,
  RunOptions,
  RunResult,
  Session,
  SessionOptions,
} from "hodu-plugin-sdk";
import { drive } from "./drive.ts";
import { decodeImage } from "../images/decode-image.ts";
import { loadWeights } from "./weights.ts";

/** A Snapshot ready to be interpreted; weights are read once and shared by all runs. */
export async function openSession(
  snapshot: Snapshot,
  wide: boolean,
  source: ByteSource | undefined,
  options: SessionOptions,
  context: CallContext,
): Promise<Session> {
  const { tensors, ownBytes } = await loadWeights(snapshot, source, options.maxMemory, context);
  let evaluator: Evaluator | undefined = new Evaluator(snapshot.graph, tensors);
  return {
    async run(inputs: readonly NamedValue[], run: RunOptions, context: CallContext): Promise<RunResult> {
      if (evaluator === undefined) throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed of");
      const wanted = positionsOf(run.outputs, snapshot);
      const { values } = bindInputs(
        snapshot.graph,
        inputs.map(({ name, value }) => [name, value] as const),
      );
      const times = new NodeTimes();
      const steps = evaluator.run(values, {
        wide,
        maxBytes: options.maxMemory - ownBytes,
        random: mersenneTwister(run.seed ?? Math.floor(Math.random() * 2 ** 32)),
        decodeImage,
        ...(run.profile
          ? { clock: () => performance.now(), onNode: (node, _outputs, elapsed) => times.add(node, elapsed) }
          : {}),
      });
      const { outputs, peakBytes } = await drive(steps, context.signal);
      const named = wanted.map((i) => ({ name: snapshot.graph.outputs[i].name, value: outputs[i] }));
      return { outputs: named, peakBytes, ...(run.profile ? { nodes: times.list() } : {}) };
    },
    async dispose() {
      evaluator = undefined;
    },
  };
}

/** Where the outputs of these names stand among those of the graph; all of them when no names are given. */
function positionsOf(wanted: readonly string[] | undefined, { graph }: Snapshot): readonly number[] {
  const names = graph.outputs.map(({ name }) => name);
  if (wanted === undefined) return [...names.keys()];
  return wanted.map((name) => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    const known = names.map(quote).join(", ");
    throw new HoduError("BAD_INPUT", `Cannot give output ${quote(name)}: the model's outputs are ${known}`);
  });
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
