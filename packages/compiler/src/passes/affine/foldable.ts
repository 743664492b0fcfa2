import { attributeOf, type Node, type Tensor } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import type { Channels } from "./affine-of-node.ts";
import type { WeightChannels } from "./scale-weight.ts";

/** A product with a constant weight. */
export interface Foldable {
  readonly channels: Channels;
  readonly weight: Tensor;
  readonly layout: WeightChannels;
  /** Input 2 is a bias; a MatMul takes none. */
  readonly takesBias: boolean;
}

/** What can be folded into the weights of a node; undefined for other nodes. */
export function foldableOf(node: Node, graph: PassGraph): Foldable | undefined {
  const rule = node.domain === "" ? RULES.get(node.op) : undefined;
  const weight = rule && graph.constantOf(node.inputs[1]);
  return weight && weight.data.length > 0 ? rule!(node, weight, graph) : undefined;
}

type Rule = (node: Node, weight: Tensor, graph: PassGraph) => Foldable | undefined;

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/** A weight of [filters, ...]. */
const conv: Rule = (_node, weight) => {
  const [count, ...rest] = weight.shape;
  const layout = { width: count, inner: sizeOf(rest), baseOf: () => 0 };
  return { channels: { rank: weight.shape.length, axis: 1, count }, weight, layout, takesBias: true };
};

/** A weight of [channels of x, filters of a group, ...]. */
const convTranspose: Rule = (node, weight) => {
  const group = attributeOf(node, "group");
  const groups = group?.kind === "int" ? Number(group.value) : 1;
  const [inputs, width, ...rest] = weight.shape;
  const perGroup = inputs / groups;
  if (!Number.isInteger(perGroup)) return undefined;
  const layout = { width, inner: sizeOf(rest), baseOf: (input: number) => Math.floor(input / perGroup) * width };
  return { channels: { rank: weight.shape.length, axis: 1, count: width * groups }, weight, layout, takesBias: true };
};

const gemm: Rule = (node, weight) => {
  const isTurned = attributeOf(node, "transB")?.value === 1n;
  const [rows, columns] = weight.shape;
  const count = isTurned ? rows : columns;
  const layout = { width: count, inner: isTurned ? columns : 1, baseOf: () => 0 };
  return { channels: { rank: 2, axis: 1, count }, weight, layout, takesBias: true };
};

const matMul: Rule = (node, weight, graph) => {
  const rank = graph.shapeOf(node.outputs[0])?.length;
  if (rank === undefined || rank === 0 || weight.shape.length !== 2) return undefined;
  const count = weight.shape[1];
  const layout = { width: count, inner: 1, baseOf: () => 0 };
  return { channels: { rank, axis: rank - 1, count }, weight, layout, takesBias: false };
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["Conv", conv],
  ["ConvTranspose", convTranspose],
  ["Gemm", gemm],
  ["MatMul", matMul],
]);
