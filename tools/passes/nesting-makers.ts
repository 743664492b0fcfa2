import { tensorFrom, tensorType } from "@hodu/core";
import type { Maker } from "./makers.ts";
import { drawValue, freshName, type Grow, type Made, type Workpiece } from "./workpiece.ts";

/** A graph inside a node that grows from one value and ends with one of that shape. */
function innerPiece(piece: Workpiece, name: string): Workpiece {
  const builder = piece.builder.subgraph(name);
  return {
    builder,
    random: piece.random,
    values: [...piece.values],
    nodes: [],
    depth: piece.depth + 1,
    counter: piece.counter,
  };
}

function endWith(inner: Workpiece, x: Made): string {
  const own = inner.values.filter(({ shape }) => shape.join() === x.shape.join());
  return inner.builder.node("Identity", [inner.random.pick(own).name])[0];
}

const branch: Maker = {
  name: "If",
  nests: true,
  make(piece, grow) {
    const { builder, random } = piece;
    const x = drawValue(piece);
    const [then, otherwise] = ["then", "else"].map((name) => {
      const inner = innerPiece(piece, name);
      grow(inner, random.whole(1, 5));
      inner.builder.output(endWith(inner, x));
      return inner.builder.graph();
    });
    const condition = random.oneIn(2) ? constantCondition(piece) : drawnCondition(piece, x);
    const [name] = builder.node("If", [condition], { then_branch: then, else_branch: otherwise });
    return { name, shape: x.shape };
  },
};

function constantCondition({ builder, random }: Workpiece): string {
  return builder.node("Constant", [], { value: tensorFrom("bool", [], [random.oneIn(2)]) })[0];
}

function drawnCondition(piece: Workpiece, x: Made): string {
  const { builder } = piece;
  const [sum] = builder.node("ReduceSum", [x.name], { keepdims: 0 });
  return builder.node("Greater", [sum, builder.weight(freshName(piece, "zero"), tensorFrom("f32", [], [0]))])[0];
}

const loop: Maker = {
  name: "Loop",
  nests: true,
  make(piece: Workpiece, grow: Grow) {
    const { builder, random } = piece;
    const x = drawValue(piece);
    const inner = innerPiece(piece, "body");
    const { builder: body } = inner;
    body.input(freshName(piece, "turn"), tensorType("i64", []));
    const go = body.input(freshName(piece, "go"), tensorType("bool", []));
    inner.values.push({ name: body.input(freshName(piece, "state"), tensorType("f32")), shape: x.shape });
    grow(inner, random.whole(1, 4));
    const state = endWith(inner, x);
    body.output(body.node("Identity", [go])[0]);
    body.output(state);
    const [trips] = builder.node("Constant", [], { value: tensorFrom("i64", [], [random.whole(0, 2)]) });
    const [name] = builder.node("Loop", [trips, "", x.name], { body: body.graph() });
    return { name, shape: x.shape };
  },
};

/** Makers of nodes with graphs inside. */
export const NESTING_MAKERS: readonly Maker[] = [branch, loop];
