import { tensorFrom } from "@hodu/core";
import type { Maker } from "./makers.ts";
import { addNode, drawValue, type Made, type Workpiece } from "./workpiece.ts";

/** Elements of a shape. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

function ints(piece: Workpiece, values: readonly number[]): string {
  return piece.builder.node("Constant", [], { value: tensorFrom("i64", [values.length], values) })[0];
}

const transpose: Maker = {
  name: "transpose",
  make(piece) {
    const x = drawValue(piece);
    const order = x.shape.map((_, axis) => axis);
    if (piece.random.oneIn(2)) order.reverse();
    return addNode(
      piece,
      "Transpose",
      [x.name],
      order.map((axis) => x.shape[axis]),
      { perm: order },
    );
  },
};

const reshape: Maker = {
  name: "reshape to a constant",
  make(piece) {
    const x = drawValue(piece);
    const count = countOf(x.shape);
    const [shape, target] = piece.random.pick([
      [[count], [-1]],
      [
        [1, count],
        [1, -1],
      ],
      [x.shape, x.shape],
      [x.shape, x.shape.map(() => 0)],
    ]);
    return addNode(piece, "Reshape", [x.name, ints(piece, target)], shape);
  },
};

/** Shape, Gather and Concat, as exporters write `x.view(x.size(0), -1)`. */
const reshapeByShape: Maker = {
  name: "reshape by computed dims",
  make(piece) {
    const { builder, random } = piece;
    const x = drawValue(piece);
    if (x.shape.length === 0) return undefined;
    const [shape] = builder.node("Shape", [x.name]);
    const dims = x.shape.map((_, axis) => builder.node("Gather", [shape, ints(piece, [axis])])[0]);
    const [target, sizes] = random.pick([
      [dims, x.shape],
      [
        [dims[0], ints(piece, [-1])],
        [x.shape[0], countOf(x.shape.slice(1))],
      ],
      [
        [...dims, ints(piece, [1])],
        [...x.shape, 1],
      ],
      [
        [ints(piece, [1]), ...dims],
        [1, ...x.shape],
      ],
    ]);
    const [joined] = builder.node("Concat", target, { axis: 0 });
    return addNode(piece, "Reshape", [x.name, joined], sizes);
  },
};

const slice: Maker = {
  name: "slice",
  make(piece) {
    const x = drawValue(piece);
    if (x.shape.length === 0) return undefined;
    const axis = piece.random.whole(0, x.shape.length - 1);
    const size = x.shape[axis];
    const [start, end, count] = piece.random.pick([
      [0, 2 ** 31 - 1, size],
      [0, size, size],
      [0, 1, Math.min(1, size)],
      [-1, 2 ** 40, Math.min(1, size)],
    ]);
    const inputs = [x.name, ints(piece, [start]), ints(piece, [end]), ints(piece, [axis])];
    return addNode(piece, "Slice", inputs, x.shape.with(axis, count));
  },
};

const pad: Maker = {
  name: "pad",
  make(piece) {
    const x = drawValue(piece);
    const more = piece.random.oneIn(3) ? 1 : 0;
    const amounts = [...x.shape.map(() => more), ...x.shape.map(() => 0)];
    return addNode(
      piece,
      "Pad",
      [x.name, ints(piece, amounts)],
      x.shape.map((dim) => dim + more),
    );
  },
};

const concat: Maker = {
  name: "concat",
  make(piece) {
    const x = drawValue(piece);
    if (x.shape.length === 0) return undefined;
    const times = piece.random.whole(1, 2);
    const inputs = new Array<string>(times).fill(x.name);
    return addNode(piece, "Concat", inputs, x.shape.with(0, x.shape[0] * times), { axis: 0 });
  },
};

const expand: Maker = {
  name: "expand or tile",
  make(piece) {
    const x = drawValue(piece);
    if (piece.random.oneIn(2))
      return addNode(
        piece,
        "Tile",
        [
          x.name,
          ints(
            piece,
            x.shape.map(() => 1),
          ),
        ],
        x.shape,
      );
    return addNode(
      piece,
      "Expand",
      [
        x.name,
        ints(
          piece,
          x.shape.map((dim) => (piece.random.oneIn(2) ? dim : 1)),
        ),
      ],
      x.shape,
    );
  },
};

const squeeze: Maker = {
  name: "unsqueeze and squeeze",
  make(piece) {
    const x = drawValue(piece);
    const wide = addNode(piece, "Unsqueeze", [x.name, ints(piece, [0])], [1, ...x.shape]);
    if (piece.random.oneIn(2)) return wide;
    return addNode(piece, "Squeeze", [wide.name, ints(piece, [0])], x.shape);
  },
};

const others: Maker = {
  name: "what moves nothing",
  make(piece) {
    const x = drawValue(piece);
    const nothing: readonly (() => Made)[] = [
      () => addNode(piece, "Cast", [x.name], x.shape, { to: 1 }),
      () => addNode(piece, "Dropout", [x.name], x.shape),
      () => addNode(piece, "Sum", [x.name], x.shape),
      () => addNode(piece, "Max", [x.name], x.shape),
    ];
    return piece.random.pick(nothing)();
  },
};

/** Makers of what moves elements and computes shapes. */
export const SHAPE_MAKERS: readonly Maker[] = [
  transpose,
  reshape,
  reshapeByShape,
  slice,
  pad,
  concat,
  expand,
  squeeze,
  others,
];
