import { tensorFrom } from "@hodu/core";
import { drawTensor } from "./draw-values.ts";
import type { Maker } from "./makers.ts";
import { addNode, drawValue, freshName, type Made, type Workpiece } from "./workpiece.ts";

/** A value as a picture: an axis in front where one is missing, else undefined for what has too many or too few. */
function picture(piece: Workpiece): Made | undefined {
  const x = drawValue(piece);
  if (x.shape.length === 4) return x;
  if (x.shape.length !== 3) return undefined;
  const axes = piece.builder.weight(freshName(piece, "axes"), tensorFrom("i64", [1], [0]));
  return addNode(piece, "Unsqueeze", [x.name, axes], [1, ...x.shape]);
}

const convolution: Maker = {
  name: "convolution",
  make(piece) {
    const x = picture(piece);
    if (x === undefined) return undefined;
    const { random } = piece;
    const [samples, channels, ...plane] = x.shape;
    const filters = random.whole(1, 4);
    const w = piece.builder.weight(freshName(piece, "w"), drawTensor([filters, channels, 3, 3], random));
    const pads = [1, 1, 1, 1];
    return addNode(piece, "Conv", [x.name, w], [samples, filters, ...plane], { pads });
  },
};

const pool: Maker = {
  name: "pool",
  make(piece) {
    const x = picture(piece);
    if (x === undefined) return undefined;
    const op = piece.random.pick(["MaxPool", "AveragePool"]);
    return addNode(piece, op, [x.name], x.shape, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  },
};

const channelsMoved: Maker = {
  name: "channels moved to the end, or from there",
  make(piece) {
    const x = picture(piece);
    if (x === undefined) return undefined;
    const perm = piece.random.pick([
      [0, 2, 3, 1],
      [0, 3, 1, 2],
    ]);
    return addNode(
      piece,
      "Transpose",
      [x.name],
      perm.map((axis) => x.shape[axis]),
      { perm },
    );
  },
};

/** What Transposes and layouts are moved through. */
export const LAYOUT_MAKERS: readonly Maker[] = [convolution, pool, channelsMoved, channelsMoved];
