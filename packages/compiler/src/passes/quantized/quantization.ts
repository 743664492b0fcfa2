import { attributeOf, doubles, DTYPES, elementCount, type Node, type Tensor } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";

/** How a QuantizeLinear or DequantizeLinear turns numbers into integers of at most 16 bits: constants of f32, without blocks. */
export interface Quantization {
  readonly node: Node;
  /** The value that it reads, and the one that it makes. */
  readonly from: string;
  readonly to: string;
  readonly scale: Tensor;
  /** Absent: 0. */
  readonly zeroPoint: Tensor | undefined;
  readonly names: { readonly scale: string; readonly zeroPoint: string };
  /** The dtype of the integers. */
  readonly dtype: Tensor["dtype"];
  /** Where there is more than one scale. */
  readonly axis: number;
}

/** Scales with which no product of an integer and a scale loses bits. */
const [SMALLEST_SCALE, LARGEST_SCALE] = [2 ** -100, 2 ** 100];

/** The quantisation of a node; undefined for another node, and one that does anything unusual. */
export function quantizationOf(node: Node | undefined, graph: PassGraph): Quantization | undefined {
  if (node === undefined || node.domain !== "") return undefined;
  const [integers] = node.op === "QuantizeLinear" ? node.outputs : node.op === "DequantizeLinear" ? node.inputs : [];
  const type = integers === undefined ? undefined : graph.typeOf(integers);
  if (type?.kind !== "tensor" || !isSmallInteger(type.dtype) || hasUnusualAttributes(node)) return undefined;
  const [from, scaleName, zeroName = ""] = node.inputs;
  const [scale, zeroPoint] = [graph.constantOf(scaleName), zeroName === "" ? undefined : graph.constantOf(zeroName)];
  if (scale?.dtype !== "f32" || (zeroName !== "" && zeroPoint === undefined)) return undefined;
  if (!doubles(scale).every((value) => value >= SMALLEST_SCALE && value <= LARGEST_SCALE)) return undefined;
  const axis = attributeOf(node, "axis");
  return {
    node,
    from,
    to: node.outputs[0],
    scale,
    zeroPoint,
    names: { scale: scaleName, zeroPoint: zeroName },
    dtype: type.dtype,
    axis: axis?.kind === "int" ? Number(axis.value) : 1,
  };
}

/** The DequantizeLinear that makes a value. */
export function dequantizationOf(value: string, graph: PassGraph): Quantization | undefined {
  const node = graph.producerOf(value);
  return node?.op === "DequantizeLinear" ? quantizationOf(node, graph) : undefined;
}

function isSmallInteger(dtype: Tensor["dtype"]): boolean {
  const { kind, bits } = DTYPES[dtype];
  return (kind === "int" || kind === "uint") && bits <= 16;
}

const hasUnusualAttributes = (node: Node): boolean =>
  ["block_size", "output_dtype", "precision"].some((name) => (attributeOf(node, name)?.value ?? 0n) !== 0n);

/** Whether one scale and one zero point serve all elements. */
export const isPerTensor = ({ scale }: Quantization): boolean => elementCount(scale.shape) === 1;

/** Whether two quantisations of whole tensors give the same integers. */
export function isSameQuantization(a: Quantization, b: Quantization): boolean {
  const zeros = [a, b].map(({ zeroPoint }) => (zeroPoint === undefined ? 0 : doubles(zeroPoint)[0]));
  const isSame = a.dtype === b.dtype && doubles(a.scale)[0] === doubles(b.scale)[0] && zeros[0] === zeros[1];
  return isSame && isPerTensor(a) && isPerTensor(b);
}
