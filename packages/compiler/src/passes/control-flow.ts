import { attributeOf, type Graph, type Node, type Patch, scalar, type Tensor } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { renameReads } from "../rewrite/rename-values.ts";
import { definePass } from "../stages/pass.ts";

/** Puts the branch in the place of an If whose condition is constant, and the initial values in that of a Loop without trips. */
export const controlFlow = definePass({
  name: "control-flow",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Control flow", counts: "patterns" },
  run: (graph): readonly Patch[] =>
    graph.graph.nodes.flatMap((node) => {
      if (node.domain !== "") return [];
      const patch = node.op === "If" ? inlineIf(node, graph) : node.op === "Loop" ? skipLoop(node, graph) : undefined;
      return patch ?? [];
    }),
});

function inlineIf(node: Node, graph: PassGraph): Patch | undefined {
  const condition = graph.constantOf(node.inputs[0]);
  if (condition === undefined || condition.data.length === 0) return undefined;
  const branch = attributeOf(node, isTrue(condition) ? "then_branch" : "else_branch");
  return branch?.kind === "graph" ? inlineGraph(node, branch.value, graph) : undefined;
}

/** The nodes and weights of a branch, values under new names: the same names may stand in another graph. */
function inlineGraph(node: Node, branch: Graph, graph: PassGraph): Patch | undefined {
  const names = new Map<string, string>();
  for (const name of [
    ...branch.weights.map((weight) => weight.name),
    ...branch.nodes.flatMap(({ outputs }) => outputs),
  ])
    if (name !== "") names.set(name, graph.fresh(name));
  const rename = (name: string): string => names.get(name) ?? name;
  const pairs = node.outputs.flatMap((name, i) =>
    name === "" ? [] : [[name, rename(branch.outputs[i].name)] as const],
  );
  return {
    pattern: "If",
    remove: [node.name],
    add: branch.nodes.map((one) => ({
      ...renameReads(one, rename),
      outputs: one.outputs.map((name) => (name === "" ? "" : rename(name))),
    })),
    weights: branch.weights.map((weight) => ({ ...weight, name: rename(weight.name) })),
    rename: pairs,
  };
}

/** A Loop of no trips gives its initial values; what it would have collected is left to the run. */
function skipLoop(node: Node, graph: PassGraph): Patch | undefined {
  const [trips = "", condition = "", ...states] = node.inputs;
  const [count, first] = [trips, condition].map((name) => (name === "" ? undefined : graph.constantOf(name)));
  const isOver = (count !== undefined && scalar(count) <= 0) || (first !== undefined && !isTrue(first));
  const collected = node.outputs.slice(states.length);
  if (!isOver || collected.some((name) => name !== "")) return undefined;
  const rename = node.outputs.flatMap((name, i) => (name === "" ? [] : [[name, states[i]] as const]));
  return { pattern: "Loop", remove: [node.name], add: [], weights: [], rename };
}

const isTrue = (value: Tensor): boolean => scalar(value) !== 0;
