import { type DType, DTYPES } from "../../dtypes/dtypes.ts";
import { quote } from "../../errors/quote.ts";
import { broadcast } from "../../inference/shapes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { type Binary, zipElements } from "../../kernels/elementwise.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { shiftPoint } from "../../lowering/integer-points.ts";
import { binaryPoints } from "../../lowering/elementwise.ts";
import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { INTS_18, types } from "../type-sets.ts";
import { vector } from "./samples.ts";

type Direction = "LEFT" | "RIGHT";

function directionOf(direction: string, context: { fail(rule: string): never }): Direction {
  if (direction !== "LEFT" && direction !== "RIGHT") {
    context.fail(`direction ${quote(direction)} must be LEFT or RIGHT`);
  }
  return direction as Direction;
}

function shift(dtype: DType, direction: Direction): Binary<unknown> {
  const { bits, kind } = DTYPES[dtype];
  const width = BigInt(bits);
  if (direction === "LEFT") {
    return {
      int: (x, y) => (y < 0 || y >= bits ? 0 : x << y),
      big: (x, y) => (y < 0n || y >= width ? 0n : x << y),
    };
  }
  return {
    int: (x, y) => (y < 0 || y >= bits ? (x < 0 ? -1 : 0) : kind === "int" ? x >> y : x >>> y),
    big: (x, y) => (y < 0n || y >= width ? (x < 0n ? -1n : 0n) : x >> y),
  };
}

function* shiftBits(x: Tensor, y: Tensor, direction: Direction, context: KernelContext): Steps<Outputs> {
  return [yield* zipElements(x, y, shift(x.dtype, direction), undefined, context)];
}

/**
 * The bits of X moved by Y places to the LEFT, or to the RIGHT with copies of the sign, broadcast.
 * A Y below 0 or past the last bit leaves sign bits only (RIGHT) or 0. ONNX BitShift.
 */
export const bitShift = defineOperator({
  name: "BitShift",
  versions: [
    { since: 28 },
    { since: 11, types: { T: types("u8 u16 u32 u64") }, changed: "signed ints, and shifts past the last bit" },
  ],
  inputs: [required("X", "T"), required("Y", "T")],
  outputs: [required("Z", "T")],
  types: { T: INTS_18 },
  attributes: { direction: string({ required: true }) },
  infer: (context) => {
    directionOf(context.attributes.direction, context);
    return broadcast()(context);
  },
  reference: ([x, y], { direction }, context) =>
    shiftBits(x as Tensor, y as Tensor, directionOf(direction, context), context),
  lower: binaryPoints((x, y, k, { attributes }) => shiftPoint(attributes.direction, x, y, k)),
  accuracy: "exact",
  samples: () => [
    {
      attributes: { direction: "RIGHT" },
      inputs: [vector("u8", 16, 4, 1, 255), vector("u8", 1, 2, 3, 8)],
      outputs: [vector("u8", 8, 1, 0, 0)],
    },
    {
      attributes: { direction: "LEFT" },
      inputs: [vector("u32", 16, 4, 1, 2 ** 32 - 1), vector("u32", 1, 2, 3, 31)],
      outputs: [vector("u32", 32, 16, 8, 2 ** 31)],
    },
    {
      attributes: { direction: "RIGHT" },
      inputs: [vector("i64", -16, 16, -1), vector("i64", 2, 64, -1)],
      outputs: [vector("i64", -4, 0, -1)],
    },
    {
      attributes: { direction: "LEFT" },
      inputs: [vector("i8", 64, -1, 3), vector("i8", 1, 7, 8)],
      outputs: [vector("i8", -128, -128, 0)],
    },
  ],
  errors: () => [
    { attributes: { direction: "UP" }, inputs: [vector("u8", 1), vector("u8", 1)], message: /LEFT or RIGHT/ },
  ],
});
