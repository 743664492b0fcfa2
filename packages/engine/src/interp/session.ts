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
): Promise<Session> {
  let evaluator: Evaluator | undefined = new Evaluator(snapshot.graph, await loadWeights(snapshot, source));
  return {
    async run(inputs: readonly NamedValue[], run: RunOptions, context: CallContext): Promise<RunResult> {
      if (evaluator === undefined) throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed");
      const { values } = bindInputs(
        snapshot.graph,
        inputs.map(({ name, value }) => [name, value] as const),
      );
      const times = new NodeTimes();
      const steps = evaluator.run(values, {
        wide,
        maxBytes: options.maxMemory,
        random: mersenneTwister(run.seed ?? Math.floor(Math.random() * 2 ** 32)),
        decodeImage,
        ...(run.profile
          ? { clock: () => performance.now(), onNode: (node, _outputs, elapsed) => times.add(node, elapsed) }
          : {}),
      });
      const { outputs, peakBytes } = await drive(steps, context.signal);
      const named = snapshot.graph.outputs.map(({ name }, i) => ({ name, value: outputs[i] }));
      return { outputs: select(named, run.outputs), peakBytes, ...(run.profile ? { nodes: times.list() } : {}) };
    },
    async dispose() {
      evaluator = undefined;
    },
  };
}

function select(outputs: readonly NamedValue[], wanted: readonly string[] | undefined): readonly NamedValue[] {
  if (wanted === undefined) return outputs;
  return wanted.map((name) => {
    const found = outputs.find((output) => output.name === name);
    if (found !== undefined) return found;
    const names = outputs.map((output) => quote(output.name)).join(", ");
    throw new HoduError("BAD_INPUT", `Cannot give output ${quote(name)}: the model's outputs are ${names}`);
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
