import { type Pass, readsOf } from "@hodu/compiler";
import { type Graph, type GraphInput, type Snapshot, typeOfValue, type Value, verifySnapshot } from "@hodu/core";
import { runSpecimen } from "./run-specimen.ts";
import type { Specimen } from "./specimen.ts";
import { prepareTrial, tryPasses } from "./try-passes.ts";

/** A failure as small as it gets. */
export interface Failure {
  readonly specimen: Specimen;
  readonly passes: readonly Pass[];
  readonly reason: string;
}

/** Tries that one shrinking may take: each runs the graph a few times. */
const MAX_TRIES = 300;

/** Leaves out passes, outputs and nodes as long as some failure stays. Nodes go by making what they give an input. */
export async function shrink(failure: Failure): Promise<Failure> {
  let smallest = failure;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MAX_TRIES; ) {
    isSmaller = false;
    for await (const candidate of smallerOnes(smallest)) {
      if (++tries > MAX_TRIES) break;
      const reason = await reasonOf(candidate);
      if (reason === undefined) continue;
      smallest = { ...candidate, reason };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

type Candidate = Omit<Failure, "reason">;

async function reasonOf({ specimen, passes }: Candidate): Promise<string | undefined> {
  try {
    verifySnapshot(specimen.snapshot);
  } catch {
    return undefined;
  }
  return tryPasses(await prepareTrial(specimen), passes);
}

async function* smallerOnes({ specimen, passes }: Failure): AsyncGenerator<Candidate> {
  for (let i = 0; passes.length > 1 && i < passes.length; i++) yield { specimen, passes: passes.toSpliced(i, 1) };
  const { graph } = specimen.snapshot;
  for (let i = 0; graph.outputs.length > 1 && i < graph.outputs.length; i++) {
    yield { specimen: withGraph(specimen, { ...graph, outputs: graph.outputs.toSpliced(i, 1) }), passes };
  }
  for (const node of graph.nodes) {
    const cut = await cutNode(specimen, node.name);
    if (cut !== undefined) yield { specimen: cut, passes };
  }
}

function withGraph(specimen: Specimen, graph: Graph): Specimen {
  const snapshot = withoutUnread({ ...specimen.snapshot, graph });
  const names = new Set(snapshot.graph.inputs.map(({ name }) => name));
  return { ...specimen, snapshot, inputs: specimen.inputs.filter(({ name }) => names.has(name)) };
}

/** The specimen with the outputs of a node as inputs, which have the values that the node gives. */
async function cutNode(specimen: Specimen, name: string): Promise<Specimen | undefined> {
  const { snapshot } = specimen;
  const { graph } = snapshot;
  const node = graph.nodes.find((one) => one.name === name)!;
  const names = node.outputs.filter((output) => output !== "");
  if (graph.outputs.some((output) => names.includes(output.name))) return undefined;
  const outputs = names.map((output) => ({ name: output, type: undefined }));
  const run = await runSpecimen({ ...snapshot, graph: { ...graph, outputs } }, specimen);
  if ("error" in run) return undefined;
  const inputs: GraphInput[] = run.outputs.map((value: Value, i) => ({ name: names[i], type: typeOfValue(value) }));
  const nodes = graph.nodes.filter((one) => one !== node);
  const given = [...specimen.inputs, ...run.outputs.map((value, i) => ({ name: names[i], value }))];
  return withGraph(
    { ...specimen, inputs: given },
    { ...graph, inputs: [...graph.inputs, ...inputs], nodes, values: [] },
  );
}

/** Without nodes, weights and inputs that nothing reads. */
function withoutUnread(snapshot: Snapshot): Snapshot {
  const { graph } = snapshot;
  const read = new Set(graph.outputs.map(({ name }) => name));
  const kept = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => read.has(name))) return false;
    for (const name of readsOf(node)) read.add(name);
    return true;
  });
  const defaults = new Set(graph.inputs.map((input) => input.default));
  const weights = graph.weights.filter(({ name }) => read.has(name) || defaults.has(name));
  const inputs = graph.inputs.filter(({ name }) => read.has(name));
  return { ...snapshot, graph: { ...graph, nodes: kept.reverse(), weights, inputs } };
}
