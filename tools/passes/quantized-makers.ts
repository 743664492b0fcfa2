import { tensorFrom } from "@hodu/core";
import type { Maker } from "./makers.ts";
import { addNode, drawValue, freshName, type Made, type Workpiece } from "./workpiece.ts";

/** A quantisation of whole tensors: f32 scale, u8 zero point. */
interface Quantization {
  readonly scale: string;
  readonly zeroPoint: string;
}

function quantization(piece: Workpiece, scale: number, zeroPoint: number): Quantization {
  const { builder } = piece;
  return {
    scale: builder.weight(freshName(piece, "scale"), tensorFrom("f32", [], [scale])),
    zeroPoint: builder.weight(freshName(piece, "zero"), tensorFrom("u8", [], [zeroPoint])),
  };
}

/** Not remembered: the makers of others look for floats. */
function apply({ builder }: Workpiece, op: string, x: Made, { scale, zeroPoint }: Quantization): Made {
  return { name: builder.node(op, [x.name, scale, zeroPoint])[0], shape: x.shape };
}

/** x through integers and back. */
const through = (piece: Workpiece, x: Made, by: Quantization): Made =>
  apply(piece, "DequantizeLinear", apply(piece, "QuantizeLinear", x, by), by);

const move: Maker = {
  name: "a move between quantisations",
  make(piece) {
    const x = drawValue(piece);
    const by = quantization(piece, 0.02, 128);
    const dequantized = through(piece, x, by);
    const moved = addNode(piece, "Transpose", [dequantized.name], x.shape.toReversed());
    // now and then other integers after it
    return through(piece, moved, piece.random.oneIn(5) ? quantization(piece, 0.03, 128) : by);
  },
};

const product: Maker = {
  name: "a product between quantisations",
  make(piece) {
    const { builder, random } = piece;
    const x = drawValue(piece);
    const size = x.shape.at(-1);
    if (x.shape.length < 2 || size === undefined) return undefined;
    const columns = random.whole(1, 3);
    const integers = Array.from({ length: size * columns }, () => random.whole(0, 255));
    const weight = {
      name: builder.weight(freshName(piece, "w"), tensorFrom("u8", [size, columns], integers)),
      shape: [],
    };
    const w = apply(piece, "DequantizeLinear", weight, quantization(piece, 0.011, 120));
    const shape = [...x.shape.slice(0, -1), columns];
    const made = addNode(piece, "MatMul", [through(piece, x, quantization(piece, 0.02, 128)).name, w.name], shape);
    const isCut = random.oneIn(2);
    const result = isCut ? addNode(piece, "Relu", [made.name], shape) : made;
    return through(piece, result, quantization(piece, 0.0173, isCut ? 0 : 100));
  },
};

/** Makers of parts that were quantised. */
export const QUANTIZED_MAKERS: readonly Maker[] = [move, product];
