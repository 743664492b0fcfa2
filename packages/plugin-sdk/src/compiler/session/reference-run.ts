import {
  bindInputs,
  Evaluator,
  type Graph,
  graphsIn,
  heldWeights,
  HoduError,
  mersenneTwister,
  quote,
  type Snapshot,
  type Steps,
  type Tensor,
  type Value,
} from "@hodu/core";
import type { CallContext } from "../../contracts/call-context.ts";
import { drive, driveAtOnce } from "../../steps/drive.ts";
import { loadWeights } from "../../weights/load-weights.ts";
import type { LoadTools } from "./load-program.ts";
import type { LoadedProgram, RunRequest } from "./program-runner.ts";

/**
 * What is wrong with the inputs of a run that a guard has ended: the whole model runs by its reference kernels, which say it in their words.
 * Throws that; KERNEL where they find nothing.
 */
export async function explainFailure(
  reference: Snapshot | undefined,
  program: LoadedProgram,
  step: number,
  request: RunRequest,
  tools: LoadTools,
  context: CallContext,
): Promise<never> {
  if (reference === undefined) throw guardError(program, step);
  const { tensors } = await loadWeights(reference, tools.source, tools.options.maxMemory, context);
  await drive(referenceSteps(reference, tensors, request, tools), context.signal);
  throw guardError(program, step);
}

/** The same at once. Where weights of the model lie in a file, the error says no more than which node it was. */
export function explainFailureSync(
  reference: Snapshot | undefined,
  program: LoadedProgram,
  step: number,
  request: RunRequest,
  tools: LoadTools,
): never {
  if (reference?.stores.every(({ kind }) => kind === "bytes"))
    driveAtOnce(referenceSteps(reference, tensorsIn(reference), request, tools));
  throw guardError(program, step);
}

function referenceSteps(
  { graph }: Snapshot,
  weights: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>,
  { values, options }: RunRequest,
  tools: LoadTools,
): Steps<unknown> {
  const inputs = graph.inputs.flatMap(({ name }, i): [string, Value][] => {
    const value = values[i];
    return value === undefined ? [] : [[name, value]];
  });
  const { decodeImage, maxMemory } = tools.options;
  return new Evaluator(graph, weights).run(bindInputs(graph, inputs).values, {
    wide: false,
    maxBytes: maxMemory,
    random: mersenneTwister(options.seed ?? 0),
    ...(decodeImage && { decodeImage }),
  });
}

function tensorsIn({ graph, stores }: Snapshot): ReadonlyMap<Graph, ReadonlyMap<string, Tensor>> {
  const tensorOf = heldWeights(stores);
  return new Map(
    [...graphsIn(graph)].map((each) => [each, new Map(each.weights.map((weight) => [weight.name, tensorOf(weight)!]))]),
  );
}

function guardError({ plan }: LoadedProgram, step: number): HoduError {
  const found = plan.steps[step];
  const origin = found?.kind === "kernel" ? found.origin : [];
  const nodes = origin.length === 0 ? "the model" : origin.slice(0, 4).map(quote).join(", ");
  return new HoduError("KERNEL", `Cannot run ${nodes}: found a value in its inputs that the operator forbids`);
}
