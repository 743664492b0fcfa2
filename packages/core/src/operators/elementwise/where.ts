import { isBig, lanesOf } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import { broadcastInputs } from "../../inference/shapes.ts";
import { broadcastPositions, broadcastShapes } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { BLOCK, blockReader, inBlocks, storeBlock } from "../../kernels/elementwise.ts";
import { contiguous, copyElement } from "../../kernels/move.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, dimsEqual } from "../../snapshot/dims.ts";
import { numbers, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { elementPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";
import { vector } from "./samples.ts";

function* select(condition: Tensor, x: Tensor, y: Tensor, context: KernelContext): Steps<Outputs> {
  const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape, context), context);
  const moved = isBig(x.dtype) || x.dtype === "string" || lanesOf(x.dtype) > 1;
  return [yield* (moved ? selectElements : selectNumbers)(condition, x, y, shape, context)];
}

function* selectNumbers(
  condition: Tensor,
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  context: KernelContext,
): Steps<Tensor> {
  const out = context.output(x.dtype, shape);
  const readCondition = yield* blockReader(condition, shape, context);
  const readX = yield* blockReader(x, shape, context);
  const readY = yield* blockReader(y, shape, context);
  const [chosen, block] = [new Float64Array(BLOCK), new Float64Array(BLOCK)];
  const result = new Float64Array(BLOCK);
  yield* inBlocks(out.data.length, (start, length) => {
    readCondition(chosen, start, length);
    readX(block, start, length);
    readY(result, start, length);
    for (let i = 0; i < length; i++) if (chosen[i] !== 0) result[i] = block[i];
    storeBlock(out.data, start, result, length);
  });
  return yield* out.rounded();
}

function* selectElements(
  condition: Tensor,
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  context: KernelContext,
): Steps<Tensor> {
  const out = context.allocate(x.dtype, shape);
  const chosen = yield* numbersOf(condition, context);
  const [denseX, denseY] = [yield* contiguous(x, context), yield* contiguous(y, context)];
  const [locateCondition, locateX, locateY] = [condition, x, y].map((input) => broadcastPositions(input.shape, shape));
  const [atCondition, atX, atY] = [new Float64Array(BLOCK), new Float64Array(BLOCK), new Float64Array(BLOCK)];
  yield* inBlocks(elementCount(shape), (start, length) => {
    locateCondition(atCondition, start, length);
    locateX(atX, start, length);
    locateY(atY, start, length);
    for (let i = 0; i < length; i++) {
      if (chosen[atCondition[i]] !== 0) copyElement(out, start + i, denseX, atX[i]);
      else copyElement(out, start + i, denseY, atY[i]);
    }
  });
  return out;
}

/** The chosen elements where the condition is constant, and those that are alike on both sides. */
function propagateChoice(context: InferContext): readonly Dim[] | undefined {
  const condition = context.constant(0);
  const [x, y] = [context.values(1), context.values(2)];
  if (x === undefined || y === undefined) return undefined;
  const chosen = condition === undefined ? undefined : numbers(condition);
  const shape = context.shape(0);
  if (chosen === undefined && (shape === undefined || shape.length > 1)) return undefined;
  const extent = chosen?.length ?? (shape?.length === 0 ? 1 : shape![0]);
  if (typeof extent !== "number") return undefined;
  const count = [x.length, y.length, extent].find((length) => length !== 1) ?? 1;
  const at = (i: number, length: number): number => (length === 1 ? 0 : i);
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [x[at(i, x.length)], y[at(i, y.length)]];
    if (chosen !== undefined) return chosen[at(i, chosen.length)] !== 0 ? a : b;
    return dimsEqual(a, b) ? a : context.fresh();
  });
}

/** x where the condition holds, else y; all three broadcast. ONNX Where. */
export const where = defineOperator({
  name: "Where",
  versions: [{ since: 16 }, { since: 9, types: { B: types("bool"), T: ANY_1 } }],
  inputs: [required("condition", "B"), required("X", "T"), required("Y", "T")],
  outputs: [required("output", "T")],
  types: { B: types("bool"), T: ANY_13 },
  attributes: {},
  infer: (context) => {
    const dtype = context.dtype(1) ?? context.dtype(2);
    return [dtype === undefined ? undefined : tensorType(dtype, broadcastInputs(context))];
  },
  propagate: propagateChoice,
  reference: ([condition, x, y], _attributes, context) =>
    select(condition as Tensor, x as Tensor, y as Tensor, context),
  lower: elementPoints(([condition, x, y], k) => k.select(condition, x, y)),
  accuracy: "exact",
  samples: () => [
    ...(["f32", "f16", "i32", "i64", "u8"] as const).map((dtype) => ({
      inputs: [
        tensorFrom("bool", [2, 2], [true, false, true, true]),
        tensorFrom(dtype, [2, 2], [1, 2, 3, 4]),
        vector(dtype, 9, 8),
      ],
      outputs: [tensorFrom(dtype, [2, 2], [1, 8, 3, 4])],
    })),
    {
      inputs: [vector("bool", true, false), tensorFrom("string", [2, 1], ["a", "b"]), vector("string", "c")],
      outputs: [tensorFrom("string", [2, 2], ["a", "c", "b", "c"])],
    },
    {
      inputs: [vector("bool", true, false), tensorFrom("c64", [2], [1, 2, 3, 4]), tensorFrom("c64", [2], [5, 6, 7, 8])],
      outputs: [tensorFrom("c64", [2], [1, 2, 7, 8])],
    },
  ],
  errors: () => [
    { inputs: [vector("bool", true, false), vector("f32", 1), vector("f32", 1, 2, 3)], message: /broadcast/ },
  ],
});
