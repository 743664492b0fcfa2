import { doubles, elementCount, integerRange, type Node, type Patch, type Tensor, tensorFrom } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { dequantizationOf, isPerTensor, type Quantization, quantizationOf } from "./quantized/quantization.ts";

/**
 * QLinearConv and QLinearMatMul for Conv and MatMul between DequantizeLinear and QuantizeLinear, a Relu among them that the range of the
 * result implies. Sums are exact then, and three roundings in f32 follow: a result is the nearest integer, or its neighbour where it lies
 * within 2^-14 of the middle of both. The sums of floats are rounded more often.
 */
export const foldQuantization = definePass({
  name: "fold-quantization",
  stage: "topology_optimization",
  requires: [],
  accuracy: "rounding",
  summary: { title: "Operator fusion", counts: "patterns" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => fold(node, graph) ?? []),
});

interface Product {
  readonly node: Node;
  readonly x: Quantization;
  readonly w: Quantization;
  readonly y: Quantization;
}

function fold(last: Node, graph: PassGraph): Patch | undefined {
  const y = last.op === "QuantizeLinear" ? quantizationOf(last, graph) : undefined;
  if (y === undefined || !isPerTensor(y) || graph.soleConsumerOf(y.from) !== last) return undefined;
  const made = graph.producerOf(y.from);
  const relu = made?.op === "Relu" && made.domain === "" && cutsAtZero(y) ? made : undefined;
  const node = relu === undefined ? made : graph.producerOf(relu.inputs[0]);
  if (node === undefined || node.domain !== "") return undefined;
  if (relu !== undefined && graph.soleConsumerOf(node.outputs[0]) !== relu) return undefined;
  const [x, w] = node.inputs.slice(0, 2).map((name) => dequantizationOf(name, graph));
  if (x === undefined || w === undefined || !isPerTensor(x) || ![x, w, y].every(hasEightBits)) return undefined;
  const removed = relu === undefined ? [node, last] : [node, relu, last];
  const product = { node, x, w, y };
  return node.op === "Conv" ? foldConv(product, removed, graph) : foldMatMul(product, removed, graph);
}

const hasEightBits = ({ dtype }: Quantization): boolean => dtype === "i8" || dtype === "u8";

/** Whether the smallest integer stands for zero, so that a Relu before changes nothing. */
function cutsAtZero({ dtype, zeroPoint }: Quantization): boolean {
  return (zeroPoint === undefined ? 0 : doubles(zeroPoint)[0]) === Number(integerRange(dtype).min);
}

function foldConv(product: Product, removed: readonly Node[], graph: PassGraph): Patch | undefined {
  const { node, w } = product;
  if (!isPerTensor(w) && w.axis !== 0) return undefined;
  const bias = node.inputs[2] ?? "";
  const integers = bias === "" ? "" : integerBias(bias, product, graph);
  if (integers === undefined) return undefined;
  return patchOf(product, "QLinearConv", removed, integers === "" ? [] : [integers], graph);
}

function foldMatMul(product: Product, removed: readonly Node[], graph: PassGraph): Patch | undefined {
  const { node, w } = product;
  const rank = graph.shapeOf(w.from)?.length;
  const isPerColumn = rank === 2 && (w.axis === 1 || w.axis === -1);
  if (node.op !== "MatMul" || (!isPerTensor(w) && !isPerColumn)) return undefined;
  return patchOf(product, "QLinearMatMul", removed, [], graph);
}

/** Relative difference of scales that are one: the product of two that was rounded to f32. */
const SAME_SCALE = 2 ** -23;

/** The i32 behind a bias whose scale is that of x times that of w, and whose zero point is 0. */
function integerBias(bias: string, { x, w }: Product, graph: PassGraph): string | undefined {
  const node = graph.producerOf(bias);
  if (node?.op !== "DequantizeLinear" || node.domain !== "") return undefined;
  const [integers, scaleName, zeroName = ""] = node.inputs;
  const [type, scale] = [graph.typeOf(integers), graph.constantOf(scaleName)];
  const zero = zeroName === "" ? undefined : graph.constantOf(zeroName);
  if (type?.kind !== "tensor" || type.dtype !== "i32" || scale === undefined) return undefined;
  if (zeroName !== "" && (zero === undefined || doubles(zero).some((value) => value !== 0))) return undefined;
  const wanted = doubles(w.scale).map((each) => each * doubles(x.scale)[0]);
  return areSameScales(doubles(scale), wanted) ? integers : undefined;
}

/** Whether scales are the same up to rounding, one for all or one for each filter. */
function areSameScales(found: Float64Array, wanted: Float64Array): boolean {
  if (found.length !== wanted.length && found.length !== 1 && wanted.length !== 1) return false;
  const [more, fewer] = found.length >= wanted.length ? [found, wanted] : [wanted, found];
  return more.every((scale, i) => {
    const other = fewer[fewer.length === 1 ? 0 : i];
    return Math.abs(scale - other) <= SAME_SCALE * Math.abs(scale);
  });
}

function patchOf(
  { node, x, w, y }: Product,
  op: string,
  removed: readonly Node[],
  bias: readonly string[],
  graph: PassGraph,
): Patch {
  const weights: { name: string; value: Tensor }[] = [];
  const zeroOf = ({ names, dtype, scale }: Quantization, part: string): string => {
    if (names.zeroPoint !== "") return names.zeroPoint;
    const name = graph.fresh(`${node.name}_${part}_zero_point`);
    const zeros = new Array<number>(elementCount(scale.shape)).fill(0);
    weights.push({ name, value: tensorFrom(dtype, scale.shape, zeros) });
    return name;
  };
  const operands = ([x, w] as const).flatMap((each, i) => [each.from, each.names.scale, zeroOf(each, "xw"[i])]);
  const inputs = [...operands, y.names.scale, zeroOf(y, "y"), ...bias];
  const fused = { op, domain: "", name: node.name, inputs, outputs: [y.to], attributes: node.attributes, origin: [] };
  return {
    pattern: removed.map((one) => one.op).join("+"),
    remove: removed.map(({ name }) => name),
    add: [fused],
    weights,
    rename: [],
  };
}
