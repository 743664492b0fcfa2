import { formatType, type Graph, type GraphInput, type GraphOutput, graphsIn, type Snapshot } from "@hodu/core";
import type { Model } from "hodu-plugin-sdk";
import { operatorName } from "../inspect/model-report.ts";
import { compareGraphs } from "./compare-graphs.ts";
import { compareNamed, compareTexts } from "./compare-named.ts";
import { compareWeights, typeOf } from "./compare-weights.ts";
import type { Comparison } from "./comparison.ts";
import type { Change, ModelDiff, OperatorCount, ValueChange } from "./differences.ts";

/** How two models differ: what they say of themselves, what they compute, and their weights. Throws ABORTED, and what their files throw. */
export async function compareModels(a: Model, b: Model, comparison: Comparison): Promise<ModelDiff> {
  const [before, after] = [a.snapshot, b.snapshot];
  const found = compareGraphs(before.graph, after.graph);
  const weights: ValueChange[] = [
    ...(await compareWeights(a, b, found.weights, comparison)),
    ...found.removedWeights.map(
      (weight): ValueChange => ({ name: weight.name, change: "removed", details: [typeOf(weight)] }),
    ),
    ...found.addedWeights.map(
      (weight): ValueChange => ({ name: weight.name, change: "added", details: [typeOf(weight)] }),
    ),
  ];
  return {
    kind: "model",
    metadata: compareTexts(textsOf(before), textsOf(after)),
    inputs: compareInputs(before.graph, after.graph),
    outputs: compareOutputs(before.graph, after.graph, found.otherOutputs),
    operations: compareCounts(before.graph, after.graph),
    nodes: found.nodes,
    weights,
    renamed: found.renamed,
    within_tolerance: comparison.tolerated(),
  };
}

/** What a model says of itself. The keys in parentheses are no keys of metadata that people write. */
function textsOf({ producer, graph, metadata }: Snapshot): ReadonlyMap<string, string> {
  const own = [
    ["(producer)", producer],
    ["(name of the graph)", graph.name],
  ] as const;
  return new Map([...own.filter(([, text]) => text !== ""), ...metadata]);
}

function compareInputs(a: Graph, b: Graph): Change[] {
  const typeOfInput = ({ type, default: weight }: GraphInput): string =>
    `${formatType(type)}${weight === undefined ? "" : " (optional)"}`;
  return compareValues(a.inputs, b.inputs, typeOfInput);
}

function compareOutputs(a: Graph, b: Graph, others: readonly string[]): Change[] {
  const changes = compareValues(a.outputs, b.outputs, ({ type }) => formatType(type));
  const other = others.map((name): Change => ({ name, change: "changed", details: ["it is another value"] }));
  return [...changes, ...other];
}

function compareValues<Item extends GraphOutput>(
  a: readonly Item[],
  b: readonly Item[],
  describe: (item: Item) => string,
): Change[] {
  const byName = (items: readonly Item[]): Map<string, Item> => new Map(items.map((item) => [item.name, item]));
  const changes = compareNamed(byName(a), byName(b), describe, (before, after) =>
    describe(before) === describe(after) ? [] : [`${describe(before)} -> ${describe(after)}`],
  );
  const isMoved = a.length === b.length && a.some(({ name }, i) => name !== b[i].name);
  if (!isMoved || changes.some(({ change }) => change !== "changed")) return changes;
  const order = (items: readonly Item[]): string => items.map(({ name }) => name).join(", ");
  return [...changes, { name: "(order)", change: "changed", details: [`${order(a)} -> ${order(b)}`] }];
}

function compareCounts(a: Graph, b: Graph): OperatorCount[] {
  const [before, after] = [countsOf(a), countsOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((operator) => ({ operator, a: before.get(operator) ?? 0, b: after.get(operator) ?? 0 }))
    .filter((count) => count.a !== count.b);
}

function countsOf(graph: Graph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { nodes } of graphsIn(graph)) {
    for (const node of nodes) counts.set(operatorName(node), (counts.get(operatorName(node)) ?? 0) + 1);
  }
  return counts;
}
