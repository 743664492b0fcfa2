import { attributeOf, type Node, type Patch, type Tensor } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { type Affine, composeAffine, constantFrom, identityAffine, isShift } from "./affine/affine.ts";
import { affineOfNode, type Channels, spreadOver } from "./affine/affine-of-node.ts";
import { type Foldable, foldableOf } from "./affine/foldable.ts";
import { scaleWeight } from "./affine/scale-weight.ts";

/**
 * Folds what comes after Conv, ConvTranspose, Gemm or MatMul and is a product or sum with constants of each channel (BatchNormalization
 * in inference, Mul, Div, Add, Sub) into the weight and the bias.
 */
export const foldAffine = definePass({
  name: "fold-affine",
  stage: "topology_optimization",
  requires: [],
  accuracy: "reduction",
  summary: { title: "Operator fusion", counts: "patterns" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => foldInto(node, graph) ?? []),
});

function foldInto(node: Node, graph: PassGraph): Patch | undefined {
  const foldable = foldableOf(node, graph);
  if (foldable === undefined) return undefined;
  const { folded, affine } = chainAfter(node, foldable.channels, graph);
  if (folded.length === 0) return undefined;
  const weight = isShift(affine) ? undefined : ownScaledWeight(node, foldable, affine, graph);
  // the scheduler fuses an Add as it is
  if (weight === undefined && (!isShift(affine) || !foldable.takesBias)) return undefined;
  return foldable.takesBias
    ? withBias(node, folded, foldable, weight, affine, graph)
    : withAdd(node, folded, foldable, weight!, affine, graph);
}

/** The nodes after a product that only scale and shift its channels, each read by the next alone, and all of them as one. */
function chainAfter(node: Node, channels: Channels, graph: PassGraph): { folded: readonly Node[]; affine: Affine } {
  const folded: Node[] = [];
  let affine = identityAffine(channels.count);
  for (let value = node.outputs[0]; ; value = folded.at(-1)!.outputs[0]) {
    const next = graph.soleConsumerOf(value);
    const own = next && affineOfNode(next, value, channels, graph);
    if (next === undefined || own === undefined) return { folded, affine };
    affine = composeAffine(affine, own);
    folded.push(next);
  }
}

/** The weight times the scale; undefined too where others read it: two weights would take the place of one. */
function ownScaledWeight(node: Node, foldable: Foldable, { scale }: Affine, graph: PassGraph): Tensor | undefined {
  const isShared = graph.consumersOf(node.inputs[1]).length > 1 || graph.isOutput(node.inputs[1]);
  return isShared ? undefined : scaleWeight(foldable.weight, foldable.layout, scale);
}

function withBias(
  node: Node,
  folded: readonly Node[],
  { channels, weight: { dtype } }: Foldable,
  weight: Tensor | undefined,
  { scale, shift }: Affine,
  graph: PassGraph,
): Patch | undefined {
  const [data, given, old = ""] = node.inputs;
  const before = old === "" ? new Float64Array(channels.count) : biasOf(node, old, channels, graph);
  if (before === undefined) return undefined;
  const sums = before.map((x, i) => x * scale[i] + shift[i]);
  const needsBias = sums.some((x) => x !== 0);
  const [weightName, biasName] = [weight ? graph.fresh(`${given}_scaled`) : given, graph.fresh(`${node.name}_bias`)];
  const bias = constantFrom(dtype, [channels.count], sums);
  if (bias === undefined) return undefined;
  const kept = node.attributes.filter(({ name }) => name !== "beta");
  const inputs = needsBias ? [data, weightName, biasName] : [data, weightName];
  return {
    ...patchOf(node, folded),
    add: [{ ...node, inputs, outputs: [lastOutput(folded)], attributes: kept, origin: [] }],
    weights: [
      ...(weight ? [{ name: weightName, value: weight }] : []),
      ...(needsBias ? [{ name: biasName, value: bias }] : []),
    ],
  };
}

/** The constant that a node adds to each channel: its bias, for Gemm times beta. */
function biasOf(node: Node, name: string, channels: Channels, graph: PassGraph): Float64Array | undefined {
  const bias = graph.constantOf(name);
  const values = bias && spreadOver(node.op === "Gemm" ? channels : { ...channels, rank: 1, axis: 0 }, bias);
  const beta = attributeOf(node, "beta");
  return beta?.kind === "float" ? values?.map((x) => x * beta.value) : values;
}

/** A MatMul with another weight, and an Add of what is left. */
function withAdd(
  node: Node,
  folded: readonly Node[],
  { weight: { dtype } }: Foldable,
  weight: Tensor,
  { shift }: Affine,
  graph: PassGraph,
): Patch | undefined {
  const [data, given] = node.inputs;
  const name = graph.fresh(`${given}_scaled`);
  const scaled: Node = { ...node, inputs: [data, name], outputs: [lastOutput(folded)], origin: [] };
  const patch = { ...patchOf(node, folded), weights: [{ name, value: weight }] };
  if (shift.every((x) => x === 0)) return { ...patch, add: [scaled] };
  const bias = constantFrom(dtype, [shift.length], shift);
  if (bias === undefined) return undefined;
  const [product, biasName] = [graph.fresh(`${node.name}_product`), graph.fresh(`${node.name}_bias`)];
  const add: Node = {
    op: "Add",
    domain: "",
    name: graph.fresh(`${node.name}_Add`),
    inputs: [product, biasName],
    outputs: scaled.outputs,
    attributes: [],
    origin: [],
  };
  return {
    ...patch,
    add: [{ ...scaled, outputs: [product] }, add],
    weights: [...patch.weights, { name: biasName, value: bias }],
  };
}

const lastOutput = (folded: readonly Node[]): string => folded.at(-1)!.outputs[0];

/** The patch but for what comes. */
function patchOf(node: Node, folded: readonly Node[]): Patch {
  const removed = [node, ...folded];
  return {
    pattern: removed.map(({ op }) => (op === "BatchNormalization" ? "BatchNorm" : op)).join("+"),
    remove: removed.map(({ name }) => name),
    add: [],
    weights: [],
    rename: [],
    dropWeights: [...new Set(removed.flatMap(({ inputs }) => inputs))],
  };
}
