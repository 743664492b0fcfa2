import { attributeOf, type Dim, type Facts, type Graph, type Node, type Snapshot, typeIn } from "@hodu/core";
import { DimSizes } from "./dim-sizes.ts";
import { inferModel } from "./infer-model.ts";

/** Arithmetic of one run, as far as it is told from shapes. */
export interface WorkEstimate {
  /** Two for each multiply-add of the matrix products and convolutions; the body of a loop counts once. */
  readonly flops: number;
  /** Such nodes whose sizes only a run can tell; they are not in `flops`. */
  readonly unknownNodes: number;
}

type Shape = readonly Dim[] | undefined;

/** What a node's multiply-adds are the product of. */
interface Factors {
  /** The shape whose elements are counted, undefined when it is not known. */
  readonly elements: Shape;
  /** Dims that each of those elements goes through. */
  readonly each: Shape;
}

type Rule = (node: Node, shapeOf: (name: string | undefined) => Shape) => Factors;

const matrices =
  (a: number): Rule =>
  ({ inputs, outputs }, shapeOf) => ({ elements: shapeOf(outputs[0]), each: shapeOf(inputs[a])?.slice(-1) });

const convolution =
  (weight: number): Rule =>
  ({ inputs, outputs }, shapeOf) => ({ elements: shapeOf(outputs[0]), each: shapeOf(inputs[weight])?.slice(1) });

/** Operators of ai.onnx whose arithmetic is counted. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["MatMul", matrices(0)],
  ["MatMulInteger", matrices(0)],
  ["QLinearMatMul", matrices(0)],
  [
    "Gemm",
    (node, shapeOf) => {
      const transA = attributeOf(node, "transA");
      const axis = transA?.kind === "int" && transA.value !== 0n ? 0 : 1;
      return { elements: shapeOf(node.outputs[0]), each: shapeOf(node.inputs[0])?.slice(axis, axis + 1) };
    },
  ],
  ["Conv", convolution(1)],
  ["ConvInteger", convolution(1)],
  ["QLinearConv", convolution(3)],
  ["ConvTranspose", ({ inputs }, shapeOf) => ({ elements: shapeOf(inputs[0]), each: shapeOf(inputs[1])?.slice(1) })],
]);

/** The arithmetic of one run, from inferred shapes. `sizes`: of symbols; those without one count as 1. */
export function estimateFlops(
  snapshot: Snapshot,
  sizes: ReadonlyMap<string, number>,
  facts: ReadonlyMap<Graph, Facts> = inferModel(snapshot),
): WorkEstimate {
  const dims = new DimSizes(sizes);
  let flops = 0;
  let unknownNodes = 0;
  for (const [graph, known] of facts) {
    const shapeOf = (name: string | undefined): Shape => {
      const type = name === undefined ? undefined : typeIn(known, name);
      return type?.kind === "tensor" ? type.shape : undefined;
    };
    for (const node of graph.nodes) {
      const factors = node.domain === "" ? RULES.get(node.op)?.(node, shapeOf) : undefined;
      if (factors === undefined) continue;
      const count = dims.elements(factors.elements);
      const each = dims.elements(factors.each);
      if (count === undefined || each === undefined) unknownNodes += 1;
      else flops += 2 * count * each;
    }
  }
  return { flops, unknownNodes };
}
