import { elementCount, staticShape, type Tensor, tensorFrom } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";

/** Whether a value is a weight of the dtype of `data` that spreads over its dims without making it larger. */
export function isWeightOver(name: string, data: string, graph: PassGraph): boolean {
  const weight = graph.weightOf(name) ?? graph.constantOf(name);
  const type = graph.typeOf(data);
  if (weight === undefined || type?.kind !== "tensor" || type.shape === undefined || weight.dtype !== type.dtype)
    return false;
  const { shape } = type;
  const lead = shape.length - weight.shape.length;
  return lead >= 0 && weight.shape.every((dim, i) => dim === 1 || dim === shape[lead + i]);
}

/** A scale of ones for the last dims of a tensor, one element where these are not known. */
export function onesOver(data: string, first: number, graph: PassGraph): Tensor | undefined {
  const type = graph.typeOf(data);
  if (type?.kind !== "tensor") return undefined;
  const shape = staticShape(type.shape?.slice(first)) ?? [1];
  return tensorFrom(type.dtype, shape, new Array<number>(elementCount(shape)).fill(1));
}
