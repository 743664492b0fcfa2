import { elementCount, type Node, numbers, type Patch, type Tensor, tensorFrom } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";

/** Splits LayerNormalization and RMSNormalization into the bare normalisation, a Mul by the scale and an Add of the bias. In no -O list: hardware flows ask for it by name. */
export const expandNorms = definePass({
  name: "expand-norms",
  stage: "topology_optimization",
  requires: [],
  accuracy: "rounding",
  summary: { title: "Norm expansion", counts: "patterns" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => expand(node, graph) ?? []),
});

const NORMS: ReadonlySet<string> = new Set(["LayerNormalization", "RMSNormalization"]);

function expand(node: Node, graph: PassGraph): Patch | undefined {
  if (node.domain !== "" || !NORMS.has(node.op)) return undefined;
  const [data, scale, bias = ""] = node.inputs;
  const type = graph.typeOf(scale);
  const shape = type?.kind === "tensor" ? graph.weightOf(scale)?.shape : undefined;
  // the scale may be of another dtype or rank than the data, where Mul could not take it
  if (type?.kind !== "tensor" || shape === undefined || !hasDtype(data, type.dtype, graph)) return undefined;
  const value = graph.constantOf(scale);
  const isBare = value !== undefined && isOnes(value);
  if (isBare && bias === "") return undefined;
  const ones = graph.fresh(`${node.name}_ones`);
  const [bare, scaled] = ["bare", "scaled"].map((part) => graph.fresh(`${node.name}_${part}`));
  const make = (op: string, inputs: readonly string[], output: string): Node => {
    return {
      op,
      domain: "",
      name: graph.fresh(`${node.name}_${op}`),
      inputs,
      outputs: [output],
      attributes: [],
      origin: [],
    };
  };
  const [output, ...statistics] = node.outputs;
  const mul = make("Mul", [bare, scale], bias === "" ? output : scaled);
  return {
    pattern: node.op,
    remove: [node.name],
    add: [
      { ...node, inputs: [data, ones], outputs: [bare, ...statistics] },
      mul,
      ...(bias === "" ? [] : [make("Add", [scaled, bias], output)]),
    ],
    weights: [{ name: ones, value: onesOf(type.dtype, shape) }],
    rename: [],
  };
}

const onesOf = (dtype: Tensor["dtype"], shape: readonly number[]): Tensor =>
  tensorFrom(dtype, shape, new Array<number>(elementCount(shape)).fill(1));

const isOnes = (value: Tensor): boolean => numbers(value).every((element: number) => element === 1);

function hasDtype(value: string, dtype: string, graph: PassGraph): boolean {
  const type = graph.typeOf(value);
  return type?.kind === "tensor" && type.dtype === dtype;
}
