import type { EventSink, NodeTime, RunResult } from "hodu-plugin-sdk";

/** Runs a model, and says so before and after (InferenceStart, InferenceEnd), with what its nodes did (TensorOp) where that was measured. */
export async function tellInference(
  model: string,
  publish: EventSink,
  run: () => Promise<RunResult>,
): Promise<RunResult> {
  publish({ type: "InferenceStart", model });
  const start = performance.now();
  const result = await run();
  const milliseconds = performance.now() - start;
  for (const event of tensorOps(result.nodes ?? [])) publish(event);
  publish({ type: "InferenceEnd", model, milliseconds });
  return result;
}

const tensorOps = (nodes: readonly NodeTime[]) =>
  nodes.map(({ operator, name }) => ({ type: "TensorOp", op: operator, node: name }) as const);
