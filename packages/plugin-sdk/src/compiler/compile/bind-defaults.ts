import { type Graph, HoduError, quote, type Snapshot, type Weight } from "@hodu/core";

/** Whether callers may leave inputs of a graph out. */
export const hasDefaults = ({ inputs }: Graph): boolean => inputs.some((input) => input.default !== undefined);

/**
 * The model for runs that give the inputs `given` of those that have a default, and leave the others out: these are weights of their names,
 * to be folded and packed as any; the given ones have no default. A model without defaults stays as it is. Throws INVALID_GRAPH.
 */
export function bindDefaults(snapshot: Snapshot, given: ReadonlySet<string>): Snapshot {
  const { graph } = snapshot;
  if (!hasDefaults(graph)) return snapshot;
  const byName = new Map(graph.weights.map((weight) => [weight.name, weight]));
  const names = new Set(graph.inputs.map(({ name }) => name));
  const weights = graph.weights.filter(({ name }) => !names.has(name));
  const inputs: Graph["inputs"][number][] = [];
  for (const { name, type, default: initial } of graph.inputs)
    if (initial === undefined || given.has(name)) inputs.push({ name, type });
    else weights.push({ ...defaultOf(name, byName.get(initial)), name });
  return { ...snapshot, graph: { ...graph, inputs, weights } };
}

function defaultOf(name: string, weight: Weight | undefined): Weight {
  if (weight !== undefined) return weight;
  const where = { field: `input ${quote(name)}` };
  throw new HoduError("INVALID_GRAPH", `Cannot compile the model: found no weight for the default of ${where.field}`, {
    where,
  });
}
