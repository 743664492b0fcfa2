import {
  attributeOf,
  type Dim,
  dimsEqual,
  divideProducts,
  isNonNegative,
  type Node,
  type Patch,
  type Tensor,
  tensorFrom,
} from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { FOLLOWED_RANK } from "./limits.ts";
import { graphsOf, isRandom } from "./randomness.ts";
import { replaceByWeights } from "./replace-by-weights.ts";

/**
 * Puts weights for values that follow from shapes alone (Shape of a tensor with known dims, and arithmetic on it), constants for the
 * shapes of Reshape that follow from those of its input, and one Reshape for two in a row.
 */
export const shapeSimplification = definePass({
  name: "shape-simplification",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Shape simplification", counts: "patterns" },
  run(graph): readonly Patch[] {
    const known = knownNodes(graph);
    const patches = graph.graph.nodes.flatMap((node) =>
      node.op === "Reshape" && node.domain === "" ? (simplifyReshape(node, graph) ?? []) : [],
    );
    return known === undefined ? patches : [known, ...patches];
  },
});

function knownNodes(graph: PassGraph): Patch | undefined {
  const values = new Map<string, Tensor>();
  const nodes = graph.graph.nodes.filter((node) => {
    if (isRandom(node) || graphsOf(node).length > 0) return false;
    const found = node.outputs.map((name) => (name === "" ? undefined : graph.constantOf(name)));
    if (found.some((value, i) => value === undefined && node.outputs[i] !== "")) return false;
    node.outputs.forEach((name, i) => name !== "" && values.set(name, found[i]!));
    return true;
  });
  return nodes.length === 0 ? undefined : replaceByWeights(graph, nodes, values, "known shape");
}

function simplifyReshape(node: Node, graph: PassGraph): Patch | undefined {
  const [data, shape] = node.inputs;
  const before = graph.producerOf(data);
  if (before?.op === "Reshape" && before.domain === "" && isPlain(node, graph.elementsOf(shape))) {
    return replaceNode(node, { ...node, inputs: [before.inputs[0], shape] }, "Reshape of Reshape");
  }
  if (graph.constantOf(shape) !== undefined) return undefined;
  const target = constantTarget(graph.shapeOf(data), graph.elementsOf(shape), allowsZero(node));
  if (target === undefined) return undefined;
  const name = graph.fresh(`${node.name}_shape`);
  const attributes = node.attributes.filter((attribute) => attribute.name !== "allowzero");
  const patch = replaceNode(node, { ...node, inputs: [data, name], attributes }, "Reshape to a constant");
  return { ...patch, weights: [{ name, value: tensorFrom("i64", [target.length], target) }] };
}

/** Whether a target does not look at the dims of the input, only at how many elements it has. */
function isPlain(node: Node, target: readonly Dim[] | undefined): boolean {
  return target !== undefined && target.every((dim) => typeof dim === "number" && (dim !== 0 || allowsZero(node)));
}

const allowsZero = (node: Node): boolean => attributeOf(node, "allowzero")?.value === 1n;

/**
 * The target of a Reshape by numbers alone: 0 where a dim of the input stays in its place, -1 for at most one that the others leave.
 * Undefined when there is none.
 */
function constantTarget(
  from: readonly Dim[] | undefined,
  to: readonly Dim[] | undefined,
  allowsZero: boolean,
): readonly number[] | undefined {
  if (from === undefined || to === undefined || to.length > FOLLOWED_RANK) return undefined;
  // a 0 that a symbol stands for would be taken for "as in the input", a -1 for "what is left"
  if (to.some((dim) => (typeof dim === "number" ? allowsZero && dim <= 0 : !isNonNegative(dim)))) return undefined;
  const keeps = (axis: number): boolean => axis < from.length && dimsEqual(from[axis], to[axis]);
  const target = to.map((dim, axis) => (typeof dim === "number" ? dim : keeps(axis) ? 0 : -1));
  const open = target.indexOf(-1);
  if (open !== target.lastIndexOf(-1)) return undefined;
  if (open < 0 || to[open] === -1) return target;
  const isKept = (axis: number): boolean => target[axis] === 0;
  const left = divideProducts(
    from.filter((_, axis) => !isKept(axis)),
    to.filter((_, axis) => axis !== open && !isKept(axis)),
  );
  return left !== undefined && dimsEqual(left, to[open]) ? target : undefined;
}

function replaceNode(node: Node, by: Node, pattern: string): Patch {
  return { pattern, remove: [node.name], add: [by], weights: [], rename: [] };
}
