import { tensorFrom } from "@hodu/core";
import type { Maker } from "./makers.ts";
import { countOf } from "./shape-makers.ts";
import { addNode, drawValue, freshName, type Made, type Workpiece } from "./workpiece.ts";

/** Writes the patterns that fusions look for, now and then one that is nearly right. */
class Sketch {
  readonly #piece: Workpiece;

  constructor(piece: Workpiece) {
    this.#piece = piece;
  }

  /** A scalar constant, in one of 40 not quite the one that is asked for. */
  number(value: number): Made {
    const { random } = this.#piece;
    return this.#weight([], [random.oneIn(40) ? value + 1 : value]);
  }

  /** A constant of numbers from 0.5 to 1.5. */
  tame(...shape: readonly number[]): Made {
    const { random } = this.#piece;
    return this.#weight(
      shape,
      Array.from({ length: countOf(shape) }, () => 0.5 + random.uniform()),
    );
  }

  /** A node whose result has the shape of its first input, or `shape`; now and then remembered, so that others read it too. */
  node(
    op: string,
    inputs: readonly Made[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    shape = inputs[0].shape,
  ): Made {
    const made = addNode(
      this.#piece,
      op,
      inputs.map(({ name }) => name),
      shape,
      attributes,
    );
    if (this.#piece.random.oneIn(40)) this.#piece.values.push(made);
    return made;
  }

  /** A binary node of operands in any order; the result has the shape of `a`. */
  commuted(op: "Add" | "Mul", a: Made, b: Made): Made {
    return this.node(op, this.#piece.random.oneIn(2) ? [a, b] : [b, a], {}, a.shape);
  }

  /** A reduction over the last axis, in one of 40 over all. */
  reduce(op: string, x: Made): Made {
    const isAll = this.#piece.random.oneIn(40);
    const axes = this.#piece.builder.weight(freshName(this.#piece, "axes"), tensorFrom("i64", [1], [-1]));
    const shape = x.shape.map((dim, i) => (isAll || i === x.shape.length - 1 ? 1 : dim));
    return this.node(op, isAll ? [x] : [x, { name: axes, shape: [1] }], { keepdims: 1 }, shape);
  }

  /** x with other dims; exporters write them as constants. */
  reshape(x: Made, shape: readonly number[]): Made {
    const { builder } = this.#piece;
    const dims = builder.weight(freshName(this.#piece, "shape"), tensorFrom("i64", [shape.length], shape));
    return this.node("Reshape", [x, { name: dims, shape: [shape.length] }], {}, shape);
  }

  transpose(x: Made, perm: readonly number[], shape: readonly number[]): Made {
    return this.node("Transpose", [x], { perm }, shape);
  }

  #weight(shape: readonly number[], values: readonly number[]): Made {
    const { builder } = this.#piece;
    return { name: builder.weight(freshName(this.#piece, "c"), tensorFrom("f32", shape, values)), shape };
  }
}

type Drawing = (sketch: Sketch, x: Made, piece: Workpiece) => Made | undefined;

/** A maker that draws on a value of a rank in a range. */
function maker(name: string, least: number, draw: Drawing): Maker {
  return {
    name,
    make(piece) {
      const x = drawValue(piece);
      return x.shape.length < least ? undefined : draw(new Sketch(piece), x, piece);
    },
  };
}

const gelu = maker("a GELU that is written out", 0, (s, x, { random }) => {
  const half = (p: Made): Made =>
    random.oneIn(2) ? s.commuted("Mul", p, s.number(0.5)) : s.node("Div", [p, s.number(2)]);
  const cube = s.node("Pow", [x, s.number(3)]);
  const inner = s.commuted(
    "Mul",
    s.commuted("Add", x, s.commuted("Mul", cube, s.number(0.044715))),
    s.number(0.7978845608),
  );
  const erf = s.node("Erf", [s.node("Div", [x, s.number(Math.SQRT2)])]);
  const factor = s.commuted("Add", random.oneIn(2) ? s.node("Tanh", [inner]) : erf, s.number(1));
  const places = [
    () => half(s.commuted("Mul", x, factor)),
    () => s.commuted("Mul", half(x), factor),
    () => s.commuted("Mul", x, half(factor)),
  ];
  return random.pick(places)();
});

const swish = maker("SiLU and its like", 0, (s, x, { random }) => {
  const inner = random.oneIn(2) ? x : s.commuted("Mul", x, s.number(1.702));
  const gate = random.pick([
    () => s.node("Sigmoid", [inner]),
    () => s.node("Tanh", [s.node("Softplus", [x])]),
    () => s.node("Reciprocal", [s.commuted("Add", s.node("Exp", [s.node("Neg", [x])]), s.number(1))]),
    () => s.node("Clip", [s.commuted("Add", x, s.number(3)), s.number(0), s.number(6)]),
  ])();
  const product = s.commuted("Mul", x, gate);
  return random.oneIn(2) ? product : s.node("Div", [product, s.number(6)]);
});

const layerNorm = maker("a LayerNorm or RMSNorm that is written out", 1, (s, x, { random }) => {
  const centered = random.oneIn(3) ? x : s.node("Sub", [x, s.reduce("ReduceMean", x)]);
  const squared = random.oneIn(2) ? s.node("Pow", [centered, s.number(2)]) : s.node("Mul", [centered, centered]);
  // an epsilon of the size of the values: the quotient of two small numbers is any number
  const deviation = s.node("Sqrt", [s.commuted("Add", s.reduce("ReduceMean", squared), s.number(0.25))]);
  const bare = random.oneIn(2)
    ? s.node("Div", [centered, deviation])
    : s.node("Mul", [centered, s.node("Reciprocal", [deviation])]);
  if (random.oneIn(3)) return bare;
  const scaled = s.commuted("Mul", bare, s.tame(x.shape.at(-1)!));
  return random.oneIn(3) ? scaled : s.commuted("Add", scaled, s.tame(x.shape.at(-1)!));
});

const softmax = maker("a Softmax that is written out", 1, (s, x, { random }) => {
  const below = s.node("Sub", [x, s.reduce("ReduceMax", x)]);
  const exponential = s.node("Exp", [below]);
  const sum = s.reduce("ReduceSum", exponential);
  return random.oneIn(2) ? s.node("Div", [exponential, sum]) : s.node("Sub", [below, s.node("Log", [sum])]);
});

/** A product with a weight; what it gives has its channels on axis 1, or last for MatMul. */
function product(s: Sketch, x: Made, { random }: Workpiece): Made {
  const [rank, count] = [x.shape.length, random.whole(1, 3)];
  if (rank === 3 && random.oneIn(2)) {
    const shape = [x.shape[0], count, x.shape[2]];
    const [weight, bias] = [s.tame(count, x.shape[1], 1), s.tame(count)];
    return s.node("Conv", random.oneIn(2) ? [x, weight] : [x, weight, bias], {}, shape);
  }
  const shape = [...x.shape.slice(0, -1), count];
  const weight = s.tame(x.shape.at(-1)!, count);
  if (rank !== 2 || random.oneIn(2)) return s.node("MatMul", [x, weight], {}, shape);
  return s.node("Gemm", random.oneIn(2) ? [x, weight] : [x, weight, s.tame(count)], { beta: 0.5 }, shape);
}

const affine = maker("a product that is scaled and shifted", 2, (s, x, piece) => {
  const { random } = piece;
  let made = product(s, x, piece);
  for (let i = random.whole(1, 3); i > 0; i--) {
    const last = made;
    const channels = last.shape[1];
    const operand = s.tame(...random.pick([[], [last.shape.at(-1)!], [channels, ...last.shape.slice(2).map(() => 1)]]));
    made = random.pick([
      () => s.commuted("Add", last, operand),
      () => s.commuted("Mul", last, operand),
      () => s.node("Sub", [operand, last], {}, last.shape),
      () => s.node("Div", [last, operand]),
      () => s.node("BatchNormalization", [last, ...[1, 2, 3, 4].map(() => s.tame(channels))]),
    ])();
  }
  return made;
});

/** A BatchNormalization of what is no product. */
const batchNorm = maker("a BatchNormalization", 2, (s, x) =>
  s.node("BatchNormalization", [x, ...[1, 2, 3, 4].map(() => s.tame(x.shape[1]))]),
);

const attention = maker("attention that is written out", 2, (s, x, { random }) => {
  if (x.shape.length > 4) return undefined;
  const [length, size] = x.shape.slice(-2);
  const lead = [...x.shape.slice(0, -2), 1, 1].slice(0, 2);
  const byHeads = s.reshape(x, [...lead, length, size]);
  const shapes = { turned: [...lead, size, length], scores: [...lead, length, length] };
  const turned = s.transpose(byHeads, [0, 1, 3, 2], shapes.turned);
  const products = s.node("MatMul", [byHeads, turned], {}, shapes.scores);
  const scaled = random.oneIn(3) ? products : s.node("Div", [products, s.number(2)]);
  const masked = random.oneIn(2) ? scaled : s.node("Add", [scaled, s.tame(length, length)]);
  const weights = s.node("Softmax", [masked], { axis: random.oneIn(40) ? 2 : -1 });
  return s.node("MatMul", [weights, byHeads], {}, byHeads.shape);
});

const groupNorm = maker("a GroupNorm of PyTorch", 3, (s, x, { random, builder }) => {
  const [batch, channels] = x.shape;
  const groups = channels % 2 === 0 && random.oneIn(2) ? 2 : 1;
  const all = (value: number): Made => {
    const values = new Array<number>(groups).fill(value);
    return { name: builder.node("Constant", [], { value: tensorFrom("f32", [groups], values) })[0], shape: [groups] };
  };
  const rest = countOf(x.shape) / (batch * groups);
  const grouped = s.reshape(x, [batch, groups, rest]);
  const normal = s.node("InstanceNormalization", [grouped, all(1), all(0)], { epsilon: 0.25 });
  const perChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  const scaled = s.node("Mul", [s.reshape(normal, x.shape), s.tame(...perChannel)]);
  return s.node("Add", [scaled, s.tame(...perChannel)]);
});

/** Makers of what fusions look for. */
export const FUSION_MAKERS: readonly Maker[] = [
  gelu,
  swish,
  layerNorm,
  softmax,
  affine,
  batchNorm,
  attention,
  groupNorm,
];
