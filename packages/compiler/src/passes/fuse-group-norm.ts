import { attributeOf, dimsEqual, doubles, encodeNumbers, type Node, tensorOf } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { isWeightOver } from "./patterns/affine-parts.ts";
import { type Fusion, fusionPass, haveSameFloatType, type Replacement } from "./patterns/fusion-pass.ts";
import type { Match } from "./patterns/match-pattern.ts";
import { add, mul, node, value } from "./patterns/pattern.ts";

/** x as [batch, groups, rest], each group normalised, and back. */
const grouped = node("Reshape", [value("x"), value("groups shape")], { name: "grouped" });
const normal = node("InstanceNormalization", [grouped, value("ones"), value("zeros")], { name: "norm" });
const restored = node("Reshape", [normal, value("shape")]);

const groupNorm: Fusion = {
  name: "GroupNorm",
  pattern: add(mul(restored, value("scale")), value("bias")),
  replace,
};

function replace({ values, named }: Match, graph: PassGraph, root: Node): Replacement | undefined {
  const data = values.get("x")!;
  const [channels, rank] = [graph.shapeOf(data)?.[1], graph.shapeOf(data)?.length ?? 0];
  const groups = groupsOf(named.get("grouped")!, graph);
  if (typeof channels !== "number" || groups === undefined || channels % groups !== 0) return undefined;
  if (!isBare(named.get("norm")!, graph) || !haveSameFloatType(data, root.outputs[0], graph)) return undefined;
  const weights = ["scale", "bias"].map((part) => perChannel(values.get(part)!, data, channels, rank, graph));
  if (weights[0] === undefined || weights[1] === undefined) return undefined;
  const epsilon = attributeOf(named.get("norm")!, "epsilon");
  return {
    op: "GroupNormalization",
    inputs: [data, ...weights.map((weight) => weight!.name)],
    attributes: { num_groups: groups, epsilon: epsilon?.kind === "float" ? epsilon.value : undefined },
    weights: weights.map((weight) => weight!),
  };
}

/** The groups that a Reshape to [batch, groups, rest] makes, its batch being that of its input. */
function groupsOf({ inputs, outputs }: Node, graph: PassGraph): number | undefined {
  const [before, after] = [graph.shapeOf(inputs[0]), graph.shapeOf(outputs[0])];
  const groups = after?.[1];
  const keepsBatch = before !== undefined && after?.length === 3 && dimsEqual(before[0], after[0]);
  return keepsBatch && typeof groups === "number" && groups > 0 ? groups : undefined;
}

/** Whether an InstanceNormalization has neither scale nor bias. */
function isBare({ inputs: [, ones, zeros] }: Node, graph: PassGraph): boolean {
  const isAll = (name: string, wanted: number): boolean => {
    const constant = graph.constantOf(name);
    return constant !== undefined && doubles(constant).every((element) => element === wanted);
  };
  return isAll(ones, 1) && isAll(zeros, 0);
}

/** A constant along axis 1 as a weight of [channels]. */
function perChannel(name: string, data: string, channels: number, rank: number, graph: PassGraph) {
  const constant = graph.constantOf(name);
  if (constant === undefined || !isWeightOver(name, data, graph)) return undefined;
  const axis = 1 - (rank - constant.shape.length);
  if (constant.shape.some((dim, i) => dim !== 1 && i !== axis)) return undefined;
  const values = doubles(constant);
  const all = values.length === channels ? values : new Float64Array(channels).fill(values[0]);
  const value = tensorOf(constant.dtype, [channels], encodeNumbers(constant.dtype, all));
  return { name: graph.fresh(`${name}_of_channels`), value };
}

/** GroupNormalization for the Reshape, InstanceNormalization, Reshape, Mul and Add that PyTorch exports it as. */
export const fuseGroupNorm = fusionPass("fuse-group-norm", "reduction", [groupNorm]);
