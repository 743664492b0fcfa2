import type { GraphBuilder, NodeOptions, PlainAttribute } from "@hodu/core";
import type { Random } from "./random.ts";

/** A value of f32 in a graph that is being made, with the shape that it has in the run. */
export interface Made {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A node as it was made, to make another like it. */
interface MadeNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, PlainAttribute>>;
  readonly shape: readonly number[];
}

/** A graph in the making, with the values that its nodes may read. */
export interface Workpiece {
  readonly builder: GraphBuilder;
  readonly random: Random;
  readonly values: Made[];
  readonly nodes: MadeNode[];
  /** Graphs around it. */
  readonly depth: number;
  /** Numbers names; the same for all graphs of a model. */
  readonly counter: { next: number };
}

/** A name that no other value has. */
export function freshName({ counter }: Workpiece, base: string): string {
  return `${base}${counter.next++}`;
}

/** Adds nodes to a workpiece. */
export type Grow = (piece: Workpiece, steps: number) => void;

/** Adds a node of one output and remembers it. */
export function addNode(
  piece: Workpiece,
  op: string,
  inputs: readonly string[],
  shape: readonly number[],
  attributes: Readonly<Record<string, PlainAttribute>> = {},
  options: NodeOptions = {},
): Made {
  const [name] = piece.builder.node(op, inputs, attributes, options);
  piece.nodes.push({ op, inputs, attributes, shape });
  return { name, shape };
}

/** A value to go on from: more often one that came late. */
export function drawValue({ values, random }: Workpiece): Made {
  return random.oneIn(3) ? random.pick(values) : values[Math.max(0, values.length - random.whole(1, 4))];
}
