import type { Node, Patch } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { affineOfNode } from "./affine/affine-of-node.ts";
import { constantFrom } from "./affine/affine.ts";

/** A BatchNormalization of constants that is in inference as a Mul and an Add, which fuse with what is around them. */
export const expandBatchNorm = definePass({
  name: "expand-batch-norm",
  stage: "topology_optimization",
  requires: [],
  accuracy: "reduction",
  summary: { title: "Operator fusion", counts: "patterns" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => expand(node, graph) ?? []),
});

function expand(node: Node, graph: PassGraph): Patch | undefined {
  if (node.op !== "BatchNormalization" || node.domain !== "") return undefined;
  const [data] = node.inputs;
  const type = graph.typeOf(data);
  const count = graph.constantOf(node.inputs[1])?.shape[0];
  if (type?.kind !== "tensor" || (type.shape?.length ?? 0) < 2 || count === undefined) return undefined;
  const rank = type.shape!.length;
  const affine = affineOfNode(node, data, { rank, axis: 1, count }, graph);
  if (affine === undefined) return undefined;
  const [scale, shift, product] = ["scale", "shift", "product"].map((part) => graph.fresh(`${node.name}_${part}`));
  const shape = [count, ...new Array<number>(rank - 2).fill(1)];
  const values = [affine.scale, affine.shift].map((numbers) => constantFrom(type.dtype, shape, numbers));
  if (values[0] === undefined || values[1] === undefined) return undefined;
  const make = (op: string, inputs: readonly string[], output: string): Node => {
    const name = graph.fresh(`${node.name}_${op}`);
    return { op, domain: "", name, inputs, outputs: [output], attributes: [], origin: [] };
  };
  return {
    pattern: "BatchNorm",
    remove: [node.name],
    add: [make("Mul", [data, scale], product), make("Add", [product, shift], node.outputs[0])],
    weights: [
      { name: scale, value: values[0] },
      { name: shift, value: values[1] },
    ],
    rename: [],
    dropWeights: node.inputs.slice(1),
  };
}
