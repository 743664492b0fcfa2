import { attributeOf, type Graph, type Node, operatorOf } from "@hodu/core";

/** Whether a node, or one inside it, draws numbers: it may neither be evaluated ahead of a run nor stand for another like it. */
export function isRandom(node: Node): boolean {
  if (operatorOf(node.domain, node.op)?.accuracy === "random") return true;
  if (node.op === "Dropout" && node.domain === "" && (node.inputs[2] ?? "") !== "") return true;
  return node.attributes.some(({ value }) => value.kind === "graph" && hasRandom(value.value));
}

/** Whether a run that leaves the node out draws other numbers for the nodes after it: it is random, or one inside it, without a seed. */
export function drawsUnseeded(node: Node): boolean {
  const inside = graphsOf(node).some((graph) => graph.nodes.some(drawsUnseeded));
  return inside || (graphsOf(node).length === 0 && isRandom(node) && attributeOf(node, "seed") === undefined);
}

const hasRandom = (graph: Graph): boolean => graph.nodes.some(isRandom);

/** The graphs in the attributes of a node. */
export function graphsOf(node: Node): readonly Graph[] {
  return node.attributes.flatMap(({ value }) => (value.kind === "graph" ? value.value : []));
}
