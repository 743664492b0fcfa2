import { dense, elementCount, type MadeWeight, type Node, reshaped, staticShape, transposed } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import type { InputMove } from "./move.ts";
import { int64s, intsAttribute } from "./moves/parts.ts";

/** An input that is converted for one node. */
export interface EmittedOperand {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly weights: readonly MadeWeight[];
}

/**
 * Converts an input for one node: a constant at once, what has a single axis by a Reshape, else by Unsqueeze and Transpose. `read` is the
 * name that the value has afterwards.
 */
export function emitOperand(
  value: string,
  read: string,
  move: NonNullable<InputMove>,
  reader: Node,
  graph: PassGraph,
): EmittedOperand {
  const { order } = move;
  const shape = graph.shapeOf(value)!;
  const known = staticShape(shape);
  const constant = graph.constantOf(value);
  const name = graph.fresh(`${value}_transposed`);
  const front = order.length - shape.length;
  const ones = new Array<number>(front).fill(1);
  if (constant !== undefined && known !== undefined) {
    const moved = dense(transposed(reshaped(constant, [...ones, ...known]), order));
    return { name, nodes: [], weights: [{ name, value: moved }] };
  }
  const make = (op: string, inputs: readonly string[], output: string, attributes: Node["attributes"]): Node => {
    return {
      op,
      domain: "",
      name: graph.fresh(`${output}_${op}`),
      inputs,
      outputs: [output],
      attributes,
      origin: reader.origin,
    };
  };
  const numbers = graph.fresh(`${name}_axes`);
  if (known !== undefined && known.filter((dim) => dim !== 1).length <= 1 && elementCount(known) > 0) {
    const target = order.map((axis) => [...ones, ...known][axis]);
    return {
      name,
      nodes: [make("Reshape", [read, numbers], name, [])],
      weights: [{ name: numbers, value: int64s(target) }],
    };
  }
  const wide = graph.fresh(`${value}_wide`);
  const nodes = [
    make("Unsqueeze", [read, numbers], wide, []),
    make("Transpose", [wide], name, [intsAttribute("perm", order)]),
  ];
  return { name, nodes, weights: [{ name: numbers, value: int64s(ones.map((_, axis) => axis)) }] };
}
