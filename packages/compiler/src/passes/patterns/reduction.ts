import { attributeOf, indices, type Node } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { node, type NodePattern, type Pattern, value } from "./pattern.ts";

/** A reduction of p over axes that are constants, which keeps its dims. `name` names the node. */
export function reduction(op: string, p: Pattern, name: string): NodePattern {
  return node(op, [p, value(`${name} axes`)], { name, where: keepsDims });
}

function keepsDims(one: Node): boolean {
  const keepdims = attributeOf(one, "keepdims");
  return keepdims === undefined || keepdims.value === 1n;
}

/** The axes of a reduction with an input of axes, counted from the front and in order; undefined when they are not known. */
export function axesOf({ inputs: [data, axes = ""] }: Node, graph: PassGraph): readonly number[] | undefined {
  const rank = graph.shapeOf(data)?.length;
  const given = graph.constantOf(axes);
  if (rank === undefined || given === undefined) return undefined;
  const found = indices(given).map((axis) => (axis < 0 ? axis + rank : axis));
  return found.length === 0 ? undefined : found.sort((a, b) => a - b);
}

/** The first of the axes when they are all from it to the last; undefined otherwise. */
export function firstOfLast(axes: readonly number[], rank: number): number | undefined {
  return axes.every((axis, i) => axis === rank - axes.length + i) ? axes[0] : undefined;
}
