import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { broadcastShapes } from "../../kernels/broadcast.ts";
import { checkDims, checkVector, indexVector } from "../../kernels/index-vector.ts";
import { inPrecision, move } from "../../kernels/move.ts";
import { broadcastDims, type Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { expandPoints } from "../../lowering/moved-points.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** The input broadcast with a shape by numpy's rules, both ways. ONNX Expand. */
export const expand = defineOperator({
  name: "Expand",
  versions: [{ since: 13 }, { since: 8, types: { T: ANY_1 } }],
  inputs: [required("input", "T"), required("shape", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: {},
  infer(context) {
    checkVector(context.shape(1), "shape", context);
    const shape = context.shape(0);
    const target = context.values(1);
    checkDims(target ?? [], "shape", context);
    if (shape !== undefined && target !== undefined) {
      try {
        return sameDtypeAsFirst(
          context,
          broadcastDims(shape, target, () => context.fresh()),
        );
      } catch (error) {
        context.fail((error as Error).message);
      }
    }
    const rank = context.shape(1)?.[0];
    const isKnown = shape !== undefined && typeof rank === "number";
    return sameDtypeAsFirst(context, isKnown ? freshShape(Math.max(rank, shape.length), context) : undefined);
  },
  propagate(context) {
    const values = context.values(0);
    const count = context.values(1)?.[0];
    if (values === undefined || values.length === 0 || (count !== undefined && typeof count !== "number"))
      return undefined;
    return count === undefined || values.length > 1 ? values : new Array<Dim>(Math.min(count, 64)).fill(values[0]);
  },
  reference: function* ([input, shape], _attributes, context) {
    const source = input as Tensor;
    const wanted = indexVector(shape as Tensor, "shape", context);
    checkDims(wanted, "shape", context);
    const target = broadcastShapes(source.shape, wanted, context);
    if (elementCount(target) === elementCount(source.shape)) return [broadcastTo(source, target)];
    const out = context.allocate(source.dtype, target);
    yield* move(out, broadcastTo(inPrecision(source, context.wide), target));
    return [out];
  },
  lower: expandPoints,
  accuracy: "exact",
  samples: () => {
    const column = tensorFrom("f32", [3, 1], [1, 2, 3]);
    return [
      {
        inputs: [column, tensorFrom("i64", [2], [3, 2])],
        outputs: [tensorFrom("f32", [3, 2], [1, 1, 2, 2, 3, 3])],
      },
      { inputs: [column, tensorFrom("i64", [3], [2, 1, 2])] },
      { inputs: [column, tensorFrom("i64", [0], [])], outputs: [column] },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [3], [1, 2, 3]), tensorFrom("i64", [1], [2])],
      message: /3 and 2 differ|must broadcast/,
    },
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("i64", [1], [-3])], message: /negative/ },
  ],
});
