import { tensorFrom } from "@hodu/core";
import { drawTensor } from "./draw-values.ts";
import { FUSION_MAKERS } from "./fusion-makers.ts";
import { LAYOUT_MAKERS } from "./layout-makers.ts";
import { NESTING_MAKERS } from "./nesting-makers.ts";
import type { Random } from "./random.ts";
import { QUANTIZED_MAKERS } from "./quantized-makers.ts";
import { countOf, SHAPE_MAKERS } from "./shape-makers.ts";
import { addNode, drawValue, freshName, type Grow, type Made, type Workpiece } from "./workpiece.ts";

/** Makes part of a graph; undefined when it has no place there. */
export interface Maker {
  readonly name: string;
  /** It makes graphs inside of a node. */
  readonly nests?: true;
  make(piece: Workpiece, grow: Grow): Made | undefined;
}

const UNARY = ["Neg", "Abs", "Relu", "Exp", "Tanh", "Sigmoid", "Floor", "Identity", "Sqrt", "Erf"];
const BINARY = ["Add", "Sub", "Mul", "Div", "Max", "Min"];

/** A constant as a weight, or as what a Constant node gives. */
function addConstant(piece: Workpiece, shape: readonly number[], values?: readonly number[]): string {
  const value = values === undefined ? drawTensor(shape, piece.random) : tensorFrom("f32", shape, values);
  if (piece.random.oneIn(3)) return piece.builder.node("Constant", [], { value })[0];
  return piece.builder.weight(freshName(piece, "c"), value);
}

const unary: Maker = {
  name: "unary",
  make(piece) {
    const x = drawValue(piece);
    return addNode(piece, piece.random.pick(UNARY), [x.name], x.shape);
  },
};

const binary: Maker = {
  name: "binary of like values",
  make(piece) {
    const x = drawValue(piece);
    const others = piece.values.filter(({ shape }) => shape.join() === x.shape.join());
    const y = piece.random.pick(others);
    return addNode(piece, piece.random.pick(BINARY), [x.name, y.name], x.shape);
  },
};

const withConstant: Maker = {
  name: "binary with a constant",
  make(piece) {
    const { random } = piece;
    const x = drawValue(piece);
    const c = addConstant(piece, drawPart(x.shape, random));
    return addNode(piece, random.pick(BINARY), random.oneIn(2) ? [x.name, c] : [c, x.name], x.shape);
  },
};

/** Operators with constants that leave a value as it is, and some that nearly do. */
const NEUTRAL: readonly (readonly [op: string, constant: number])[] = [
  ["Add", 0],
  ["Add", -0],
  ["Sub", 0],
  ["Sub", -0],
  ["Mul", 1],
  ["Mul", -1],
  ["Div", 1],
];

const withNeutral: Maker = {
  name: "binary with a neutral element",
  make(piece) {
    const { random } = piece;
    const x = random.oneIn(2) ? piece.values[0] : drawValue(piece);
    const [op, constant] = random.pick(NEUTRAL);
    // a constant that makes the result larger than the value
    const lead = random.oneIn(6) ? [2] : [];
    const shape = lead.length > 0 ? [...lead, ...x.shape] : drawPart(x.shape, random);
    const c = addConstant(piece, shape, new Array<number>(countOf(shape)).fill(constant));
    return addNode(piece, op, random.oneIn(3) ? [c, x.name] : [x.name, c], [...lead, ...x.shape]);
  },
};

/** A shape that broadcasts to another. */
function drawPart(shape: readonly number[], random: Random): readonly number[] {
  return random.oneIn(2) ? [] : shape.map((dim) => (random.oneIn(2) ? dim : 1));
}

const constantArithmetic: Maker = {
  name: "arithmetic of constants",
  make(piece) {
    const shape = piece.random.pick([[], [2], [3, 2]]);
    const [a, b] = [addConstant(piece, shape), addConstant(piece, shape)];
    const sum = addNode(piece, piece.random.pick(BINARY), [a, b], shape);
    return addNode(piece, piece.random.pick(UNARY), [sum.name], shape);
  },
};

const twin: Maker = {
  name: "a node like another",
  make(piece) {
    if (piece.nodes.length === 0) return undefined;
    const { op, inputs, attributes, shape } = piece.random.pick(piece.nodes);
    return addNode(piece, op, inputs, shape, attributes);
  },
};

const dead: Maker = {
  name: "a node that nothing reads",
  make(piece) {
    const x = drawValue(piece);
    addNode(piece, "Neg", [addNode(piece, "Abs", [x.name], x.shape).name], x.shape);
    return undefined;
  },
};

const product: Maker = {
  name: "matrix product",
  make(piece) {
    const x = drawValue(piece);
    const columns = piece.random.whole(1, 3);
    if (x.shape.length < 2) return undefined;
    const w = addConstant(piece, [x.shape.at(-1)!, columns]);
    return addNode(piece, "MatMul", [x.name, w], [...x.shape.slice(0, -1), columns]);
  },
};

const reduction: Maker = {
  name: "reduction",
  make(piece) {
    const x = drawValue(piece);
    const shape = x.shape.map(() => 1);
    return addNode(piece, piece.random.pick(["ReduceSum", "ReduceMean", "ReduceMax"]), [x.name], shape, {
      keepdims: 1,
    });
  },
};

const norm: Maker = {
  name: "normalisation",
  make(piece) {
    const x = drawValue(piece);
    const size = x.shape.at(-1);
    if (size === undefined) return undefined;
    if (piece.random.oneIn(3)) return addNode(piece, "Softmax", [x.name], x.shape);
    const [scale, bias] = [addConstant(piece, [size]), addConstant(piece, [size])];
    if (piece.random.oneIn(2)) return addNode(piece, "RMSNormalization", [x.name, scale], x.shape);
    return addNode(piece, "LayerNormalization", [x.name, scale, bias], x.shape);
  },
};

/** Everything that a generated graph is made of, some of it more often. A pass adds makers for the patterns that it looks for. */
export const MAKERS: readonly Maker[] = [
  unary,
  binary,
  withConstant,
  withNeutral,
  withNeutral,
  constantArithmetic,
  twin,
  dead,
  product,
  reduction,
  norm,
  ...SHAPE_MAKERS,
  ...FUSION_MAKERS,
  ...FUSION_MAKERS,
  ...LAYOUT_MAKERS,
  ...QUANTIZED_MAKERS,
  ...NESTING_MAKERS,
];
