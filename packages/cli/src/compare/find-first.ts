import { type AccuracyClass, type Node, operatorOf, type Snapshot, type Value, type ValueType } from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";
import { readsOf } from "@hodu/compiler";
import { firstNodes, nodeAlone, withAllValues } from "./cut-snapshot.ts";
import type { Engine } from "./engine.ts";
import { isFloat, magnitudeOf, type ValueError, valueError } from "./value-error.ts";

/** An operator whose result is off. */
export interface Offender {
  readonly node: Node;
  readonly accuracy: AccuracyClass;
  readonly output: string;
  readonly error: ValueError;
  /** What it was given. */
  readonly inputs: readonly NamedValue[];
  /** It is right when its result is an output of the model, and off where it is computed together with its neighbours. */
  readonly isFused: boolean;
}

/** What looking at one engine came to. */
export interface Inspection {
  readonly engine: string;
  /** Nodes whose results were looked at, of how many. */
  readonly checked: number;
  readonly offender: Offender | undefined;
  /** Outputs of the model as it is. */
  readonly outputs: ReadonlyMap<string, Value>;
}

/** A model that goes wrong, and what it is judged by. */
export interface Subject {
  readonly snapshot: Snapshot;
  readonly inputs: readonly NamedValue[];
  readonly types: ReadonlyMap<string, ValueType>;
  /** Computes in double by the reference kernels. */
  readonly judge: Engine;
  /** The same in the precision of the model. */
  readonly native: Engine;
}

/**
 * Finds the first operator of a model whose result, from what it was really given, is not what its accuracy class allows: with all values
 * between operators kept, and then, where only the model as it is goes wrong, with less and less of it. Throws what the engines throw.
 */
export async function findFirst(engine: Engine, subject: Subject): Promise<Inspection> {
  const { snapshot, inputs, types } = subject;
  const outputs = await engine.run(snapshot, inputs);
  const kept = await engine.run(withAllValues(snapshot, types), inputs);
  const values = new Map([...inputs.map(({ name, value }) => [name, value] as const), ...kept]);
  let checked = 0;
  for (const node of snapshot.graph.nodes) {
    const offender = await checkNode(node, values, subject);
    if (offender === "unknown") continue;
    checked += 1;
    if (offender !== undefined) return { engine: engine.name, checked, offender, outputs };
  }
  const offender = outputsAgree(outputs, kept) ? undefined : await findFused(engine, subject, values);
  return { engine: engine.name, checked, offender, outputs };
}

/** A node's results against those of the reference in double on the same inputs; "unknown" where some of these were not kept. */
async function checkNode(
  node: Node,
  values: ReadonlyMap<string, Value>,
  { snapshot, judge, native }: Subject,
): Promise<Offender | "unknown" | undefined> {
  const weights = new Set(snapshot.graph.weights.map(({ name }) => name));
  const reads = [...readsOf(node)].filter((name) => !weights.has(name) || values.has(name));
  if (reads.some((name) => !values.has(name)) || node.outputs.every((name) => !values.has(name))) return "unknown";
  const inputs = reads.map((name) => ({ name, value: values.get(name)! }));
  const alone = nodeAlone(snapshot, node, values);
  const offender = compareOutputs(node, values, await judge.run(alone, inputs), inputs, false);
  if (offender === undefined || isFloat(values.get(offender.output))) return offender;
  // Where floats become whole numbers or truths, double falls on the other side of ties: the model's own precision decides.
  return compareOutputs(node, values, await native.run(alone, inputs), inputs, false);
}

function compareOutputs(
  node: Node,
  found: ReadonlyMap<string, Value>,
  exact: ReadonlyMap<string, Value>,
  inputs: readonly NamedValue[],
  isFused: boolean,
): Offender | undefined {
  const accuracy = operatorOf(node.domain, node.op)?.accuracy ?? "exact";
  for (const output of node.outputs) {
    const [value, expected] = [found.get(output), exact.get(output)];
    if (value === undefined || expected === undefined) continue;
    const scale = Math.max(magnitudeOf(expected), ...inputs.map((input) => magnitudeOf(input.value)));
    const error = valueError(value, expected, accuracy, scale);
    if (error !== undefined) return { node, accuracy, output, error, inputs, isFused };
  }
  return undefined;
}

/** Between two ways of computing the same, errors of rounding are this many times those of a single sum at most. */
const DRIFT = 64;

function outputsAgree(outputs: ReadonlyMap<string, Value>, kept: ReadonlyMap<string, Value>): boolean {
  return [...outputs].every(([name, value]) => {
    const other = kept.get(name);
    return other === undefined || valueError(value, other, "reduction", DRIFT * magnitudeOf(other)) === undefined;
  });
}

/** By halving: the fewest first nodes of the model whose outputs are off when they are compiled as they are. */
async function findFused(
  engine: Engine,
  { snapshot, inputs, types }: Subject,
  values: ReadonlyMap<string, Value>,
): Promise<Offender | undefined> {
  const { nodes } = snapshot.graph;
  const isRight = async (count: number): Promise<boolean> =>
    outputsAgree(await engine.run(firstNodes(snapshot, count, types), inputs), values);
  let [right, wrong] = [0, nodes.length];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (await isRight(middle)) right = middle;
    else wrong = middle;
  }
  const node = nodes[wrong - 1];
  const found = await engine.run(firstNodes(snapshot, wrong, types), inputs);
  const given = [...readsOf(node)].flatMap((name) => (values.has(name) ? [{ name, value: values.get(name)! }] : []));
  const offender = compareOutputs(node, found, values, given, true);
  if (offender !== undefined) return offender;
  // Another output of these nodes is off: of one before, that the last one is fused with.
  const other = nodes
    .slice(0, wrong)
    .findLast((each) => compareOutputs(each, found, values, given, true) !== undefined);
  return other && compareOutputs(other, found, values, given, true);
}
