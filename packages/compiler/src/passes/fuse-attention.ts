import {
  attributeOf,
  type Dim,
  dimsEqual,
  makeAttributes,
  type Node,
  operatorOf,
  scalar,
  type Tensor,
  tensorFrom,
} from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { LARGEST_SCORE } from "./limits.ts";
import { type Fusion, fusionPass, type Replacement } from "./patterns/fusion-pass.ts";
import type { Match } from "./patterns/match-pattern.ts";
import { isNeverLowest } from "./patterns/never-lowest.ts";
import { add, anyNumber, div, either, mul, node, type Pattern, value } from "./patterns/pattern.ts";

/** p, or p times or divided by a number. */
const perhapsScaled = (p: Pattern, name: string): Pattern =>
  either(mul(p, anyNumber(`${name} times`)), div(p, anyNumber(`${name} by`)), p);

const query = perhapsScaled(value("query"), "query");
const turned = either(node("Transpose", [value("key")], { name: "turn" }), value("turned key"));
const scores = perhapsScaled(node("MatMul", [query, perhapsScaled(turned, "key")], { name: "scores" }), "scores");
const masked = either(
  add(scores, value("mask")),
  node("Where", [value("condition"), scores, anyNumber("fill")]),
  scores,
);
const attention: Fusion = {
  name: "Attention",
  pattern: node("MatMul", [node("Softmax", [masked], { name: "softmax", where: isOverLast }), value("value")]),
  replace,
};

function isOverLast(one: Node): boolean {
  const axis = attributeOf(one, "axis");
  return axis === undefined || axis.value === -1n || axis.value === 3n;
}

function replace(match: Match, graph: PassGraph, root: Node): Replacement | undefined {
  const { values } = match;
  const product = match.named.get("scores")!;
  const shape = graph.shapeOf(product.outputs[0]);
  const operands = [values.get("query")!, product.inputs[1], values.get("value")!];
  // a number of higher rank gives what it scales more dims
  if (shape === undefined || graph.shapeOf(root.outputs[0])?.length !== 4) return undefined;
  if (!haveSameHeads(operands, shape, graph)) return undefined;
  const mask = maskOf(match, shape, graph, root);
  const key = keyOf(match, graph, root);
  if (mask === undefined || key === undefined) return undefined;
  const inputs = [operands[0], key.value, operands[2], ...(mask.value === "" ? [] : [mask.value])];
  return {
    op: "Attention",
    inputs,
    attributes: { scale: scaleOf(match) },
    before: [...key.nodes, ...mask.nodes],
    weights: mask.weights,
  };
}

/** Whether query, turned key and value are all of rank 4 and one float dtype, with the batch and heads of the scores. */
function haveSameHeads(operands: readonly string[], scores: readonly Dim[], graph: PassGraph): boolean {
  const types = operands.map((name) => graph.typeOf(name));
  return types.every((type) => {
    if (type?.kind !== "tensor" || type.shape?.length !== 4) return false;
    const [first] = types;
    const isSame = first?.kind === "tensor" && type.dtype === first.dtype;
    // MatMul would repeat a key of one head for all
    return isSame && [0, 1].every((axis) => dimsEqual(type.shape![axis], scores[axis]));
  });
}

/** What all numbers together multiply the scores by. */
function scaleOf({ numbers }: Match): number {
  let scale = 1;
  for (const part of ["query", "key", "scores"]) {
    const [times, by] = [numbers.get(`${part} times`), numbers.get(`${part} by`)];
    if (times !== undefined) scale *= scalar(times.tensor);
    if (by !== undefined) scale /= scalar(by.tensor);
  }
  return scale;
}

interface Part {
  readonly value: string;
  readonly nodes: readonly Node[];
  readonly weights: readonly { readonly name: string; readonly value: Tensor }[];
}

/** The key as [batch, heads, keys, size]. */
function keyOf({ values, named }: Match, graph: PassGraph, root: Node): Part | undefined {
  const turn = named.get("turn");
  const permutation = turn && attributeOf(turn, "perm");
  const [a, b, c, d] = permutation?.kind === "ints" ? permutation.value : turn ? [3n, 2n, 1n, 0n] : [0n, 1n, 2n, 3n];
  const source = values.get("key") ?? values.get("turned key")!;
  if (graph.shapeOf(source)?.length !== 4) return undefined;
  const order = [a, b, d, c];
  if (order.every((axis, i) => axis === BigInt(i))) return { value: source, nodes: [], weights: [] };
  const key = graph.fresh(`${root.name}_key`);
  return { value: key, nodes: [makeNode("Transpose", [source], key, { perm: order }, graph)], weights: [] };
}

/** What is added to the scores, "" for nothing; undefined where Attention would take it for something else. */
function maskOf({ values, numbers }: Match, scores: readonly Dim[], graph: PassGraph, root: Node): Part | undefined {
  const [mask, condition] = [values.get("mask"), values.get("condition")];
  if (mask === undefined && condition === undefined) return { value: "", nodes: [], weights: [] };
  if (!coversScores(mask ?? condition!, scores, graph)) return undefined;
  // a query that sees no key gives zeros here, and NaN there
  if (mask !== undefined) return isNeverLowest(mask, graph) ? { value: mask, nodes: [], weights: [] } : undefined;
  const fill = numbers.get("fill")!;
  const lowest = scalar(fill.tensor);
  // score + fill is fill: the score is lost in rounding
  if (!(lowest < -LARGEST_SCORE && Number.isFinite(lowest))) return undefined;
  const [zero, bias] = [graph.fresh(`${root.name}_zero`), graph.fresh(`${root.name}_mask`)];
  const where = makeNode("Where", [condition!, zero, fill.value], bias, {}, graph);
  return { value: bias, nodes: [where], weights: [{ name: zero, value: tensorFrom(fill.tensor.dtype, [], [0]) }] };
}

/** Whether a mask broadcasts to the scores without making them larger, and has all keys. */
function coversScores(mask: string, scores: readonly Dim[], graph: PassGraph): boolean {
  const shape = graph.shapeOf(mask);
  if (shape === undefined || shape.length < 2 || shape.length > 4) return false;
  const lead = scores.length - shape.length;
  const fits = shape.every((dim, i) => dim === 1 || dimsEqual(dim, scores[lead + i]));
  return fits && dimsEqual(shape.at(-1)!, scores.at(-1)!);
}

function makeNode(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Parameters<typeof makeAttributes>[1],
  graph: PassGraph,
): Node {
  const made = makeAttributes(operatorOf("", op)!.attributes, attributes);
  return {
    op,
    domain: "",
    name: graph.fresh(`${output}_${op}`),
    inputs,
    outputs: [output],
    attributes: made,
    origin: [],
  };
}

/** Attention for softmax(scale * Q K^T + mask) V by heads, as exports of BERT, GPT and vision transformers have it. */
export const fuseAttention = fusionPass("fuse-attention", "reduction", [attention]);
