import { elementCount, type Facts, type Graph, type Node, staticShape, typeIn } from "@hodu/core";
import { WANTED_ELEMENTS } from "./limits.ts";

/** Operators that look at the shape of what they read, never at its elements. */
const SHAPE_READERS: ReadonlySet<string> = new Set(["Shape", "Size"]);

/**
 * The inputs of a graph that values are made of, in the graph's order: who knows their elements before the run knows these values. Left out
 * are values that follow from an input too large to be a parameter, or of no numbers.
 */
export function wantedInputs(graph: Graph, facts: Facts, values: Iterable<string>): readonly string[] {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const found = new Set<string>();
  for (const value of values) {
    const sources = sourcesOf(value, makers, inputs);
    if ([...sources].every((name) => isParameter(facts, name))) for (const name of sources) found.add(name);
  }
  return graph.inputs.flatMap(({ name }) => (found.has(name) ? [name] : []));
}

/** The inputs that a value follows from. */
function sourcesOf(value: string, makers: ReadonlyMap<string, Node>, inputs: ReadonlySet<string>): ReadonlySet<string> {
  const seen = new Set([value]);
  for (const name of seen) {
    const maker = makers.get(name);
    if (maker === undefined || SHAPE_READERS.has(maker.op)) continue;
    for (const read of maker.inputs) if (read !== "") seen.add(read);
  }
  return new Set([...seen].filter((name) => inputs.has(name)));
}

function isParameter(facts: Facts, name: string): boolean {
  const type = typeIn(facts, name);
  const shape = type?.kind === "tensor" && type.dtype !== "string" ? staticShape(type.shape) : undefined;
  return shape !== undefined && shape.length <= 1 && elementCount(shape) <= WANTED_ELEMENTS;
}
