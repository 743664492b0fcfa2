import { DTYPES, elementCount, type Node, scalar, type Tensor } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import type { NodePattern, Pattern } from "./pattern.ts";

/** Where a pattern was found. */
export interface Match {
  /** Every node that the pattern covers, the one at its root first. */
  readonly nodes: ReadonlySet<Node>;
  readonly values: ReadonlyMap<string, string>;
  readonly named: ReadonlyMap<string, Node>;
  /** Constants that are a number of the pattern, by its name. */
  readonly numbers: ReadonlyMap<string, Constant>;
}

/** A value that is a constant of one element. */
interface Constant {
  readonly value: string;
  readonly tensor: Tensor;
}

/** The ways in which a pattern fits a node. */
export function matchesOf(pattern: NodePattern, root: Node, graph: PassGraph): Generator<Match> {
  return matchNode(pattern, root, NOTHING, graph);
}

const NOTHING: Match = { nodes: new Set(), values: new Map(), named: new Map(), numbers: new Map() };

const COMMUTES: ReadonlySet<string> = new Set(["Add", "Mul", "Max", "Min"]);

function* matchValue(pattern: Pattern, value: string, match: Match, graph: PassGraph): Generator<Match> {
  switch (pattern.kind) {
    case "value": {
      const known = match.values.get(pattern.name);
      if (known === undefined) yield { ...match, values: new Map(match.values).set(pattern.name, value) };
      else if (known === value) yield match;
      return;
    }
    case "number": {
      const tensor = graph.constantOf(value);
      if (tensor === undefined || !isNumber(tensor, pattern.near)) return;
      const known = match.numbers.get(pattern.name);
      if (known !== undefined && scalar(known.tensor) !== scalar(tensor)) return;
      yield known ? match : { ...match, numbers: new Map(match.numbers).set(pattern.name, { value, tensor }) };
      return;
    }
    case "either":
      for (const one of pattern.patterns) yield* matchValue(one, value, match, graph);
      return;
    case "node": {
      const made = graph.producerOf(value);
      if (made !== undefined && made.outputs[0] === value) yield* matchNode(pattern, made, match, graph);
    }
  }
}

function* matchNode(pattern: NodePattern, found: Node, match: Match, graph: PassGraph): Generator<Match> {
  const { op, inputs, name, where } = pattern;
  if (found.op !== op || found.domain !== "" || found.inputs.length !== inputs.length) return;
  if (where !== undefined && !where(found, graph)) return;
  const known = name === undefined ? undefined : match.named.get(name);
  if (known !== undefined && known !== found) return;
  const begun: Match = {
    ...match,
    nodes: new Set(match.nodes).add(found),
    named: name === undefined ? match.named : new Map(match.named).set(name, found),
  };
  yield* matchInputs(inputs, found.inputs, begun, graph);
  if (COMMUTES.has(op) && inputs.length === 2) yield* matchInputs(inputs, found.inputs.toReversed(), begun, graph);
}

function* matchInputs(
  [first, ...others]: readonly Pattern[],
  [value, ...values]: readonly string[],
  match: Match,
  graph: PassGraph,
): Generator<Match> {
  if (first === undefined) yield match;
  else for (const next of matchValue(first, value, match, graph)) yield* matchInputs(others, values, next, graph);
}

/** Units of the last place by which a constant may be off: exporters write some with a digit less than the dtype holds. */
const UNITS = 4;

function isNumber(tensor: Tensor, near: number | undefined): boolean {
  const { kind } = DTYPES[tensor.dtype];
  if ((kind !== "float" && kind !== "int") || elementCount(tensor.shape) !== 1) return false;
  if (near === undefined) return true;
  const found = scalar(tensor);
  return found === near || (kind === "float" && Math.abs(found - near) <= Math.abs(near) * UNITS * epsilonOf(tensor));
}

/** Half the distance of neighbours near 1, at most that of single precision. */
function epsilonOf({ dtype }: Tensor): number {
  return dtype === "bf16" ? 2 ** -8 : dtype === "f16" ? 2 ** -11 : 2 ** -24;
}
