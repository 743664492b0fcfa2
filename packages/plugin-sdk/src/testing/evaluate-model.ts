import { bindInputs, Evaluator, mersenneTwister, type NamedValue, type Snapshot } from "@hodu/core";
import { drive } from "../steps/drive.ts";
import { loadWeights } from "../weights/load-weights.ts";
import { quietContext } from "./contract-test.ts";

/** What a model gives by the reference kernels. Its weights are in itself. Throws BAD_INPUT, KERNEL. */
export async function evaluateModel(snapshot: Snapshot, inputs: readonly NamedValue[]): Promise<readonly NamedValue[]> {
  const { graph } = snapshot;
  const context = quietContext();
  const { tensors } = await loadWeights(snapshot, undefined, Number.POSITIVE_INFINITY, context);
  const given = inputs.map(({ name, value }) => [name, value] as const);
  const steps = new Evaluator(graph, tensors).run(bindInputs(graph, given).values, {
    wide: false,
    maxBytes: Number.POSITIVE_INFINITY,
    random: mersenneTwister(0),
  });
  const { outputs } = await drive(steps, context.signal);
  return outputs.map((value, i) => ({ name: graph.outputs[i].name, value }));
}
